// Per-layer facts for expanding a graph or counting its tasks: the dependencies of blocks, and
// which blocks are aliases of other layers' blocks.
import { GraphError } from "../../base/errors.js";
import { finish, type Sliced } from "../../base/sliced.js";
import { checkLayer } from "../checks/check-layer.js";
import { aliasTest } from "../dependencies/aliases.js";
import { dependencyMap } from "../dependencies/dependencies.js";
import type { DependencyMap } from "../dependencies/dependency-map.js";
import { blockCount } from "../model/chunks.js";
import type { Layer, LayerName } from "../model/layer.js";
import { readsOwnBlocks } from "../model/layer-functions.js";
import { prepareAxes } from "./prepare-axes.js";
import { countBlocks } from "./task-limit.js";

/** The state of one layer during expansion. */
export interface Expansion {
  readonly layer: Layer;
  readonly inputs: readonly Expansion[];
  readonly dependencies: DependencyMap;
  readonly isAlias: ((block: number) => boolean) | undefined;
  readonly blocks: number;
  /** Per block: whether it is needed. Empty until one is needed. */
  needed: Uint8Array;
  /** Per block: the task that makes it. Empty until the layer is numbered. */
  taskOf: Int32Array;
}

/**
 * Layers by name, each after its inputs.
 *
 * @throws GraphError `graph.missingLayer` when an input does not come before its layer,
 * `graph.tooLarge` when the layers have more blocks than fit memory
 */
export function prepareExpansions(layers: readonly Layer[]): Map<LayerName, Expansion> {
  return finish(prepareInSlices(layers));
}

/** What a block along an axis costs: to be checked, or to have its place in tables. */
const AXIS_BLOCK_COST = 0.02;
/** What a layer costs besides. */
const LAYER_COST = 1;

/** The same as {@link prepareExpansions}, in slices: axes may have millions of blocks. */
export function* prepareInSlices(layers: readonly Layer[]): Sliced<Map<LayerName, Expansion>> {
  countBlocks(layers);
  const expansions = new Map<LayerName, Expansion>();
  for (const layer of layers) {
    const inputs = layer.inputs.map((name) => findExpansion(expansions, name, layer.name));
    const inputLayers = inputs.map((input) => input.layer);
    const cost = LAYER_COST + axisBlocks(layer) * AXIS_BLOCK_COST;
    yield* prepareAxes(layer, inputLayers[0]);
    checkLayer(layer, inputLayers);
    yield cost;
    const dependencies = dependencyMap(layer, inputLayers);
    yield cost;
    const expansion: Expansion = {
      layer,
      inputs,
      dependencies,
      isAlias: aliasTest(layer, inputLayers),
      blocks: blockCount(layer.chunks),
      needed: new Uint8Array(0),
      taskOf: new Int32Array(0),
    };
    // Calls may read earlier calls of their layer, and partitions earlier partitions.
    if (readsOwnBlocks(layer)) inputs.push(expansion);
    expansions.set(layer.name, expansion);
  }
  return expansions;
}

function axisBlocks({ chunks }: Layer): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

/**
 * The layer of that name.
 *
 * @throws GraphError `graph.missingLayer` when there is none
 */
export function findExpansion(
  expansions: ReadonlyMap<LayerName, Expansion>,
  name: LayerName,
  neededBy: string,
): Expansion {
  const found = expansions.get(name);
  if (found !== undefined) return found;
  throw new GraphError(
    "missingLayer",
    `layer ${name}, needed by ${neededBy}, is not among the layers before it`,
    { layer: name, neededBy },
  );
}

/** Marks the blocks that the needed blocks of a layer read; `isWhole` if all are, marked or not. */
export function markRead(expansion: Expansion, isWhole: boolean): void {
  const { blocks, needed } = expansion;
  if (isWhole || needed.length > 0) markReadBelow(expansion, isWhole, blocks, 0, () => true);
}

/**
 * The same for blocks before `end` down to `stop`.
 *
 * @param found called with each needed block and how many it reads; returns whether to go on
 * @returns where it stopped
 * @throws GraphError `graph.invalidLayer` when a block reads one that is not there
 */
export function markReadBelow(
  expansion: Expansion,
  isWhole: boolean,
  end: number,
  stop: number,
  found: (block: number, reads: number) => boolean,
): number {
  const { needed, inputs, dependencies } = expansion;
  for (const input of inputs) {
    if (input.needed.length === 0) input.needed = new Uint8Array(input.blocks);
  }
  let reads = 0;
  const mark = (input: number, block: number) => {
    const from = inputs[input];
    if (from === undefined || block >>> 0 !== block || block >= from.blocks) {
      throw outOfRange(expansion, input, block);
    }
    from.needed[block] = 1;
    reads++;
  };
  // From the last to the first, since a block may need earlier ones of its own layer.
  for (let block = end - 1; block >= stop; block--) {
    if (!isWhole && needed[block] === 0) continue;
    reads = 0;
    dependencies(block, mark);
    if (!found(block, reads)) return block;
  }
  return stop;
}

function outOfRange({ layer, inputs }: Expansion, input: number, block: number): GraphError {
  const of = inputs[input];
  const there =
    of === undefined ? `${inputs.length} inputs` : `${of.blocks} blocks of ${of.layer.name}`;
  const text = `layer ${layer.name} does not fit: it reads block ${block} of input ${input}, among ${there}`;
  return new GraphError("invalidLayer", text, { layer: layer.name, input, block });
}
