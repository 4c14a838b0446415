// The hint on plans that grow: the layer that makes ten times as many tasks, or bytes, as it reads,
// and the line to write instead. explain() leads with it, and compute() warns of it once.
import { itemBytes } from "../../base/dtype.js";
import { formatBytes } from "../../base/units.js";
import { blockCount, hasUnknownLengths, shapeOf, sizeOf } from "../model/chunks.js";
import { countText, plural } from "../model/describe-layer.js";
import type { Layer, LayerName } from "../model/layer.js";
import { type LayerGraph, layerOf, layersOf, outputsOf } from "../model/layer-graph.js";
import { shortName } from "../model/naming.js";
import { countTasks, type NeededLayer } from "../tasks/count-tasks.js";

/** A plan grows where a layer makes this many times what it reads. */
const GROWTH_MIN = 10;
/** Fewer tasks, or bytes, do not matter. */
const TASKS_MIN = 1_000;
const BYTES_MIN = 2 ** 30;

interface Growth {
  readonly layer: Layer;
  readonly from: number;
  readonly to: number;
}

/**
 * The hint on the layer that grows most, undefined where none grows: in tasks as the graph was
 * built, as far as they are left to run, and in bytes of the blocks that are made.
 *
 * @param built the layers before the passes
 * @param run those after them
 */
export function growthHint(
  built: readonly NeededLayer[],
  run: readonly NeededLayer[],
): string | undefined {
  const tasks = mostGrown([...built, ...run], (needed) => needed.tasks, TASKS_MIN);
  const left = run.reduce((sum, needed) => sum + needed.tasks, 0);
  if (tasks !== undefined && left >= tasks.to / 2) {
    return (
      `${shortName(tasks.layer.name)} makes ${plural(tasks.to, "task")} from ` +
      `${countText(tasks.from)}: ${lineForTasks(tasks.layer)}`
    );
  }
  const bytes = mostGrown(run, bytesOf, BYTES_MIN);
  if (bytes === undefined) return undefined;
  return (
    `${shortName(bytes.layer.name)} makes ${formatBytes(bytes.to)} from ` +
    `${formatBytes(bytes.from)}: ${lineForBytes(bytes.layer)}`
  );
}

/** What a hint says of a graph as it was built, which the passes may rewrite. */
export interface BuiltGraph {
  readonly layers: readonly Layer[];
  readonly outputs: readonly LayerName[];
  readonly mayGrow: boolean;
}

/** A graph as it is now, before the passes. */
export function builtGraph(graph: LayerGraph): BuiltGraph {
  return { layers: layersOf(graph), outputs: outputsOf(graph), mayGrow: mayGrow(graph) };
}

/**
 * The same of a graph before and after the passes. Where no layer's grid grows, which is most of
 * the time, that takes no look at any block.
 */
export function growthHintOf(built: BuiltGraph, run: LayerGraph): string | undefined {
  if (!built.mayGrow && !mayGrow(run)) return undefined;
  const before = countTasks(built.layers, built.outputs);
  return growthHint(before, countTasks(layersOf(run), outputsOf(run)));
}

function mayGrow(graph: LayerGraph): boolean {
  return layersOf(graph).some((layer) => {
    if (!isOfArrays(layer)) return false;
    const inputs = layer.inputs.map((input) => layerOf(graph, input));
    const grows = (sizeOfLayer: (layer: Layer) => number, least: number) => {
      const to = sizeOfLayer(layer);
      const largest = inputs.reduce((most, input) => Math.max(most, sizeOfLayer(input)), 0);
      return to >= least && to >= GROWTH_MIN * largest;
    };
    return (
      inputs.length > 0 &&
      (grows(({ chunks }) => blockCount(chunks), TASKS_MIN) || grows(allBytes, BYTES_MIN))
    );
  });
}

function allBytes({ chunks, dtype }: Layer): number {
  return sizeOf(shapeOf(chunks)) * itemBytes(dtype);
}

/** Calls and partitions are as many as a program asks for. */
function isOfArrays({ kind, holds }: Layer): boolean {
  return holds !== "values" && kind !== "partitions";
}

function mostGrown(
  needed: readonly NeededLayer[],
  sizeOfLayer: (needed: NeededLayer) => number,
  least: number,
): Growth | undefined {
  const sizes = new Map<LayerName, number>();
  for (const one of needed) sizes.set(one.layer.name, sizeOfLayer(one));
  let most: Growth | undefined;
  for (const { layer } of needed) {
    if (!isOfArrays(layer)) continue;
    const to = sizes.get(layer.name) as number;
    const from = layer.inputs.reduce((sum, input) => sum + (sizes.get(input) ?? Number.NaN), 0);
    // Comparisons with an unknown size are false.
    if (!(from > 0 && to >= least && to >= GROWTH_MIN * from)) continue;
    if (most === undefined || to / from > most.to / most.from) most = { layer, from, to };
  }
  return most;
}

function bytesOf({ layer, bytes }: NeededLayer): number {
  return layer.holds === "values" || hasUnknownLengths(layer.chunks) ? Number.NaN : bytes;
}

function lineForTasks({ kind, chunks }: Layer): string {
  const spec = `.rechunk([${chunks.map(() => '"auto"').join(", ")}])`;
  if (kind === "rechunk") return `write ${spec}, which makes blocks of up to 128 MiB`;
  if (kind === "contract") return `write ${spec} after both operands, so that fewer blocks meet`;
  return `write ${spec} before it, so that it reads fewer and larger blocks`;
}

function lineForBytes({ kind }: Layer): string {
  if (kind === "take") {
    return (
      "it repeats elements: where others meet them, write groupBy(x, labels).subtract(values), " +
      "which repeats none"
    );
  }
  if (kind === "blockwise") {
    return (
      "it meets all with all: where that is summed afterwards, write " +
      'einsum("i,j->i", x, y) or matmul, which make no product'
    );
  }
  return "reduce or slice before it, so that less is repeated";
}
