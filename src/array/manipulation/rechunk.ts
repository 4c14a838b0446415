// Cutting an array into other chunks. The layers are rechunk-layer.ts.
import { type DType, itemBytes } from "../../base/dtype.js";
import {
  type Chunks,
  hasUnknownLengths,
  isUnknownAxis,
  UNKNOWN_LENGTH,
} from "../../graph/model/chunks.js";
import type { ChunkedArray } from "../chunked-array.js";
import {
  broadcastShapes,
  trailingLabels,
  unifiedOperand,
  unifyChunks as unify,
} from "../chunks/broadcast.js";
import { evenChunks } from "../chunks/even-chunks.js";
import { type AxisChunks, type ChunkSpec, normalizeChunks } from "../chunks/normalize-chunks.js";
import { lengthsNeeded } from "../chunks/unknown-lengths.js";
import { checkArrays } from "../layers/array-operands.js";
import { type RechunkOptions, rechunkTo } from "../layers/rechunk-layer.js";

/**
 * The same array in other chunks. It uses intermediate chunks if a single pass would read very many
 * old blocks for each new one.
 *
 * @param x any shape and dtype
 * @param chunks the new chunks; an axis whose entry is null or missing keeps its own, `"auto"`
 * stays in the proportions of the old ones
 * @returns shape and dtype of `x`
 * @chunks by `chunks`; one task per block that is not one of `x` already, and those of steps
 * between where few blocks meet many
 * @throws ArgumentError `argument.chunks` when they do not fit the shape
 * @see https://docs.dask.org/en/stable/generated/dask.array.rechunk.html
 * @example
 * const rows = zeros([1000, 1000], { chunks: [10, 1000] });
 * rechunk(rows, [1000, 10]).numblocks; // → [1, 100]
 * rechunk(rows, { 0: -1 }).numblocks; // → [1, 1]
 */
export function rechunk<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  chunks: ChunkSpec,
  options: RechunkOptions = {},
): ChunkedArray<D, R> {
  checkArrays("rechunk", x);
  if (hasUnknownLengths(x.chunks)) return rechunkKnown(x, chunks, options);
  const target = normalizeChunks(completed(chunks, x.chunks), x.shape, {
    itemBytes: itemBytes(x.dtype),
    previous: x.chunks,
    ...(options.limit === undefined ? {} : { limit: options.limit }),
  });
  return rechunkTo(x, options.balance === true ? target.map(evenChunks) : target, options);
}

/** The same along axes of known lengths; the others keep their chunks. */
function rechunkKnown<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  spec: ChunkSpec,
  options: RechunkOptions,
): ChunkedArray<D, R> {
  const entries = completed(spec, x.chunks);
  const known = [...x.chunks.keys()].filter((axis) => !isUnknownAxis(x.chunks[axis] ?? []));
  const entryOf = (axis: number): AxisChunks =>
    typeof entries === "object"
      ? ((entries as Record<number, AxisChunks>)?.[axis] ?? null)
      : entries;
  x.chunks.forEach((own, axis) => {
    const entry = entryOf(axis);
    const isKept = entry === null || entry === own || (entry === -1 && axis === 0);
    if (!known.includes(axis) && !isKept) {
      throw lengthsNeeded("cutting an array again", axis);
    }
  });
  const cut = normalizeChunks(
    known.map(entryOf),
    known.map((axis) => x.shape[axis] as number),
    { itemBytes: itemBytes(x.dtype), previous: known.map((axis) => x.chunks[axis] ?? []) },
  );
  const target = x.chunks.map((own, axis) => {
    if (known.includes(axis)) return cut[known.indexOf(axis)] as readonly number[];
    return entryOf(axis) === -1 ? [UNKNOWN_LENGTH] : own;
  });
  return rechunkTo(x, target, options);
}

/**
 * Unlike where arrays are made, an axis keeps the chunks it has where its entry is null or an
 * object does not name it.
 */
function completed(spec: ChunkSpec, current: Chunks): ChunkSpec {
  if (spec === null || typeof spec !== "object") return spec;
  const ndim = current.length;
  if (Array.isArray(spec)) {
    const list = spec as readonly AxisChunks[];
    return list.length === ndim ? list.map((entry, i) => entry ?? current[i] ?? null) : list;
  }
  const given = spec as Readonly<Record<string, AxisChunks>>;
  const entries = Object.entries(given).map(([key, entry]) => [
    key,
    entry ?? current[Number(key) < 0 ? Number(key) + ndim : Number(key)] ?? null,
  ]);
  const kept = current.flatMap((axis, i) => (i in given || i - ndim in given ? [] : [[i, axis]]));
  return Object.fromEntries([...kept, ...entries]);
}

/**
 * Divides arrays that broadcast alike: if two run along one axis, so do their blocks.
 *
 * @param arrays of shapes that fit together
 * @returns the arrays in order, with their shapes and dtypes
 * @chunks all boundaries of any of them, axes of length 1 whole; tasks of {@link rechunk} for those
 * that change
 * @throws ArgumentError `argument.shape` when they do not broadcast
 * @see https://docs.dask.org/en/stable/generated/dask.array.unify_chunks.html
 * @example
 * const [x, y] = unifyChunks(ones(6, { chunks: 2 }), ones(6, { chunks: 3 }));
 * x.chunks; // → [[2, 1, 1, 2]]
 */
export function unifyChunks<T extends readonly ChunkedArray[]>(...arrays: T): [...T] {
  checkArrays("unifyChunks", ...arrays);
  const whole = broadcastShapes(...arrays.map((x) => x.shape));
  const labelled = arrays.map((x) => trailingLabels(x.chunks, whole.length));
  const unified = unify(labelled);
  return arrays.map((x, i) =>
    rechunkTo(x, unifiedOperand(labelled[i] as (typeof labelled)[0], unified)),
  ) as ChunkedArray[] as [...T];
}
