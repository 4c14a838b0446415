// Sources that read a file or draw from a distribution run in the task of the elementwise layer, or
// of the first step of a reduction, that reads them: nothing is stored in between. Most uniform
// numbers are drawn by the programs themselves (draw-inside.ts), and formulas are part of these
// (inline-sources.ts).
import { itemBytes } from "../../base/dtype.js";
import { isInPlace, takesEachBlock } from "../dependencies/place-blocks.js";
import { hasUnknownLengths, shapeOf, sizeOf } from "../model/chunks.js";
import type { DistributionName } from "../model/distribution.js";
import type {
  BlockwiseLayer,
  FusedLayer,
  FusedStep,
  LayerName,
  LayerOperand,
  SourceLayer,
  TreeReduceLayer,
} from "../model/layer.js";
import { isOutput, type LayerGraph, layersOf } from "../model/layer-graph.js";
import { nameLayer, type Unnamed, wordOf } from "../model/naming.js";
import { KEPT_BYTES_MIN } from "./remake-sources.js";
import { joinWords, Workspace } from "./workspace.js";

/** All blocks of a task's steps are in memory together, so it may not read many. */
const SOURCES_MAX = 8;

/** Times that the same numbers may be drawn, where that is cheaper than keeping them. */
const USES_MAX = 2;

/** Distributions whose numbers come from one uniform, normal or exponential number each. */
const QUICK: ReadonlySet<DistributionName> = new Set<DistributionName>([
  "uniform",
  "normal",
  "lognormal",
  "exponential",
  "laplace",
  "logistic",
  "gumbel",
  "cauchy",
  "rayleigh",
  "weibull",
  "pareto",
  "power",
  "triangular",
  "integers",
]);

/** From how many bytes on numbers are rather drawn twice than kept, by how long they take. */
interface DrawnTwice {
  readonly quickBytesMin: number;
  readonly otherBytesMin: number;
}

const DRAWN_TWICE: DrawnTwice = { quickBytesMin: 2 ** 26, otherBytesMin: KEPT_BYTES_MIN };

/**
 * Joins sources with the only layer that reads them. Random numbers that are read in two places are
 * drawn in both, where there are many.
 */
export function fuseSources(graph: LayerGraph, drawnTwice = DRAWN_TWICE): void {
  const space = new Workspace(graph);
  const joined = new Map<LayerName, SourceLayer>();
  for (const layer of layersOf(graph)) {
    if (layer.kind !== "source" || isOutput(graph, layer.name)) continue;
    if (joinsAll(space, layer, usesOf(layer, drawnTwice))) joined.set(layer.name, layer);
  }
  for (const layer of layersOf(graph)) {
    if (layer.kind !== "blockwise") continue;
    const below = layer.inputs.flatMap((name) => joined.get(name) ?? []).slice(0, SOURCES_MAX);
    if (below.length === 0) continue;
    const words = [layer, ...below].map(({ name }) => wordOf(name));
    space.replace(layer.name, fusedLayer(layer, below), words.reduce(joinWords));
  }
  space.finish();
}

/** Whether a source can be made in the tasks of all layers that read it. */
function joinsAll(space: Workspace, source: SourceLayer, usesMax: number): boolean {
  if (usesMax === 0 || hasUnknownLengths(source.chunks)) return false;
  let uses = 0;
  for (const user of space.usersOf(source.name)) {
    if (user.kind !== "blockwise" || hasUnknownLengths(user.loopChunks)) return false;
    const read = placesOf(user, source.name);
    // Mirrored states take one of two blocks each, and so do both of two places.
    uses += isMirrored(space, user) ? read.length / 2 : read.length;
    if (!read.every((operand) => takesEachBlock(user.loopChunks, operand.axes, source.chunks))) {
      return false;
    }
  }
  return uses <= usesMax;
}

/** How often the blocks of a source may be made. */
function usesOf({ generator, chunks, dtype }: SourceLayer, drawnTwice: DrawnTwice): number {
  const bytes = sizeOf(shapeOf(chunks)) * itemBytes(dtype);
  switch (generator.type) {
    case "npy":
    case "deflated":
    case "zarr":
    case "hdf5":
    case "geotiff":
    case "images":
    case "listDraw":
      return 1;
    case "uniform":
      return bytes < drawnTwice.quickBytesMin ? 0 : USES_MAX;
    case "draw":
      return bytes < bytesMinOf(generator.draw.distribution, drawnTwice) ? 1 : USES_MAX;
    default:
      return 0;
  }
}

function bytesMinOf(
  distribution: DistributionName,
  { quickBytesMin, otherBytesMin }: DrawnTwice,
): number {
  return QUICK.has(distribution) ? quickBytesMin : otherBytesMin;
}

/** The operands of a layer that read `name`, one for each way along the axes of the loop. */
function placesOf(layer: BlockwiseLayer, name: LayerName): LayerOperand[] {
  const byAxes = new Map<string, LayerOperand>();
  for (const operand of layer.operands) {
    if (layer.inputs[operand.input] === name) byAxes.set(operand.axes.join(), operand);
  }
  return [...byAxes.values()];
}

/** Whether only the states on one side of a diagonal are made. */
function isMirrored(space: Workspace, { name, reduction }: BlockwiseLayer): boolean {
  const users = reduction === undefined ? [] : space.usersOf(name);
  return users.length > 0 && users.every((user) => (user as TreeReduceLayer).mirror !== undefined);
}

/** The layer with these sources as its first steps. */
function fusedLayer(layer: BlockwiseLayer, below: readonly SourceLayer[]): Unnamed<FusedLayer> {
  const { name: _name, ...content } = layer;
  const { inputs: names, operands, loopChunks, chunks, dtype } = layer;
  const steps: FusedStep[] = [];
  // Each place of a source is a step of its own, and an input of the last one.
  const own = names.filter((name) => below.every((source) => source.name !== name));
  const inputs: LayerName[] = [...own];
  const inputOf = new Map(own.map((name, at) => [name as string, at]));
  for (const source of below) {
    for (const [again, { axes }] of placesOf(layer, source.name).entries()) {
      const name = again === 0 ? source.name : nameAgain(source, again);
      inputOf.set(`${source.name} ${axes.join()}`, inputs.push(name) - 1);
      steps.push({ layer: source, reads: [], ...(isInPlace(loopChunks, axes) ? {} : { axes }) });
    }
  }
  const moved = operands.map((operand) => {
    const name = names[operand.input] as LayerName;
    const input = inputOf.get(name) ?? inputOf.get(`${name} ${operand.axes.join()}`);
    return { ...operand, input: input as number };
  });
  const word = wordOf(layer.name);
  const last = nameLayer<BlockwiseLayer>(word, { ...content, inputs, operands: moved });
  steps.push({ layer: last, reads: inputs.map((_, at) => at) });
  return { kind: "fused", inputs: own, chunks, dtype, steps };
}

/** What an input is called that is another one's array. */
function nameAgain({ name, ...content }: SourceLayer, again: number): LayerName {
  return nameLayer<SourceLayer>(wordOf(name), { ...content, again }).name;
}
