// Values of blocks in the simulation: a hash of the layer, the block's number and the operands'
// hashes. Two runs agree on it exactly if each task ran on the right operands.
import { assert } from "../base/assert.js";
import { itemBytes } from "../base/dtype.js";
import { type Cut, cutRegion, type Partition } from "../graph/dependencies/regions.js";
import { blockIndexOf, blockShape, hasUnknownLengths, sizeOf } from "../graph/model/chunks.js";
import type { Layer } from "../graph/model/layer.js";
import { type LayerGraph, layersOf, outputsOf } from "../graph/model/layer-graph.js";
import { outputBytes } from "../graph/model/output-bytes.js";
import { expandLayers } from "../graph/tasks/expand.js";
import type { TaskId } from "../protocol/values/ids.js";

/** Results of unknown size are shorter than this. */
const DYNAMIC_LENGTH_MAX = 20_000;

/** A block's stand-in, with the bytes of the block itself. */
export interface VirtualValue {
  readonly hash: number;
  readonly bytes: number;
  readonly itemBytes: number;
  /** The part of a block that this is; its hash is the whole block's. */
  readonly region?: Cut;
  /** For a result of unknown size: its shape and its parts, which its hash decides. */
  readonly form?: Partition;
  /** The shape of another whole block. */
  readonly shape?: readonly number[];
}

/** The length of results of unknown size: random, or as long as their operands. */
export type VirtualSizes = "chance" | "likely";

/** The virtual result of the task for block number `block` of `layer`. */
export function computeValue(
  layer: Layer,
  block: number,
  operands: readonly VirtualValue[],
  dynamicSizes: VirtualSizes = "chance",
): VirtualValue {
  let hash = mix(hashName(layer.name), block);
  for (const operand of operands) hash = mix(hash, operand.hash);
  const bytesEach = itemBytes(layer.dtype);
  if (!hasUnknownLengths(layer.chunks)) {
    const shape = blockShape(layer.chunks, blockIndexOf(layer.chunks, block));
    return { hash, bytes: outputBytes(layer, block), itemBytes: bytesEach, shape };
  }
  const parts = layer.kind === "routine" ? layer.parts : undefined;
  const form =
    dynamicSizes === "chance"
      ? dynamicForm(hash, parts)
      : evenForm(likelyLength(layer, operands), parts);
  return { hash, bytes: sizeOf(form.shape) * bytesEach, itemBytes: bytesEach, form };
}

/** A length by chance, often 0, and parts that begin somewhere within it. */
function dynamicForm(hash: number, parts: number | undefined): Partition {
  const length = hash % 5 === 0 ? 0 : hash % DYNAMIC_LENGTH_MAX;
  if (parts === undefined) return { shape: [length] };
  const starts = Array.from({ length: parts - 1 }, (_, k) => mix(hash, k) % (length + 1));
  return { shape: [length], partStarts: [0, ...starts.sort((a, b) => a - b)] };
}

/** As many elements as the largest operand has, or as all of them if they are concatenated. */
function likelyLength(layer: Layer, operands: readonly VirtualValue[]): number {
  const lengths = operands.map(({ bytes, itemBytes }) => bytes / itemBytes);
  const joins = layer.kind === "routine" && ["gather", "unique"].includes(layer.routine.name);
  return Math.round(lengths.reduce((all, n) => (joins ? all + n : Math.max(all, n)), 0));
}

/** That length in equal parts. */
function evenForm(length: number, parts: number | undefined): Partition {
  if (parts === undefined) return { shape: [length] };
  const partStarts = Array.from({ length: parts }, (_, k) => Math.round((k * length) / parts));
  return { shape: [length], partStarts };
}

/** A part of a block; undefined when the block has no such part. */
export function cutValue(
  { hash, itemBytes, form }: VirtualValue,
  region: Cut,
): VirtualValue | undefined {
  const box = "shape" in region ? region : form && cutRegion(region, form);
  return box && { hash, bytes: sizeOf(box.shape) * itemBytes, itemBytes, region };
}

/**
 * Bytes of the pieces that have to be copied together, since they do not are one after the other.
 */
export function copiedBytes(
  pieces: readonly ({ readonly task: TaskId; readonly region: Cut } | undefined)[],
  found: (task: TaskId) => VirtualValue | undefined,
): number {
  let bytes = 0;
  for (const piece of pieces) {
    const value = piece && found(piece.task);
    if (piece === undefined || value?.shape === undefined || !("shape" in piece.region)) continue;
    const { shape } = piece.region;
    const first = shape.findIndex((length) => length > 1);
    const isCut = shape.some((length, axis) => axis > first && length !== value.shape?.[axis]);
    if (first >= 0 && isCut) bytes += sizeOf(shape) * value.itemBytes;
  }
  return bytes;
}

/** Operands that were cut are the parts that the task reads. */
export function checkPieces(
  operands: readonly VirtualValue[],
  regions: readonly (Cut | undefined)[] | undefined,
): void {
  operands.forEach(({ region }, i) => {
    if (region === undefined) return;
    const isExpected = JSON.stringify(region) === JSON.stringify(regions?.[i]);
    assert(isExpected, `operand ${i} was cut to another part than the task reads`);
  });
}

/** Values in a message, and their shapes if these do not follow from layers. */
export function inlinedValues(values: readonly VirtualValue[]): {
  values: Uint8Array;
  shapes?: readonly (readonly number[])[];
} {
  const packed = packValues(values);
  if (values.every(({ form }) => form === undefined)) return { values: packed };
  const shapes = values.map(({ form, bytes, itemBytes }) => form?.shape ?? [bytes / itemBytes]);
  return { values: packed, shapes };
}

/**
 * Bytes in place of the blocks' own, each of its length with the hash in front, as far as it fits.
 */
function packValues(values: readonly VirtualValue[]): Uint8Array {
  const packed = new Uint8Array(values.reduce((sum, { bytes }) => sum + bytes, 0));
  let start = 0;
  for (const { hash, bytes } of values) {
    for (let i = 0; i < Math.min(4, bytes); i++) packed[start + i] = hash >>> (8 * i);
    start += bytes;
  }
  return packed;
}

/** The hash in front of packed bytes; undefined where it did not fit. */
export function unpackHash(packed: Uint8Array): number | undefined {
  if (packed.byteLength < 4) return undefined;
  return new DataView(packed.buffer, packed.byteOffset).getUint32(0, true);
}

/** Hashes of all blocks of all outputs, computed one task after another without any cluster. */
export function serialOutputs(graph: LayerGraph): number[][] {
  const { layers, layerOf, blockOf, operandStart, operands, outputs } = expandLayers(
    layersOf(graph),
    outputsOf(graph),
  );
  const values: VirtualValue[] = [];
  for (let task = 0; task < layerOf.length; task++) {
    const inputs: VirtualValue[] = [];
    for (let at = operandStart[task] as number; at < (operandStart[task + 1] as number); at++) {
      inputs.push(values[operands[at] as number] as VirtualValue);
    }
    const layer = layers[layerOf[task] as number] as Layer;
    values.push(computeValue(layer, blockOf[task] as number, inputs));
  }
  return outputs.map((tasks) => Array.from(tasks, (task) => (values[task] as VirtualValue).hash));
}

/** A 32-bit hash of two: the finaliser of MurmurHash3 over their sum. */
function mix(a: number, b: number): number {
  let hash = (Math.imul(a, 31) + b) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function hashName(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) | 0;
  return hash;
}
