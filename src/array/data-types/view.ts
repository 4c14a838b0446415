// The bytes of an array under another dtype.
import { checkDType, type DType, itemBytes } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { RoutineLayer } from "../../graph/model/layer.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrays } from "../layers/array-operands.js";
import { routineNode } from "../layers/take-layer.js";

/**
 * The bytes of the array read as another dtype, along the last axis.
 *
 * @returns `dtype`; the last axis longer or shorter by the sizes of both dtypes
 * @chunks those of `x`, the last axis longer or shorter likewise; one task per block
 * @throws ArgumentError `argument.dtype`, `argument.shape` without axes, `argument.chunks` when a
 * block has no whole number of elements of the new dtype
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ndarray.view.html
 * @example
 * await view(asarray([1], { dtype: "float32" }), "uint32").compute(); // → [1065353216]
 * view(ones([2, 4]), "uint8").shape; // → [2, 32]
 */
export function view<D extends DType>(x: ChunkedArray, dtype: D): ChunkedArray<D> {
  checkArrays("view", x);
  const [from, to] = [itemBytes(x.dtype), itemBytes(checkDType(dtype))];
  if (x.ndim === 0 && from !== to) {
    throw new ArgumentError("shape", `a view of one ${x.dtype} as ${dtype} needs an axis`, {
      dtype,
    });
  }
  const chunks = x.chunks.map((lengths, axis) =>
    axis < x.ndim - 1 ? lengths : lengths.map((length) => (length * from) / to),
  );
  if (!(chunks.at(-1) ?? []).every(Number.isSafeInteger)) {
    throw new ArgumentError(
      "chunks",
      `blocks of ${x.dtype} along the last axis have no whole number of elements of ${dtype}: rechunk first`,
      { dtype, chunks: x.chunks.at(-1) },
    );
  }
  const operand = { node: x.node, axes: [...x.shape.keys()] };
  const node = routineNode({ name: "view" }, [operand], { loopChunks: x.chunks, chunks }, dtype);
  return x.derive<D, number>(node as typeof node & { layer: RoutineLayer });
}
