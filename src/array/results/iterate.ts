// Values of an array one after another: its blocks or its rows, with a few computed ahead. Leaving
// the loop early cancels the rest. All at once is compute.ts.
import type { NdArray } from "ndarray";
import type { DType, Scalar } from "../../base/dtype.js";
import { isComplex } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { blockCount, blockIndexOf, blockOffsets, blockShape } from "../../graph/model/chunks.js";
import type { ChunkedArray } from "../chunked-array.js";
import { blocks } from "../indexing/take.js";
import { checkArrays } from "../layers/array-operands.js";
import type { ComputedValue, RankMinusOne } from "../layers/array-types.js";
import { type ComputeOptions, computeOne } from "./compute.js";

/** The default for the bytes of blocks that are computed ahead. */
const AHEAD_BYTES = 128 * 2 ** 20;
const AHEAD_BLOCKS_MAX = 16;

/** Options of {@link blocksInOrder}. */
export interface IterationOptions extends ComputeOptions {
  /** How many blocks are computed ahead of the caller; as many as fit 128 MiB, 1 to 16. */
  readonly lookAhead?: number;
}

/** One block of an array, computed. */
export interface ComputedBlock<D extends DType = DType, R extends number = number> {
  /** Its index in the grid of blocks. */
  readonly index: readonly number[];
  /** Where it begins in the array. */
  readonly offset: readonly number[];
  /** Its length along each axis. */
  readonly shape: readonly number[];
  /** Its elements, as `compute()` returns them. */
  readonly block: ComputedValue<D, R>;
}

/**
 * The blocks of an array, one after the other, row-major, on demand: each is computed by a job of
 * its own, `lookAhead` of them ahead of the caller. Leaving the loop cancels the rest. Inputs that
 * several blocks share may be computed once for each of them: persist them first if that is
 * expensive.
 *
 * @param x an array
 * @returns an asynchronous iterable; option `lookAhead` sets how many blocks are computed ahead
 * @throws ArgumentError `argument.value` when `lookAhead` is no whole number from 0
 * @throws TaskError as `compute()`
 * @see https://docs.dask.org/en/stable/array-api.html
 * @example
 * let largest = 0;
 * for await (const { offset, block } of arange(10, { chunks: 4 }).blocksInOrder()) {
 *   largest = Math.max(largest, offset[0]! + block.shape[0]!);
 * }
 * largest; // → 10
 */
export async function* blocksInOrder<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: IterationOptions = {},
): AsyncGenerator<ComputedBlock<D, R>, void, undefined> {
  checkArrays("blocksInOrder", x);
  const { lookAhead = aheadOf(x), signal, ...rest } = options;
  if (!Number.isSafeInteger(lookAhead) || lookAhead < 0) {
    const text = `lookAhead is ${lookAhead}: expected a whole number from 0`;
    throw new ArgumentError("value", text, { lookAhead });
  }
  const count = blockCount(x.chunks);
  const ahead: {
    readonly job: AbortController;
    readonly computed: Promise<ComputedBlock<D, R>>;
  }[] = [];
  let next = 0;
  try {
    for (let block = 0; block < count; block++) {
      for (; next < count && next <= block + lookAhead; next++) {
        const job = new AbortController();
        const either = signal === undefined ? job.signal : AbortSignal.any([signal, job.signal]);
        const computed = computeBlock(x, next, { ...rest, signal: either });
        // Reported when its turn comes; until then no one listens.
        computed.catch(() => undefined);
        ahead.push({ job, computed });
      }
      yield await (ahead[0] as (typeof ahead)[0]).computed;
      ahead.shift();
    }
  } finally {
    for (const { job } of ahead) job.abort();
  }
}

function aheadOf(x: ChunkedArray): number {
  const shape = x.chunks.map((axis) => Math.max(...axis.slice(0, 1_000)));
  const size = shape.reduce((n, length) => n * length, 1);
  const bytes = (size * x.nbytes) / Math.max(x.size, 1);
  return Math.min(Math.max(Math.floor(AHEAD_BYTES / Math.max(bytes, 1)), 1), AHEAD_BLOCKS_MAX);
}

async function computeBlock<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  block: number,
  options: ComputeOptions,
): Promise<ComputedBlock<D, R>> {
  const index = blockIndexOf(x.chunks, block);
  const offset = x.chunks.map((axis, i) => blockOffsets(axis)[index[i] as number] as number);
  const value = await computeOne(blocks(x, index), options);
  return { index, offset, shape: blockShape(x.chunks, index), block: value };
}

/**
 * Iterates over the first axis, as `compute()` returns its values: the rows of a matrix, the
 * elements of a vector. Blocks along the first axis are computed one after the other, a whole row
 * of blocks at a time.
 *
 * @throws ArgumentError `argument.axis` for an array without axes
 */
export async function* rowsInOrder<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): AsyncGenerator<ComputedValue<D, RankMinusOne<R>>, void, undefined> {
  if (x.ndim === 0) {
    throw new ArgumentError("axis", "an array without axes cannot be iterated over: compute it");
  }
  const whole = Object.fromEntries(x.shape.slice(1).map((_, i) => [i + 1, -1]));
  for await (const { shape, block } of blocksInOrder(x.rechunk(whole), { lookAhead: 1 })) {
    const rows = block as NdArray<Float64Array>;
    for (let row = 0; row < (shape[0] as number); row++) {
      yield rowOf(x, rows, row) as ComputedValue<D, RankMinusOne<R>>;
    }
  }
}

function rowOf(
  { dtype, ndim }: ChunkedArray,
  rows: NdArray<Float64Array>,
  row: number,
): NdArray<Float64Array> | Scalar {
  if (ndim > 1) return rows.pick(row);
  if (isComplex(dtype)) return { re: rows.get(row, 0), im: rows.get(row, 1) };
  const value = rows.get(row);
  return dtype === "bool" ? value !== 0 : value;
}
