// The masked array that users hold: a pair of chunked arrays with methods over both. How functions
// treat the pair is masked-parts.ts; functions by name are ../ma.ts.
import { type DType, isBigInt, isComplex, isInteger, type Scalar } from "../../base/dtype.js";
import { integerRange } from "../../base/promotion.js";
import type { Chunks } from "../../graph/model/chunks.js";
import { OPERATIONS, type Operation, type OperationTable } from "../../graph/model/operations.js";
import type { ChunkedArray } from "../chunked-array.js";
import type { AxisLike, ShapeLike } from "../chunks/axes.js";
import { formatShape } from "../chunks/axes.js";
import type { ChunkSpec } from "../chunks/normalize-chunks.js";
import type { IndexEntry } from "../indexing/parse-index.js";
import type { ComputedValue } from "../layers/array-types.js";
import { type ComputeOptions, compute } from "../results/compute.js";
import {
  countUnmasked,
  filledData,
  type MaskedOperand,
  type MaskedParts,
  type MaskedReduction,
  type MaskedReductionOptions,
  maskedElementwise,
  maskedReduce,
} from "./masked-parts.js";

/** A computed masked array: its elements, its mask and its fill value. */
export interface ComputedMasked {
  readonly data: ComputedValue<DType, number>;
  readonly mask: ComputedValue<"bool", number>;
  readonly fillValue: Scalar;
}

/** The elementwise operations as methods of masked arrays. */
export type MaskedElementwise = {
  readonly [K in Operation as OperationTable[K]["arity"] extends 1 ? K : never]: () => MaskedArray;
} & {
  readonly [K in Operation as OperationTable[K]["arity"] extends 2 ? K : never]: (
    other: MaskedOperand,
  ) => MaskedArray;
};

class WithElementwise {}
for (const op of Object.keys(OPERATIONS) as Operation[]) {
  if (OPERATIONS[op].arity > 2) continue;
  Object.defineProperty(WithElementwise.prototype, op, {
    value(this: MaskedArray, ...others: MaskedOperand[]) {
      return this.derive(maskedElementwise(op, [this, ...others]));
    },
    configurable: true,
    writable: true,
  });
}
const MaskedElementwiseArray = WithElementwise as unknown as new () => MaskedElementwise;

/**
 * An array with masked elements, lazy and immutable. Reductions skip them, and results from them
 * are masked, too, as in numpy.ma. The functions of `ma` make such arrays. Two chunked arrays of
 * one shape: `data`, whose dtype and shape the class exposes as {@link ChunkedArray} does, and
 * `mask` of bool. Both have the chunks that those methods give, with their tasks, and as many for a
 * mask that is computed from masks.
 *
 * @throws ArgumentError as the methods of the same names of {@link ChunkedArray}
 * @see https://numpy.org/doc/stable/reference/maskedarray.baseclass.html
 * @example
 * const x = ma.maskedGreater(asarray([1, 2, 9]), 5);
 * const { data } = await x.sum().compute();
 * data; // → 3
 * await x.add(1).filled(0).compute(); // → [2, 3, 0]
 */
export class MaskedArray extends MaskedElementwiseArray implements MaskedParts {
  /** The elements, with arbitrary values where they are masked. */
  readonly data: ChunkedArray;
  /** True where an element is masked; in the shape and chunks of the data. */
  readonly mask: ChunkedArray;
  /** The value that replaces masked elements in {@link MaskedArray.filled}. */
  readonly fillValue: Scalar;

  /** Users create masked arrays with `ma.maskedArray` and similar functions. */
  constructor({ data, mask }: MaskedParts, fillValue: Scalar = defaultFillValue(data.dtype)) {
    super();
    this.data = data;
    this.mask = mask;
    this.fillValue = fillValue;
  }

  /**
   * A masked array of other parts; with the same fill value where the dtype is the same.
   *
   * @param parts chunked arrays of elements and of the mask, of one shape
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * x.derive({ data: x.data, mask: x.data.less(2) }).toString().length > 0; // → true
   */
  derive(parts: MaskedParts): MaskedArray {
    return parts.data.dtype === this.dtype
      ? new MaskedArray(parts, this.fillValue)
      : new MaskedArray(parts);
  }

  /** Length of each axis. */
  get shape(): readonly number[] {
    return this.data.shape;
  }

  /** The elements' dtype. */
  get dtype(): DType {
    return this.data.dtype;
  }

  /** The number of axes. */
  get ndim(): number {
    return this.data.ndim;
  }

  /** The number of elements, masked ones, too. */
  get size(): number {
    return this.data.size;
  }

  /** Block lengths along each axis. */
  get chunks(): Chunks {
    return this.data.chunks;
  }

  /**
   * The elements with a value in place of masked ones: by default the fill value.
   *
   * @param value what masked elements become
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * await x.filled(0).compute(); // → [1, 0, 3]
   */
  filled(value: Scalar = this.fillValue): ChunkedArray {
    return filledData(this, value);
  }

  /**
   * How many elements count: int64.
   *
   * @param axis one or several; default: all elements
   * @param options whether the axes stay, with length 1
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * await x.count().compute(); // → 2n
   */
  count(axis?: AxisLike, options?: { readonly keepdims?: boolean }): ChunkedArray {
    return countUnmasked(this, axis, options);
  }

  /**
   * The sum of the elements that count.
   *
   * @param axis one or several; default: all elements
   * @param options whether the axes stay, with length 1
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * await x.sum().filled().compute(); // → 4
   */
  sum(axis?: AxisLike, options?: MaskedReductionOptions): MaskedArray {
    return this.reduce("sum", axis, options);
  }

