// Makes random numbers again where storing them would cost more. In (x − x.mean()) ÷ x.std(), the
// last steps read all of x after its mean is known, so x would have to be in memory or on disk from
// beginning to end. Sources that are a formula of the position are never stored
// (inline-sources.ts).
import { itemBytes } from "../../base/dtype.js";
import { blockCount, hasUnknownLengths, shapeOf, sizeOf } from "../model/chunks.js";
import type { Layer, LayerName, SourceLayer } from "../model/layer.js";
import { isOutput, type LayerGraph, layersOf, usersOf } from "../model/layer-graph.js";
import { type Unnamed, wordOf } from "../model/naming.js";
import { Workspace } from "./workspace.js";

/** From this many bytes on, recomputing a source is cheaper than keeping it on disks. */
export const KEPT_BYTES_MIN = 2 ** 30;

/** Kinds of layers whose blocks wait for many blocks below. */
const WAITING: ReadonlySet<Layer["kind"]> = new Set([
  "treeReduce",
  "contract",
  "rechunk",
  "routine",
  "take",
]);

/**
 * Gives users of random numbers that wait for other users of the same ones numbers of their own.
 *
 * @param keptBytesMin how many bytes would have to wait, at least
 */
export function remakeSources(graph: LayerGraph, keptBytesMin = KEPT_BYTES_MIN): void {
  const layers = layersOf(graph);
  const sources = layers.filter((layer): layer is SourceLayer =>
    isWorthwhile(graph, layer, keptBytesMin),
  );
  if (sources.length === 0) return;
  const space = new Workspace(graph);
  for (const source of sources) {
    for (const [user, times] of stages(layers, source, keptBytesMin)) {
      if (times === 0) continue;
      const { name: _name, ...content } = source;
      const again = space.add({ ...content, again: times }, wordOf(source.name));
      const { name: _user, ...layer } = space.layer(user);
      const inputs = layer.inputs.map((input) => (input === source.name ? again : input));
      space.replace(user, { ...layer, inputs } as Unnamed<Layer>, wordOf(user));
    }
  }
  space.finish();
}

function isWorthwhile(graph: LayerGraph, layer: Layer, keptBytesMin: number): boolean {
  if (layer.kind !== "source" || isOutput(graph, layer.name)) return false;
  const { type } = layer.generator;
  return (
    (type === "uniform" || type === "draw") &&
    usersOf(graph, layer.name).length > 1 &&
    bytesOf(layer) >= keptBytesMin
  );
}

function bytesOf({ chunks, dtype }: Layer): number {
  return hasUnknownLengths(chunks) ? 0 : sizeOf(shapeOf(chunks)) * itemBytes(dtype);
}

/** Per user of the source, how many others it waits for that wait for each other. */
function stages(
  layers: readonly Layer[],
  source: SourceLayer,
  keptBytesMin: number,
): Map<LayerName, number> {
  const users = new Map<LayerName, number>();
  // Per layer: the stage of users below it, and the fewest blocks in which their numbers were
  // gathered.
  const above = new Map<LayerName, { readonly stage: number; readonly blocks: number }>();
  for (const layer of layers) {
    const ways = layer.inputs.flatMap((input) => above.get(input) ?? []);
    const isUser = layer.inputs.includes(source.name);
    if (!isUser && ways.length === 0) continue;
    const waits = ways.filter(({ blocks }) => bytesOf(source) / blocks >= keptBytesMin);
    const past = Math.max(-1, ...waits.map(({ stage }) => stage));
    const stage = isUser ? past + 1 : Math.max(...ways.map((way) => way.stage));
    if (isUser) users.set(layer.name, stage);
    const own = WAITING.has(layer.kind) ? blockCount(layer.chunks) : Number.POSITIVE_INFINITY;
    // The output of a user of the source is gathered again further up.
    const gathered = isUser ? [] : ways.filter((way) => way.stage === stage);
    const blocks = gathered.reduce((least, way) => Math.min(least, way.blocks), own);
    above.set(layer.name, { stage, blocks });
  }
  return users;
}
