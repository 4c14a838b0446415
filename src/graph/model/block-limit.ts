// Whether a graph makes a block that is larger than its caller allows: told before anything runs, by
// shapes and dtypes alone. What a worker does about blocks that do not fit its memory is worker/.
import { itemBytes } from "../../base/dtype.js";
import { ArgumentError, GraphError } from "../../base/errors.js";
import { formatBytes, parseBytes } from "../../base/units.js";
import { shapeText } from "./describe-layer.js";
import type { Layer } from "./layer.js";
import { type LayerGraph, layersOf } from "./layer-graph.js";
import { shortName } from "./naming.js";

/**
 * Refuses a graph with a block of more than `limit` bytes.
 *
 * @param graph as it is run: what passes fused away is never made
 * @param limit a number, or text like `"512MiB"`; nothing is refused without
 * @throws GraphError `graph.tooLarge` when a layer has such a block
 * @throws ArgumentError `argument.value` when the limit cannot be read
 */
export function checkBlockBytes(graph: LayerGraph, limit: number | string | undefined): void {
  if (limit === undefined) return;
  const limitBytes = typeof limit === "number" ? limit : parseBytes(limit);
  if (!(limitBytes > 0)) {
    const text = `blockBytesMax is ${limit}: expected bytes, as a number above 0 or like "512MiB"`;
    throw new ArgumentError("value", text, { blockBytesMax: limit });
  }
  for (const layer of layersOf(graph)) {
    // Blocks of these exist already, or are other layers' blocks.
    if (layer.kind === "persisted" || layer.kind === "concatenate") continue;
    const shape = longestBlock(layer);
    const bytes = shape.reduce((product, length) => product * length, itemBytes(layer.dtype));
    // Lengths that no one knows yet compare as larger than nothing.
    if (bytes > limitBytes) throw tooLarge(layer, shape, bytes, limitBytes);
  }
}

function longestBlock({ chunks }: Layer): number[] {
  return chunks.map((axis) => axis.reduce((most, length) => Math.max(most, length), 0));
}

function tooLarge(
  layer: Layer,
  shape: readonly number[],
  bytes: number,
  limitBytes: number,
): GraphError {
  return new GraphError(
    "tooLarge",
    `layer ${shortName(layer.name)} of ${shapeText(layer.chunks)} ${layer.dtype} has a block of ` +
      `${shape.join(" × ")}, ${formatBytes(bytes)}, and blockBytesMax is ${formatBytes(limitBytes)}: ` +
      "rechunk what it is made of into smaller blocks, or raise blockBytesMax",
    { layer: layer.name, shape, bytes, limitBytes },
  );
}