  /**
   * Their product.
   *
   * @param axis one or several; default: all elements
   * @param options whether the axes stay, with length 1
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * await x.prod().filled().compute(); // → 3
   */
  prod(axis?: AxisLike, options?: MaskedReductionOptions): MaskedArray {
    return this.reduce("prod", axis, options);
  }

  /**
   * Their mean.
   *
   * @param axis one or several; default: all elements
   * @param options whether the axes stay, with length 1
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * await x.mean().filled().compute(); // → 2
   */
  mean(axis?: AxisLike, options?: MaskedReductionOptions): MaskedArray {
    return this.reduce("mean", axis, options);
  }

  /**
   * Their variance; masked also where not more than `correction` count.
   *
   * @param axis one or several; default: all elements
   * @param options whether the axes stay, with length 1
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * await x.var().filled().compute(); // → 1
   */
  var(axis?: AxisLike, options?: MaskedReductionOptions): MaskedArray {
    return this.reduce("var", axis, options);
  }

  /**
   * Their standard deviation; as the variance.
   *
   * @param axis one or several; default: all elements
   * @param options whether the axes stay, with length 1
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * await x.std().filled().compute(); // → 1
   */
  std(axis?: AxisLike, options?: MaskedReductionOptions): MaskedArray {
    return this.reduce("std", axis, options);
  }

  /**
   * The smallest of them.
   *
   * @param axis one or several; default: all elements
   * @param options whether the axes stay, with length 1
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * await x.min().filled().compute(); // → 1
   */
  min(axis?: AxisLike, options?: MaskedReductionOptions): MaskedArray {
    return this.reduce("min", axis, options);
  }

  /**
   * The largest of them.
   *
   * @param axis one or several; default: all elements
   * @param options whether the axes stay, with length 1
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * await x.max().filled().compute(); // → 3
   */
  max(axis?: AxisLike, options?: MaskedReductionOptions): MaskedArray {
    return this.reduce("max", axis, options);
  }

  /**
   * Whether any of them is not 0.
   *
   * @param axis one or several; default: all elements
   * @param options whether the axes stay, with length 1
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * await x.any().filled().compute(); // → true
   */
  any(axis?: AxisLike, options?: MaskedReductionOptions): MaskedArray {
    return this.reduce("any", axis, options);
  }

  /**
   * Whether none of them is 0.
   *
   * @param axis one or several; default: all elements
   * @param options whether the axes stay, with length 1
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * await x.all().filled().compute(); // → true
   */
  all(axis?: AxisLike, options?: MaskedReductionOptions): MaskedArray {
    return this.reduce("all", axis, options);
  }

  /**
   * The part that the indices name.
   *
   * @param indices as of {@link ChunkedArray.slice}
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * await x.slice("1:").filled(0).compute(); // → [0, 3]
   */
  slice(...indices: readonly IndexEntry[]): MaskedArray {
    return this.both((x) => x.slice(...indices));
  }

  /**
   * The axes in another order, default: reversed.
   *
   * @param order which axis comes where
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * x.reshape([3, 1]).transpose().shape; // → [1, 3]
   */
  transpose(order?: readonly number[] | null): MaskedArray {
    return this.both((x) => x.transpose(order));
  }

  /**
   * The same elements in another shape.
   *
   * @param shape as many elements; one length may be -1
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * x.reshape([3, 1]).shape; // → [3, 1]
   */
  reshape(shape: ShapeLike): MaskedArray {
    return this.both((x) => x.reshape(shape));
  }

  /**
   * All elements along one axis.
   *
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * x.reshape([3, 1]).ravel().shape; // → [3]
   */
  ravel(): MaskedArray {
    return this.both((x) => x.ravel());
  }

  /**
   * The same array in other chunks.
   *
   * @param chunks as of {@link ChunkedArray.rechunk}
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * x.rechunk(2).chunks; // → [[2, 1]]
   */
  rechunk(chunks: ChunkSpec): MaskedArray {
    return this.both((x) => x.rechunk(chunks));
  }

  /**
   * The elements as another dtype.
   *
   * @param dtype its name
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * x.astype("float32").dtype; // → "float32"
   */
  astype(dtype: DType): MaskedArray {
    return this.derive({ data: this.data.astype(dtype), mask: this.mask });
  }

  /**
   * Computes the elements and the mask together. See {@link ChunkedArray.compute}.
   *
   * @param options where and how it runs; see {@link ComputeOptions}
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * (await x.compute()).fillValue; // → 1e20
   */
  async compute(options: ComputeOptions = {}): Promise<ComputedMasked> {
    const [data, mask] = await compute(this.data, this.mask, options);
    return { data, mask: mask as ComputedMasked["mask"], fillValue: this.fillValue };
  }

  /**
   * The array in one line, without its values.
   *
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * x.toString(); // → "MaskedArray (3,) float64"
   */
  override toString(): string {
    return `MaskedArray ${formatShape(this.shape)} ${this.dtype}`;
  }

  /** The text that Node's console prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  private reduce(
    name: MaskedReduction,
    axis: AxisLike,
    options?: MaskedReductionOptions,
  ): MaskedArray {
    return this.derive(maskedReduce(name, this, axis, options));
  }

  private both(change: (x: ChunkedArray) => ChunkedArray): MaskedArray {
    return this.derive({ data: change(this.data), mask: change(this.mask) });
  }
}

/** NumPy's default fill value: 1e20, 999999 (or the nearest value of the dtype), true. */
function defaultFillValue(dtype: DType): Scalar {
  if (dtype === "bool") return true;
  if (isComplex(dtype)) return { re: 1e20, im: 0 };
  if (!isInteger(dtype)) return 1e20;
  const [least, most] = integerRange(dtype);
  const wrapped = least + ((999_999n - least) % (most - least + 1n));
  return isBigInt(dtype) ? wrapped : Number(wrapped);
}
