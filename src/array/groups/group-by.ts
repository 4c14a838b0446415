// Groups along an axis: reductions of each group, and arithmetic with them.

import { type DType, isBigInt, isComplex, isInteger, itemBytes } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { accumulated, floating } from "../../base/promotion.js";
import { formatCount } from "../../base/units.js";
import type { GroupReduction } from "../../graph/model/group-routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { astype } from "../data-types/astype.js";
import { divide, isnan, sqrt, where } from "../elementwise/elementwise.js";
import { getSlice } from "../indexing/get-slice.js";
import { checkArrays, isChunkedArray } from "../layers/array-operands.js";
import { dataNode } from "../layers/source-layer.js";
import type { DatePart } from "./calendar.js";
import {
  dtypeWithRows,
  type GroupArithmetic,
  mapped,
  quantilesOf,
  runningSums,
  withRows,
} from "./group-arithmetic.js";
import { reduceComputed } from "./group-computed.js";
import {
  computedGroups,
  type ExpectedLabels,
  type GridLabels,
  groupLabels,
  type KnownGrouping,
  type Label,
  type Labels,
} from "./group-labels.js";
import { reduceGroups } from "./group-layers.js";
import { codesAlong, type Grouped, groupedAlong } from "./grouped.js";

/** Options of {@link groupBy}. */
export interface GroupByOptions {
  /** The axis of the labels, or several in the order of theirs; default: the first. */
  readonly axis?: number | readonly number[];
  /** The part of dates that is their label, in UTC. */
  readonly by?: DatePart;
  /**
   * The groups, in order; elements of others are left out. Default: the labels that there are,
   * ascending. Labels that are a chunked array need them, but for parts of dates other than years:
   * their default is all that there can be.
   */
  readonly expected?: ExpectedLabels;
  /** Whether reductions leave NaN out; default: false. */
  readonly skipNaN?: boolean;
}

/** Options of {@link GroupedArray.std} and {@link GroupedArray.var}. */
export interface GroupVarianceOptions {
  /** Subtracted from the number of elements: 1 for a sample. 0 by default. */
  readonly correction?: number;
}

/**
 * The elements of `x` in groups along an axis, or several. Its reductions give an array with one
 * row for each group, where the first of the axes was, and its arithmetic meets each element with
 * the row of its group.
 *
 * @param labels one for each position along the axis: numbers, strings, or dates with `by`; of
 * several axes nested lists; or a chunked array of numbers, with `by` of milliseconds since 1970,
 * which tasks read where they need it
 * @returns what reduces the groups; `labels` of it are theirs
 * @chunks of results: one block along the axis, or as many as `x` has where groups are runs; about
 * one task per block of `x`, and those that join them
 * @throws ArgumentError `argument.shape` for another number of labels; `argument.value` for labels
 * that are none, or expected ones that are no list; `argument.axis`; `argument.dtype` for complex
 * numbers
 * @see https://docs.xarray.dev/en/stable/user-guide/groupby.html
 * @example
 * const x = asarray([1, 2, 3, 4]);
 * const groups = groupBy(x, ["a", "b", "a", "b"]);
 * groups.labels; // → ["a", "b"]
 * await groups.mean().compute(); // → [2, 3]
 */
export function groupBy(
  x: ChunkedArray,
  labels: Labels | GridLabels | ChunkedArray,
  options: GroupByOptions = {},
): GroupedArray {
  checkArrays("groupBy", x);
  const { axis = 0, by, expected, skipNaN = false } = options;
  const axes = checkAxes(axis, x.ndim);
  checkLengths("groupBy", x.chunks);
  if (isComplex(x.dtype)) {
    throw new ArgumentError("dtype", `groups of ${x.dtype} are not supported: take real and imag`);
  }
  const lengths = axes.map((each) => x.shape[each] as number);
  if (isChunkedArray(labels)) {
    const computed = computedGroups(labels, lengths, by, expected);
    return new GroupedArray(groupedAlong(x, axes, computed, skipNaN));
  }
  const known = groupLabels(labels, lengths, by, expected);
  const codes = axes.length === 1 ? {} : { codes: codesAlong(x, axes, known.groups) };
  return new GroupedArray(groupedAlong(x, axes, { ...known, ...codes }, skipNaN));
}

function checkAxes(given: number | readonly number[], ndim: number): number[] {
  const axes = [given].flat().map((axis) => checkAxis(axis, ndim));
  if (axes.length > 0 && new Set(axes).size === axes.length) return axes;
  const text = `groups are along different axes, and at least one, got ${JSON.stringify(given)}`;
  throw new ArgumentError("axis", text, { axis: given });
}

