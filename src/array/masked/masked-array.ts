// The masked array that users hold: a pair of chunked arrays with methods over both. How functions
// treat the pair is masked-parts.ts; functions by name are ../ma.ts.
import { asPrimitive } from "../../base/as-primitive.js";
import { type DType, isBigInt, isComplex, isInteger, type Scalar } from "../../base/dtype.js";
import { integerRange } from "../../base/promotion.js";
import type { Chunks } from "../../graph/model/chunks.js";
import { OPERATIONS, type Operation, type OperationTable } from "../../graph/model/operations.js";
import type { ChunkedArray } from "../chunked-array.js";
import type { AxisLike, ShapeLike } from "../chunks/axes.js";
import { formatShape } from "../chunks/axes.js";
import type { ChunkSpec } from "../chunks/normalize-chunks.js";
import type { IndexEntry, SlicedRank } from "../indexing/parse-index.js";
import type { BinaryDType, RankWith, UnaryDType } from "../layers/array-operands.js";
import type { ComputedValue, OnlyKnown, RankOf } from "../layers/array-types.js";
import type {
  AnyReductionOptions,
  NoOptions,
  ReducedArray,
  ReducedDTypes,
  ReducedRank,
  ReductionOptions,
  ReductionRule,
  SumOptions,
  VarianceOptions,
} from "../reductions/sum.js";
import { type ComputeOptions, compute } from "../results/compute.js";
import {
  countUnmasked,
  type DTypeOf,
  filledData,
  type MaskedOperand,
  type MaskedParts,
  type MaskedReduction,
  type MaskedReductionOptions,
  maskedElementwise,
  maskedReduce,
  type RankOfMasked,
  type Unmasked,
} from "./masked-parts.js";

/** A computed masked array: its elements, its mask and its fill value. */
export interface ComputedMasked<D extends DType = DType, R extends number = number> {
  readonly data: ComputedValue<D, R>;
  readonly mask: ComputedValue<"bool", R>;
  readonly fillValue: Scalar;
}

/** The elementwise operations as methods of masked arrays. */
export type MaskedElementwise<D extends DType, R extends number> = {
  readonly [K in OperationOfArity<1>]: () => MaskedArray<UnaryDType<K, D>, R>;
} & {
  readonly [K in OperationOfArity<2>]: <O extends MaskedOperand>(
    other: O,
  ) => MaskedArray<BinaryDType<K, D, Unmasked<O>>, RankWith<R, Unmasked<O>>>;
};

/** The elementwise operations of one operand, or of two. */
export type OperationOfArity<N extends number> = {
  [K in Operation]: OperationTable[K]["arity"] extends N ? K : never;
}[Operation];

/** The masked array of an operand. */
export type MaskedOf<X> = MaskedArray<DTypeOf<X>, RankOfMasked<X>>;

/** The result type of a reduction by the rule `K` for its dtype. */
export type MaskedReduced<
  K extends ReductionRule,
  D extends DType,
  R extends number,
  A extends AxisLike,
  O,
> = MaskedArray<ReducedDTypes<D, O>[K], ReducedRank<R, A, O>>;

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
const MaskedElementwiseArray = WithElementwise as unknown as new <
  D extends DType,
  R extends number,
