// Groups along an axis: reductions of each group, and arithmetic with them.

import { type DType, isBigInt, isComplex, isInteger, itemBytes } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { accumulated, floating, promote } from "../../base/promotion.js";
import { formatCount } from "../../base/units.js";
import type { GroupReduction, GroupRoutine } from "../../graph/model/group-routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis, formatShape } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { astype } from "../data-types/astype.js";
import { divide, sqrt, where } from "../elementwise/elementwise.js";
import { getSlice } from "../indexing/get-slice.js";
import { take } from "../indexing/take.js";
import { checkArrays, isChunkedArray } from "../layers/array-operands.js";
import { elementwise } from "../layers/elementwise-layer.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { dataNode } from "../layers/source-layer.js";
import { routineNode, takeNode } from "../layers/take-layer.js";
import { concatenate, stack } from "../manipulation/concatenate.js";
import {
  type DatePart,
  type Grouping,
  groupLabels,
  type Label,
  type Labels,
} from "./group-labels.js";
import { fittingResults, placesOf, reduceGroups, wholeAlong, withAxis } from "./group-layers.js";

/** Options of {@link groupBy}. */
export interface GroupByOptions {
  /** The axis of the labels; default: the first. */
  readonly axis?: number;
  /** The part of dates that is their label, in UTC. */
  readonly by?: DatePart;
  /**
   * The groups, in order; elements of others are left out. Default: the labels that there are,
   * ascending.
   */
  readonly expected?: readonly Label[];
  /** Whether reductions leave NaN out; default: false. */
  readonly skipNaN?: boolean;
}

/** Options of {@link GroupedArray.std} and {@link GroupedArray.var}. */
export interface GroupVarianceOptions {
  /** Subtracted from the number of elements: 1 for a sample. 0 by default. */
  readonly correction?: number;
}