/**
 * An array in groups along an axis, made by {@link groupBy}. Reductions return an array with one
 * row for each group along the axis, and run in about as many tasks as the array has blocks, for
 * any number of groups. If groups are contiguous, blocks are cut between them; otherwise each block
 * is reduced to the groups that it has, and these are joined.
 *
 * @throws ArgumentError `argument.value` where integers have no value for a group of none, or for
 * an element of no group; `argument.shape` where values are not those of the groups
 * @see https://flox.readthedocs.io/en/latest/implementation.html
 * @example
 * const x = asarray([[1, 10], [2, 20], [3, 30]]);
 * const groups = groupBy(x, [0, 1, 0]);
 * await groups.sum().compute(); // → [[4, 40], [2, 20]]
 * await groups.subtract(groups.mean()).compute(); // → [[-1, -10], [0, 0], [1, 10]]
 */
export class GroupedArray {
  readonly #grouped: Grouped;

  /** Made by {@link groupBy}. */
  constructor(grouped: Grouped) {
    this.#grouped = grouped;
  }

  /** The text that Node's console prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    const { axes } = this.#grouped;
    const along = axes.length === 1 ? `axis ${axes[0]}` : `axes ${axes.join(", ")}`;
    return `GroupedArray of ${formatCount(this.labels.length, "group")} along ${along} of ${String(this.#x)}`;
  }

  /** The labels of the groups, in the order of the results' rows. */
  get labels(): readonly Label[] {
    return this.#grouped.labels;
  }

  /** How many positions each group has along the axis; of labels that are known. */
  get sizes(): number[] {
    const { sizes } = this.#grouped;
    if (sizes !== undefined) return [...sizes];
    throw new ArgumentError("value", "sizes of groups are known once labels are: use count()");
  }

