// Refuses graphs with a block that is longer than kernels can count, or larger than the caller
// allows, before anything runs, from shapes and dtypes alone. worker/ handles blocks that do not
// fit in its memory.
import { itemBytes } from "../../base/dtype.js";
import { ArgumentError, GraphError } from "../../base/errors.js";
import { formatBytes, parseBytes } from "../../base/units.js";
import { longest, sizeOf } from "./chunks.js";
import { shapeText } from "./describe-layer.js";
import type { Layer } from "./layer.js";
import { type LayerGraph, layersOf } from "./layer-graph.js";
import { shortName } from "./naming.js";

/** The most elements of a block: kernels count in 32 bits, with some room for a last step. */
export const BLOCK_ELEMENTS_MAX = 2 ** 31 - 2 ** 16;

/** The most bytes of blocks that errors propose. */
const PROPOSED_BYTES = 128 * 2 ** 20;

/**
 * Refuses a graph with a block of more than `limit` bytes, or of more elements than kernels count.
 *
 * @param graph after the passes: fused layers are never computed
 * @param limit a number, or text like `"512MiB"`; bytes are not limited without
 * @throws GraphError `graph.tooLarge` when a layer makes or works through such a block
 * @throws ArgumentError `argument.value` when the limit cannot be read
 */
export function checkBlocks(graph: LayerGraph, limit: number | string | undefined): void {
  const limitBytes = limit === undefined ? Number.POSITIVE_INFINITY : limitOf(limit);
  for (const layer of layersOf(graph)) {
    // Blocks of these exist already, or are other layers' blocks.
    if (layer.kind === "persisted" || layer.kind === "concatenate") continue;
    const shape = layer.chunks.map(longest);
    checkCountable(layer, shape);
    if ("loopChunks" in layer) checkCountable(layer, layer.loopChunks.map(longest));
    const bytes = sizeOf(shape) * itemBytes(layer.dtype);
    // Unknown lengths compare as larger than nothing.
    if (bytes > limitBytes) throw tooLarge(layer, shape, bytes, limitBytes);
  }
}

function limitOf(limit: number | string): number {
  const limitBytes = typeof limit === "number" ? limit : parseBytes(limit);
  if (limitBytes > 0) return limitBytes;
  const text = `blockBytesMax is ${limit}: expected bytes, as a number above 0 or like "512MiB"`;
  throw new ArgumentError("value", text, { blockBytesMax: limit });
}

/** Refuses a block that kernels cannot count through, whether it is made or only worked through. */
function checkCountable(layer: Layer, shape: readonly number[]): void {
  const elements = sizeOf(shape);
  if (!(elements > BLOCK_ELEMENTS_MAX)) return;
  const fitting = proposedBlock(shape, itemBytes(layer.dtype));
  const lengths = shape.length > 1 ? `${shape.join(" × ")}, ` : "";
  throw new GraphError(
    "tooLarge",
    `layer ${shortName(layer.name)} has a block of ${lengths}${elements} elements, and a block holds ` +
      `${BLOCK_ELEMENTS_MAX} at most: give smaller chunks, such as { chunks: [${fitting.join(", ")}] } ` +
      'or { chunks: "auto" }, where the array is made, or call rechunk',
    { layer: layer.name, shape, elements, limit: BLOCK_ELEMENTS_MAX, proposed: fitting },
  );
}

/** A block of a size that computes well: the longest axes of `shape` halved until it is one. */
export function proposedBlock(shape: readonly number[], bytesOfItem: number): number[] {
  const block = [...shape];
  while (sizeOf(block) * bytesOfItem > PROPOSED_BYTES) {
    const longest = block.indexOf(Math.max(...block));
    block[longest] = Math.ceil((block[longest] as number) / 2);
  }
  return block;
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
