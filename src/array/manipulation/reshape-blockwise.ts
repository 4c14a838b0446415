// Blocks that are reshaped in their places.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { type Chunks, shapeOf, sizeOf } from "../../graph/model/chunks.js";
import type { ReshapeLayer } from "../../graph/model/layer.js";
import { nameLayer } from "../../graph/model/naming.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkShape, formatShape, type ShapeLike } from "../chunks/axes.js";
import { checkArrays } from "../layers/array-operands.js";

/** Options of {@link reshapeBlockwise}. */
export interface ReshapeBlockwiseOptions {
  /** How axes are cut that others are split into: block n must be as large as it was. */
  readonly chunks?: Chunks;
}

/**
 * Reshapes every block in place. It is cheap for any chunks, but the order of elements differs from
 * `reshape` if more than the first of the joined axes is divided.
 *
 * @param shape neighbouring axes joined; or others split, with chunks
 * @returns the dtype of `x`
 * @chunks each block becomes one; one task per block
 * @throws ArgumentError `argument.shape` when the shape does not join axes and there are no chunks,
 * `argument.chunks` when blocks would differ in size
 * @see https://docs.dask.org/en/stable/generated/dask.array.reshape_blockwise.html
 * @example
 * const x = asarray([[0, 1, 2, 3], [4, 5, 6, 7]], { chunks: [2, 2] });
 * const flat = reshapeBlockwise(x, 8);
 * await flat.compute(); // → [0, 1, 4, 5, 2, 3, 6, 7]
 * const back = reshapeBlockwise(flat, [2, 4], { chunks: x.chunks });
 * await back.compute(); // → [[0, 1, 2, 3], [4, 5, 6, 7]]
 */
export function reshapeBlockwise<D extends DType>(
  x: ChunkedArray<D>,
  shape: ShapeLike,
  options: ReshapeBlockwiseOptions = {},
): ChunkedArray<D> {
  checkArrays("reshapeBlockwise", x);
  const target = checkShape(shape);
  const chunks = options.chunks ?? joinedChunks(x, target);
  const [before, after] = [blockSizes(x.chunks), blockSizes(chunks)];
  const fits =
    formatShape(shapeOf(chunks)) === formatShape(target) &&
    before.length === after.length &&
    before.every((size, n) => size === after[n]);
  if (!fits) {
    throw new ArgumentError(
      "chunks",
      `blocks of ${formatShape(x.shape)} do not become blocks of ${formatShape(target)} in their places`,
      { shape: target, chunks },
    );
  }
  const layer = nameLayer<ReshapeLayer>("reshapeBlockwise", {
    kind: "reshape",
    inputs: [x.node.layer.name],
    chunks,
    dtype: x.dtype,
  });
  return x.derive({ layer, inputs: [x.node] });
}

function blockSizes(chunks: Chunks): readonly number[] {
  return chunks.reduce<number[]>(
    (sizes, lengths) => sizes.flatMap((size) => lengths.map((length) => size * length)),
    [1],
  );
}

/** Runs of axes that are joined into one, their blocks one after the other. */
function joinedChunks(x: ChunkedArray, target: readonly number[]): Chunks {
  let axis = 0;
  const chunks = target.map((length) => {
    const start = axis;
    let size = 1;
    while (axis < x.ndim && (axis === start || size < length)) size *= x.shape[axis++] as number;
    return size === length ? blockSizes(x.chunks.slice(start, axis)) : undefined;
  });
  // Axes of length 1 at the end belong to the last one.
  const rest = sizeOf(x.shape.slice(axis));
  if (rest === 1 && chunks.every((own) => own !== undefined)) return chunks as Chunks;
  throw new ArgumentError(
    "shape",
    `${formatShape(target)} does not join neighbouring axes of ${formatShape(x.shape)}: give { chunks } ` +
      "to split axes",
    { shape: target },
  );
}