>() => MaskedElementwise<D, R>;

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
export class MaskedArray<out D extends DType = DType, out R extends number = number>
  extends MaskedElementwiseArray<D, R>
  implements MaskedParts<D, R>
{
  /** The elements, with arbitrary values where they are masked. */
  readonly data: ChunkedArray<D, R>;
  /** True where an element is masked; in the shape and chunks of the data. */
  readonly mask: ChunkedArray<"bool", R>;
  /** The value that replaces masked elements in {@link MaskedArray.filled}. */
  readonly fillValue: Scalar;

  /** Users create masked arrays with `ma.maskedArray` and similar functions. */
  constructor({ data, mask }: MaskedParts<D, R>, fillValue: Scalar = defaultFillValue(data.dtype)) {
    super();
    this.data = data;
    this.mask = mask as ChunkedArray<"bool", R>;
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
  derive<D2 extends DType, R2 extends number>(parts: MaskedParts<D2, R2>): MaskedArray<D2, R2> {
    const isSame = (parts.data.dtype as DType) === this.dtype;
    return isSame ? new MaskedArray(parts, this.fillValue) : new MaskedArray(parts);
  }

  /** Length of each axis. */
  get shape(): readonly number[] {
    return this.data.shape;
  }

  /** The elements' dtype. */
  get dtype(): D {
    return this.data.dtype;
  }

  /** The number of axes. */
  get ndim(): R {
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
  filled(value: Scalar = this.fillValue): ChunkedArray<D, R> {
    return filledData(this, value) as ChunkedArray<D, R>;
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
  count<const A extends AxisLike = undefined, const O extends ReductionOptions = NoOptions>(
    axis?: A,
    options?: O & OnlyKnown<ReductionOptions, O>,
  ): ReducedArray<"int64", R, A, O> {
    return countUnmasked(this, axis, options) as ChunkedArray as ReducedArray<"int64", R, A, O>;
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
  sum<const A extends AxisLike = undefined, const O extends AnyReductionOptions = NoOptions>(
    axis?: A,
    options?: O & OnlyKnown<SumOptions, O>,
  ): MaskedReduced<"accumulated", D, R, A, O> {
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
  prod<const A extends AxisLike = undefined, const O extends AnyReductionOptions = NoOptions>(
    axis?: A,
    options?: O & OnlyKnown<SumOptions, O>,
  ): MaskedReduced<"accumulated", D, R, A, O> {
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
  mean<const A extends AxisLike = undefined, const O extends AnyReductionOptions = NoOptions>(
    axis?: A,
    options?: O & OnlyKnown<SumOptions, O>,
  ): MaskedReduced<"floating", D, R, A, O> {
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
  var<const A extends AxisLike = undefined, const O extends AnyReductionOptions = NoOptions>(
    axis?: A,
    options?: O & OnlyKnown<VarianceOptions, O>,
  ): MaskedReduced<"spread", D, R, A, O> {
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
  std<const A extends AxisLike = undefined, const O extends AnyReductionOptions = NoOptions>(
    axis?: A,
    options?: O & OnlyKnown<VarianceOptions, O>,
  ): MaskedReduced<"spread", D, R, A, O> {
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
  min<const A extends AxisLike = undefined, const O extends AnyReductionOptions = NoOptions>(
    axis?: A,
    options?: O & OnlyKnown<ReductionOptions, O>,
  ): MaskedReduced<"same", D, R, A, O> {
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
  max<const A extends AxisLike = undefined, const O extends AnyReductionOptions = NoOptions>(
    axis?: A,
    options?: O & OnlyKnown<ReductionOptions, O>,
  ): MaskedReduced<"same", D, R, A, O> {
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
  any<const A extends AxisLike = undefined, const O extends AnyReductionOptions = NoOptions>(
    axis?: A,
    options?: O & OnlyKnown<ReductionOptions, O>,
  ): MaskedReduced<"bool", D, R, A, O> {
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
  all<const A extends AxisLike = undefined, const O extends AnyReductionOptions = NoOptions>(
    axis?: A,
    options?: O & OnlyKnown<ReductionOptions, O>,
  ): MaskedReduced<"bool", D, R, A, O> {
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
  slice<const I extends readonly IndexEntry[]>(...indices: I): MaskedArray<D, SlicedRank<R, I>> {
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
  transpose(order?: readonly number[] | null): MaskedArray<D, R> {
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
  reshape<const S extends ShapeLike>(shape: S): MaskedArray<D, RankOf<S>> {
    return this.both((x) => x.reshape(shape));
  }

  /**
   * All elements along one axis.
   *
   * @example
   * const x = ma.maskedArray([1, 2, 3], { mask: [false, true, false] });
   * x.reshape([3, 1]).ravel().shape; // → [3]
   */
  ravel(): MaskedArray<D, 1> {
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
  rechunk(chunks: ChunkSpec): MaskedArray<D, R> {
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
  astype<T extends DType>(dtype: T): MaskedArray<T, R> {
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
  async compute(options: ComputeOptions = {}): Promise<ComputedMasked<D, R>> {
    const [data, mask] = await compute(this.data, this.mask, options);
    return { data, mask, fillValue: this.fillValue };
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

  /** @internal For operators of the language. */
  [Symbol.toPrimitive](hint: string): string {
    return asPrimitive(
      this.toString(),
      hint,
      "a MaskedArray",
      "write x.multiply(2), or await x.compute() for values",
    );
  }

  /** The text that Node's console prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  private reduce<Reduced>(
    name: MaskedReduction,
    axis: AxisLike,
    options?: MaskedReductionOptions,
  ): Reduced {
    return this.derive(maskedReduce(name, this, axis, options)) as Reduced;
  }

  private both<Changed>(change: (x: ChunkedArray) => ChunkedArray): Changed {
    return this.derive({ data: change(this.data), mask: change(this.mask) }) as Changed;
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
