// Nodes of bags from values in this process: lists, and ranges of numbers. Files are io/.
import { freshSeed } from "../array/layers/fresh-seed.js";
import { ArgumentError } from "../base/errors.js";
import { checkCount } from "../base/option-schema.js";
import type { SourceLayer } from "../graph/model/layer.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import { nameLayer } from "../graph/model/naming.js";
import { packValue } from "../shipping/values/value-bytes.js";
import { LayerValues, partitionsNode } from "./partition-nodes.js";

/** How elements are divided into partitions: give one of the two, or neither. */
export interface PartitionOptions {
  /** Elements in each partition. */
  readonly partitionSize?: number;
  /** The number of partitions, at most. */
  readonly npartitions?: number;
}

/** Values up to this many bytes are named by their content; hashing more would take too long. */
const CONTENT_NAME_BYTES_MAX = 64 * 2 ** 10;

/** Partitions in the caller's memory, which the caller serves to the workers. */
export function listsNode(partitions: readonly (readonly unknown[])[], method: string): LayerNode {
  const packed = partitions.map((list) => packValue(list, `an element given to ${method}()`));
  const length = packed.reduce((sum, { byteLength }) => sum + byteLength, 0);
  // Shared, so that threads of this process get no copies of it.
  const data = new Uint8Array(new SharedArrayBuffer(length));
  let at = 0;
  for (const bytes of packed) {
    data.set(bytes, at);
    at += bytes.byteLength;
  }
  const content = {
    kind: "source",
    holds: "values",
    inputs: [],
    chunks: [packed.map(({ byteLength }) => byteLength)],
    dtype: "uint8",
    generator: { type: "data", data },
  } as const;
  const standIns =
    length > CONTENT_NAME_BYTES_MAX ? { generator: { type: "data", number: freshSeed() } } : {};
  return { layer: nameLayer<SourceLayer>(method, content, standIns), inputs: [] };
}

/** The elements dealt out. */
export function dealOut<T>(
  elements: readonly T[],
  options: PartitionOptions,
  method: string,
): T[][] {
  const size = sizeOfPartitions(elements.length, options, method);
  const partitions: T[][] = [];
  for (let at = 0; at < elements.length; at += size) partitions.push(elements.slice(at, at + size));
  return partitions.length === 0 ? [[]] : partitions;
}

function sizeOfPartitions(count: number, options: PartitionOptions, method: string): number {
  const { partitionSize, npartitions } = options;
  if (partitionSize !== undefined && npartitions !== undefined) {
    const text = `${method} was given partitionSize and npartitions: expected one of them`;
    throw new ArgumentError("value", text, { partitionSize, npartitions });
  }
  if (partitionSize !== undefined) return checkCount(partitionSize, "partitionSize", method);
  if (npartitions === undefined) return count <= 100 ? 1 : Math.ceil(Math.sqrt(count) / 10);
  const each = count / checkCount(npartitions, "npartitions", method);
  return Math.max(count <= 100 ? Math.ceil(each) : Math.floor(each), 1);
}

/** Whole numbers; the last partition has the remainder. */
export function rangeNode(
  start: number,
  stop: number,
  step: number,
  npartitions: number,
): LayerNode {
  const count = Math.max(Math.ceil((stop - start) / step), 0);
  const partitions = Math.min(npartitions, Math.max(count, 1));
  const each = Math.floor(count / partitions);
  const counts = Float64Array.from({ length: partitions }, (_, k) =>
    k + 1 < partitions ? each : count - each * k,
  );
  const starts = counts.map((_, k) => start + step * each * k);
  return partitionsNode("range", new LayerValues("fromRange"), {
    feed: { type: "range", starts, counts, step },
    operands: Array.from({ length: partitions }, () => []),
  });
}
