// Labels of arrays: names of their axes, and attributes such as units. They come from files and go
// back into files; no computation reads them.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { shown } from "../../base/format-value.js";
import { checkOptions } from "../../base/option-schema.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrays } from "./array-operands.js";

/** The labels of an array. */
export interface ArrayLabels {
  /** The name of each axis, null for one without. */
  readonly dims?: readonly (string | null)[];
  /** Values that JSON can hold, by their names: `{ units: "K" }`. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Labels, as properties and methods of arrays. */
export interface LabelMethods<D extends DType, R extends number> {
  /**
   * The name of each axis; undefined where axes have none, as in results of operations.
   * See {@link withLabels}.
   *
   * @example zeros([2, 3]).withLabels({ dims: ["time", null] }).dims; // → ["time", null]
   */
  readonly dims: readonly (string | null)[] | undefined;
  /**
   * The file's attributes of the array, such as units; empty for results of operations.
   * See {@link withLabels}.
   *
   * @example zeros([2]).withLabels({ attributes: { units: "K" } }).attributes; // → { units: "K" }
   */
  readonly attributes: Readonly<Record<string, unknown>>;
  /**
   * The array with other labels: names of its axes, and attributes. See {@link withLabels}.
   *
   * @param labels those that are left out stay as they are
   * @example zeros([2, 3]).withLabels({ dims: ["time", "x"] }).dims; // → ["time", "x"]
   */
  withLabels(labels: ArrayLabels): ChunkedArray<D, R>;
}

const NONE: ArrayLabels = Object.freeze({});

const labels = new WeakMap<object, ArrayLabels>();

/** The labels of an array. */
export function labelsOf(x: object): ArrayLabels {
  return labels.get(x) ?? NONE;
}

/** Gives the new array `to`, of the same axes, the labels of `from`. */
export function keepLabels<T extends object>(from: T, to: T): T {
  const found = labels.get(from);
  if (found !== undefined) labels.set(to, found);
  return to;
}

/**
 * The array with names of its axes and attributes, which `toZarr` writes. `persist` and `rechunk`
 * keep them; results of other operations have none.
 *
 * @param x any shape and dtype
 * @param given labels that are left out stay as they are
 * @returns the dtype of `x`, in its shape
 * @chunks those of `x`; no task of its own
 * @throws ArgumentError `argument.value` when there is not a name per axis, or an attribute is none
 * that JSON can hold
 * @see https://docs.xarray.dev/en/stable/user-guide/terminology.html
 * @example
 * const x = withLabels(zeros([2, 3]), { dims: ["time", "x"], attributes: { units: "K" } });
 * x.dims; // → ["time", "x"]
 */
export function withLabels<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  given: ArrayLabels,
): ChunkedArray<D, R> {
  checkArrays("withLabels", x);
  checkOptions("withLabels", given, { dims: undefined, attributes: undefined });
  const { dims = x.dims, attributes = x.attributes } = checkLabels(given, x.ndim);
  const labelled = x.derive<D, R>(x.node);
  labels.set(labelled, {
    ...(dims === undefined ? {} : { dims: Object.freeze([...dims]) }),
    attributes: Object.freeze({ ...attributes }),
  });
  return labelled;
}

/**
 * Checks labels for an array of `ndim` axes.
 *
 * @throws ArgumentError `argument.value` naming what is wrong
 */
export function checkLabels(given: ArrayLabels, ndim: number): ArrayLabels {
  const { dims, attributes } = given;
  const areNames = dims?.every((name: unknown) => name === null || typeof name === "string");
  if (dims !== undefined && (!Array.isArray(dims) || dims.length !== ndim || !areNames)) {
    const text = `dims is ${shown(dims)}: expected a name or null for each of ${ndim} axes`;
    throw new ArgumentError("value", text, { dims, ndim });
  }
  if (attributes !== undefined) checkAttributes(attributes);
  return given;
}

/**
 * Checks that attributes can be written as JSON.
 *
 * @throws ArgumentError `argument.value` when they cannot
 */
export function checkAttributes(attributes: Readonly<Record<string, unknown>>): void {
  try {
    const isRecord = typeof attributes === "object" && attributes !== null;
    if (isRecord && !Array.isArray(attributes) && JSON.stringify(attributes) !== undefined) return;
  } catch {
    // A bigint, or a record that holds itself.
  }
  const text = `attributes is ${shown(attributes)}: expected an object of values that JSON can hold`;
  throw new ArgumentError("value", text, { attributes: shown(attributes) });
}