  /**
   * The sum of each group, 0 where it is empty. Dtypes as {@link sum}; floats are added up in 64
   * bits.
   *
   * @example
   * const groups = groupBy(asarray([1, 2, 3, 4]), ["a", "b", "a", "b"]);
   * await groups.sum().compute(); // → [4, 6]
   */
  sum(): ChunkedArray {
    const dtype = accumulated(this.#x.dtype);
    if (!isInteger(dtype)) return astype(this.#reduce("sum", "float64"), dtype);
    if (this.#isExactInFloats()) return astype(this.#reduce("sum", "float64"), dtype);
    return this.#with(astype(this.#x, dtype)).#reduce("sum", dtype);
  }

  /**
   * The product of each group, 1 where it is empty. Dtypes as {@link prod}.
   *
   * @example await groupBy(asarray([1, 2, 3]), [0, 1, 0]).prod().compute(); // → [3, 2]
   */
  prod(): ChunkedArray {
    const dtype = accumulated(this.#x.dtype);
    if (!isInteger(dtype)) return astype(this.#reduce("prod", "float64"), dtype);
    return this.#with(astype(this.#x, dtype)).#reduce("prod", dtype);
  }

  /**
   * How many elements of each group are numbers: all but NaN. int64.
   *
   * @example await groupBy(asarray([1, 2, 3]), [0, 1, 0]).count().compute(); // → [2n, 1n]
   */
  count(): ChunkedArray {
    return astype(this.#reduce("count", "float64"), "int64");
  }

  /**
   * The mean of each group, NaN where it is empty. Dtypes as {@link mean}.
   *
   * @example await groupBy(asarray([1, 2, 3]), [0, 1, 0]).mean().compute(); // → [2, 2]
   */
  mean(): ChunkedArray {
    const dtype = floating(this.#x.dtype);
    if (this.#grouped.sizes !== undefined && !this.#mayHaveNaN()) {
      const numbers = isBigInt(this.#x.dtype) ? this.#with(astype(this.#x, "float64")) : this;
      return astype(divide(numbers.#reduce("sum", "float64"), this.#perGroup(this.sizes)), dtype);
    }
    const [sums, counts] = this.#fields("sumCount", 2) as [ChunkedArray, ChunkedArray];
    return astype(divide(sums, counts), dtype);
  }

  /**
   * The variance of each group, NaN where it has no more elements than the correction. Dtypes as
   * {@link variance}.
   *
   * @param options with `correction`, what is taken off the number of elements to divide by;
   * default: 0
   * @example
   * const groups = groupBy(asarray([1, 2, 3, 4]), ["a", "b", "a", "b"]);
   * await groups.var().compute(); // → [1, 1]
   */
  var({ correction = 0 }: GroupVarianceOptions = {}): ChunkedArray {
    const [counts, , deviations] = this.#fields("moments", 3) as [
      ChunkedArray,
      ChunkedArray,
      ChunkedArray,
    ];
    const left: ChunkedArray = counts.subtract(correction);
    const variance: ChunkedArray = where(left.greater(0), divide(deviations, left), Number.NaN);
    return astype(variance, floating(this.#x.dtype));
  }

  /**
   * The standard deviation of each group; as {@link GroupedArray.var}.
   *
   * @param options with `correction`, what is taken off the number of elements to divide by;
   * default: 0
   * @example
   * const groups = groupBy(asarray([1, 2, 3, 4]), ["a", "b", "a", "b"]);
   * await groups.std().compute(); // → [1, 1]
   */
  std(options: GroupVarianceOptions = {}): ChunkedArray {
    return sqrt(this.var(options));
  }

  /**
   * The smallest element of each group, NaN where it is empty. The dtype of the array.
   *
   * @example await groupBy(asarray([1, 2, 3]), [0, 1, 0]).min().compute(); // → [1, 2]
   */
  min(): ChunkedArray {
    return this.#select("min");
  }

  /**
   * The largest element of each group, NaN where it is empty. The dtype of the array.
   *
   * @example await groupBy(asarray([1, 2, 3]), [0, 1, 0]).max().compute(); // → [3, 2]
   */
  max(): ChunkedArray {
    return this.#select("max");
  }

  /**
   * The first element of each group along the axis, NaN where it is empty. The dtype of the array.
   *
   * @example await groupBy(asarray([1, 2, 3]), [0, 1, 0]).first().compute(); // → [1, 2]
   */
  first(): ChunkedArray {
    return this.#select("first");
  }

  /**
   * The last element of each group along the axis, NaN where it is empty. The dtype of the array.
   *
   * @example await groupBy(asarray([1, 2, 3]), [0, 1, 0]).last().compute(); // → [3, 2]
   */
  last(): ChunkedArray {
    return this.#select("last");
  }

  /**
   * The median of each group; as {@link GroupedArray.quantile}.
   *
   * @example await groupBy(asarray([1, 2, 3]), [0, 1, 0]).median().compute(); // → [2, 2]
   */
  median(): ChunkedArray {
    return this.#quantiles([0.5], "middle");
  }

  /**
   * The quantile of each group, NaN where it is empty. float32 for float32, else float64. The axis
   * comes into one block.
   *
   * @param q the share that is below it, from 0 to 1
   * @throws ArgumentError `argument.value` for a share outside of [0, 1]
   * @example
   * const groups = groupBy(asarray([1, 2, 3, 4]), ["a", "b", "a", "b"]);
   * await groups.quantile(0.25).compute(); // → [1.5, 2.5]
   */
  quantile(q: number): ChunkedArray {
    if (typeof q !== "number" || !(q >= 0 && q <= 1)) {
      throw new ArgumentError("value", `a quantile is a share from 0 to 1, got ${q}`, { q });
    }
    return this.#quantiles([q], "linear");
  }

  /**
   * Running sums in each group, in the shape of the array. Dtypes as {@link cumsum}. The axis comes
   * into one block. With `skipNaN`, NaN counts as 0.
   *
   * @example
   * const groups = groupBy(asarray([1, 2, 3, 4]), ["a", "b", "a", "b"]);
   * await groups.cumsum().compute(); // → [1, 2, 4, 6]
   */
  cumsum(): ChunkedArray {
    const dtype = accumulated(this.#x.dtype);
    this.#requireAll("cumsum", dtype);
    const numbers = this.#mayHaveNaN() ? this.#with(where(isnan(this.#x), 0, this.#x)) : this;
    return runningSums(numbers.#grouped, dtype);
  }

  /**
   * Each element less the value of its group: `groups.subtract(groups.mean())` gives anomalies.
   *
   * @param values a row for each group, as the reductions give
   * @example
   * const groups = groupBy(asarray([1, 2, 3, 4]), ["a", "b", "a", "b"]);
   * await groups.subtract(groups.mean()).compute(); // → [-1, -1, 1, 1]
   */
  subtract(values: ChunkedArray): ChunkedArray {
    return this.#apply("subtract", values);
  }

  /**
   * Each element and the value of its group, added.
   *
   * @param values a row for each group, as the reductions give
   * @example
   * const groups = groupBy(asarray([1, 2, 3, 4]), ["a", "b", "a", "b"]);
   * await groups.add(groups.mean()).compute(); // → [3, 5, 5, 7]
   */
  add(values: ChunkedArray): ChunkedArray {
    return this.#apply("add", values);
  }

  /**
   * Each element times the value of its group.
   *
   * @param values a row for each group, as the reductions give
   * @example
   * const groups = groupBy(asarray([1, 2, 3, 4]), ["a", "b", "a", "b"]);
   * await groups.multiply(groups.mean()).compute(); // → [2, 6, 6, 12]
   */
  multiply(values: ChunkedArray): ChunkedArray {
    return this.#apply("multiply", values);
  }

  /**
   * Each element divided by the value of its group.
   *
   * @param values a row for each group, as the reductions give
   * @example
   * const groups = groupBy(asarray([1, 2, 3, 4]), ["a", "b", "a", "b"]);
   * await groups.divide(groups.mean()).compute(); // → [0.5, 0.6666666666666666, 1.5, 1.3333333333333333]
   */
  divide(values: ChunkedArray): ChunkedArray {
    return this.#apply("divide", values);
  }

  /**
   * The results of `f` for each group, passed as an array. Where the result has as many elements
   * along the axis as the group, they come back in the order of the array; where it lacks the axis,
   * results are stacked along it. `f` is called once per group while the graph is made.
   *
   * @param f takes the array of a group and its label, and gives another array
   * @throws ArgumentError `argument.shape` when results fit neither way, or elements are in no
   * group
   * @example
   * const groups = groupBy(asarray([1, 2, 3, 4]), ["a", "b", "a", "b"]);
   * await groups.map((group) => group.subtract(group.max())).compute(); // → [-2, -2, 0, 0]
   */
  map(f: (group: ChunkedArray, label: Label) => ChunkedArray): ChunkedArray {
    return mapped(this.#grouped, f);
  }

  get #x(): ChunkedArray {
    return this.#grouped.x;
  }

  #reduce(reduce: GroupReduction, dtype: DType): ChunkedArray {
    const { x, axis, skipNaN, codes } = this.#grouped;
    const reduction = { reduce, axis, skipNaN, dtype };
    if (codes !== undefined) return reduceComputed(this.#grouped, reduction);
    return reduceGroups(x, this.#grouped as Grouped & KnownGrouping, reduction);
  }

  /** The rows of a reduction with several fields for each group, by field. */
  #fields(reduce: GroupReduction, count: number): ChunkedArray[] {
    const rows = this.#reduce(reduce, "float64");
    const before = new Array<null>(this.#grouped.axis).fill(null);
    return Array.from({ length: count }, (_, field) =>
      getSlice(rows, [...before, { start: field, step: count }]),
    );
  }

  #select(reduce: "min" | "max" | "first" | "last"): ChunkedArray {
    const { dtype } = this.#x;
    this.#requireElements(reduce, dtype);
    return this.#reduce(reduce, dtype);
  }

  #quantiles(quantiles: readonly number[], method: "linear" | "middle"): ChunkedArray {
    return quantilesOf(this.#grouped, quantiles, method);
  }

  #apply(apply: GroupArithmetic, values: ChunkedArray): ChunkedArray {
    checkArrays(apply, values);
    this.#requireAll(apply, dtypeWithRows(this.#grouped, apply, values));
    return withRows(this.#grouped, apply, values);
  }

  #with(x: ChunkedArray): GroupedArray {
    return new GroupedArray({ ...this.#grouped, x });
  }

  /** Numbers, one for each group, along the axis. */
  #perGroup(numbers: readonly number[]): ChunkedArray {
    const { axis, span } = this.#grouped;
    const shape = this.#x.shape.map(() => 1).toSpliced(axis, span, numbers.length);
    return this.#x.derive(dataNode({ data: Float64Array.from(numbers), shape }));
  }

  #mayHaveNaN(): boolean {
    return this.#grouped.skipNaN && isFloat(this.#x.dtype);
  }

  /** Whether sums of integers are exact in floats: none passes 2⁵³. */
  #isExactInFloats(): boolean {
    const { dtype } = this.#x;
    if (isBigInt(dtype)) return false;
    const sizes = this.#grouped.sizes ?? Float64Array.of(this.#x.size);
    const most = sizes.reduce((longest, size) => Math.max(longest, size), 0);
    return most * 2 ** (8 * itemBytes(dtype)) <= Number.MAX_SAFE_INTEGER;
  }

  /** Integers have no value for an empty group. */
  #requireElements(what: string, dtype: DType): void {
    const { sizes, labels } = this.#grouped;
    if (isFloat(dtype)) return;
    if (sizes === undefined) {
      const text = `labels are computed, so groups may be empty, and ${dtype} has no value for the ${what} of none: use astype("float64")`;
      throw new ArgumentError("value", text);
    }
    const empty = sizes.indexOf(0);
    if (empty < 0) return;
    const text = `group ${JSON.stringify(String(labels[empty]))} has no elements, and ${dtype} no value for the ${what} of none: use astype("float64"), or leave it out of expected`;
    throw new ArgumentError("value", text, { label: labels[empty] });
  }

  /** Integers have no value for an element of no group. */
  #requireAll(what: string, dtype: DType): void {
    const { groups } = this.#grouped;
    if (isFloat(dtype) || (groups !== undefined && !groups.includes(-1))) return;
    const are = groups === undefined ? "may be" : "are";
    const text = `elements ${are} in no group, and ${dtype} has no value for their ${what}: use astype("float64"), or leave out expected`;
    throw new ArgumentError("value", text);
  }
}

function isFloat(dtype: DType): boolean {
  return dtype === "float32" || dtype === "float64";
}