/**
 * The elements of `x` in groups along an axis. Its reductions give an array with one row for each
 * group, and its arithmetic meets each element with the row of its group.
 *
 * @param labels one for each position along the axis: numbers, strings, or dates with `by`
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
  labels: Labels,
  options: GroupByOptions = {},
): GroupedArray {
  checkArrays("groupBy", x);
  const { axis = 0, by, expected, skipNaN = false } = options;
  const along = checkAxis(axis, x.ndim);
  checkLengths("groupBy", x.chunks);
  if (isComplex(x.dtype)) {
    throw new ArgumentError("dtype", `groups of ${x.dtype} are not supported: take real and imag`);
  }
  const grouping = groupLabels(labels, x.shape[along] as number, by, expected);
  return new GroupedArray(x, along, grouping, skipNaN);
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
  readonly #x: ChunkedArray;
  readonly #axis: number;
  readonly #grouping: Grouping;
  readonly #skipNaN: boolean;

  /** Made by {@link groupBy}. */
  constructor(x: ChunkedArray, axis: number, grouping: Grouping, skipNaN: boolean) {
    this.#x = x;
    this.#axis = axis;
    this.#grouping = grouping;
    this.#skipNaN = skipNaN;
  }

  /** The text that Node's console prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `GroupedArray of ${formatCount(this.labels.length, "group")} along axis ${this.#axis} of ${String(this.#x)}`;
  }

  /** The labels of the groups, in the order of the results' rows. */
  get labels(): readonly Label[] {
    return this.#grouping.labels;
  }

  /** How many positions each group has along the axis. */
  get sizes(): number[] {
    return [...this.#grouping.sizes];
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
    if (!this.#mayHaveNaN()) {
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
   * into one block.
   *
   * @example
   * const groups = groupBy(asarray([1, 2, 3, 4]), ["a", "b", "a", "b"]);
   * await groups.cumsum().compute(); // → [1, 2, 4, 6]
   */
  cumsum(): ChunkedArray {
    this.#requireAll("cumsum", accumulated(this.#x.dtype));
    const dtype = accumulated(this.#x.dtype);
    const x = astype(wholeAlong(this.#x, this.#axis), dtype) as ChunkedArray;
    const places = placesOf(x.chunks, this.#axis, this.#grouping.groups);
    const result = this.#routine(x, { name: "groupScan", axis: this.#axis, places }, dtype);
    return rechunkTo(result, this.#x.chunks);
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
    const axis = this.#axis;
    const members = this.labels.map((_, group) => this.#positions(group));
    const results = members.map((positions, group) =>
      f(take(this.#x, positions, axis) as ChunkedArray, this.labels[group] as Label),
    );
    const { ndim } = this.#x;
    if (results.every((result) => isChunkedArray(result) && result.ndim === ndim - 1)) {
      return stack(results, axis);
    }
    const isKept = results.every(
      (result, k) =>
        isChunkedArray(result) && result.ndim === ndim && result.shape[axis] === members[k]?.length,
    );
    if (!isKept) {
      const shapes = results.map((result) =>
        isChunkedArray(result) ? formatShape(result.shape) : result,
      );
      const text = `the function gives ${shapes.join(", ")}: expected arrays as long as the groups, or without axis ${axis}`;
      throw new ArgumentError("shape", text);
    }
    const order = members.flat();
    if (order.length < (this.#x.shape[axis] as number)) {
      const text = `elements are in no group: leave out expected, or give results without axis ${axis}`;
      throw new ArgumentError("shape", text);
    }
    const back = new Int32Array(order.length);
    order.forEach((position, at) => {
      back[position] = at;
    });
    return take(concatenate(results, axis), back, axis) as ChunkedArray;
  }

  #positions(group: number): number[] {
    const found: number[] = [];
    this.#grouping.groups.forEach((own, position) => {
      if (own === group) found.push(position);
    });
    return found;
  }

  #reduce(reduce: GroupReduction, dtype: DType): ChunkedArray {
    const reduction = { reduce, axis: this.#axis, skipNaN: this.#skipNaN, dtype };
    return reduceGroups(this.#x, this.#grouping, reduction);
  }

  /** The rows of a reduction with several fields for each group, by field. */
  #fields(reduce: GroupReduction, count: number): ChunkedArray[] {
    const rows = this.#reduce(reduce, "float64");
    const before = new Array<null>(this.#axis).fill(null);
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
    const x = wholeAlong(this.#x, this.#axis);
    const places = placesOf(x.chunks, this.#axis, this.#grouping.groups);
    const routine = { name: "groupQuantile", axis: this.#axis, skipNaN: this.#skipNaN } as const;
    const dtype = floating(this.#x.dtype);
    const chunks = withAxis(x.chunks, this.#axis, [this.labels.length]);
    return this.#routine(x, { ...routine, quantiles, method, places }, dtype, chunks);
  }

  #routine(x: ChunkedArray, routine: GroupRoutine, dtype: DType, chunks = x.chunks): ChunkedArray {
    const operands = [{ node: x.node, axes: [...x.shape.keys()] }];
    return x.derive(routineNode(routine, operands, { loopChunks: x.chunks, chunks }, dtype));
  }

  #apply(apply: "add" | "subtract" | "multiply" | "divide", values: ChunkedArray): ChunkedArray {
    checkArrays(apply, values);
    const axis = this.#axis;
    const wanted = this.#x.shape.map((length, i) => (i === axis ? this.labels.length : length));
    if (values.ndim !== this.#x.ndim || !values.shape.every((n, i) => n === wanted[i])) {
      const text = `values of shape ${formatShape(values.shape)} are not those of the groups: expected ${formatShape(wanted)}`;
      throw new ArgumentError("shape", text, { shape: values.shape, expected: wanted });
    }
    const promoted = promote(this.#x.dtype, values.dtype);
    const dtype = apply === "divide" ? floating(promoted) : promoted;
    this.#requireAll(apply, dtype);
    const whole = astype(this.#x, dtype) as ChunkedArray;
    const { groups } = this.#grouping;
    // One block for all groups may be many times a block of the array.
    const x = fittingResults(whole, axis, this.labels.length * itemBytes(dtype));
    if (x !== whole && !groups.includes(-1)) {
      const lengths = whole.chunks[axis] as readonly number[];
      const points = { axes: [axis], indices: [groups] };
      const each = values.derive(takeNode(values.node, points, axis, lengths));
      return astype(elementwise(apply, [whole, each]), dtype) as ChunkedArray;
    }
    const rows = rechunkTo(
      astype(values, dtype) as ChunkedArray,
      withAxis(x.chunks, axis, [this.labels.length]),
    );
    const places = placesOf(x.chunks, axis, this.#grouping.groups);
    const axes = [...x.shape.keys()];
    const operands = [
      { node: x.node, axes },
      { node: rows.node, axes: axes.map((i) => (i === axis ? -1 : i)) },
    ];
    const routine = { name: "groupApply", apply, axis, places } as const;
    const met = x.derive(routineNode(routine, operands, { loopChunks: x.chunks }, dtype));
    return rechunkTo(met, whole.chunks);
  }

  #with(x: ChunkedArray): GroupedArray {
    return new GroupedArray(x, this.#axis, this.#grouping, this.#skipNaN);
  }

  /** Numbers, one for each group, along the axis. */
  #perGroup(numbers: readonly number[]): ChunkedArray {
    const shape = this.#x.shape.map((_, i) => (i === this.#axis ? numbers.length : 1));
    return this.#x.derive(dataNode({ data: Float64Array.from(numbers), shape }));
  }

  #mayHaveNaN(): boolean {
    return this.#skipNaN && (this.#x.dtype === "float32" || this.#x.dtype === "float64");
  }

  /** Whether sums of integers are exact in floats: none passes 2⁵³. */
  #isExactInFloats(): boolean {
    const { dtype } = this.#x;
    if (isBigInt(dtype)) return false;
    const most = this.sizes.reduce((longest, size) => Math.max(longest, size), 0);
    return most * 2 ** (8 * itemBytes(dtype)) <= Number.MAX_SAFE_INTEGER;
  }

  /** Integers have no value for an empty group. */
  #requireElements(what: string, dtype: DType): void {
    const empty = this.sizes.indexOf(0);
    if (empty < 0 || dtype === "float32" || dtype === "float64") return;
    const text = `group ${JSON.stringify(String(this.labels[empty]))} has no elements, and ${dtype} no value for the ${what} of none: use astype("float64"), or leave it out of expected`;
    throw new ArgumentError("value", text, { label: this.labels[empty] });
  }

  /** Integers have no value for an element of no group. */
  #requireAll(what: string, dtype: DType): void {
    if (!this.#grouping.groups.includes(-1) || dtype === "float32" || dtype === "float64") return;
    const text = `elements are in no group, and ${dtype} has no value for their ${what}: use astype("float64"), or leave out expected`;
    throw new ArgumentError("value", text);
  }
}
