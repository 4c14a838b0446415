// The positions of the axes in a signature: options axes, axis and keepdims of a generalised ufunc.
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { expandDims } from "../manipulation/expand-dims.js";
import { moveaxis } from "../manipulation/transpose.js";

/** The names of axes in each pair of parentheses, before and after the arrow. */
export interface Signature {
  readonly inputs: readonly (readonly string[])[];
  readonly outputs: readonly (readonly string[])[];
}

/** The positions of a signature's axes, and whether results keep those that they lack. */
export interface CoreAxes {
  /**
   * The positions of the signature's axes in each array, then in each result; default: the last
   * ones.
   */
  readonly axes?: readonly (number | readonly number[])[];
  /** The same for signatures of which each array has one and the same axis. */
  readonly axis?: number;
  /** Keeps the axes that results lack, with length 1, where the first array has them. */
  readonly keepdims?: boolean;
}

/** The positions of core axes in each array and each result. */
export interface PlacedAxes {
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
}

/** The positions of the core axes, by the rules of NumPy's generalised ufuncs. */
export function placedAxes(signature: Signature, options: CoreAxes): PlacedAxes {
  const { axes, axis, keepdims = false } = options;
  const { inputs, outputs } = signature;
  if (axes !== undefined && axis !== undefined)
    throw refused("axes and axis were both given: give one of them");
  if (keepdims) checkKept(signature);
  const last = (names: readonly string[]) => names.map((_, i) => i - names.length);
  const first = inputs.find((names) => names.length > 0) ?? [];
  const results = keepdims ? outputs.map(() => first) : outputs;
  if (axis !== undefined) {
    if (first.length !== 1 || inputs.some((names) => names.length > 0 && names[0] !== first[0])) {
      throw refused("axis needs a signature of which all arrays have one and the same axis");
    }
    const one = (names: readonly string[]) => (names.length === 0 ? [] : [axis]);
    return { inputs: inputs.map(one), outputs: results.map(one) };
  }
  if (axes === undefined) return { inputs: inputs.map(last), outputs: results.map(last) };
  const lists = Array.isArray(axes)
    ? axes.map((each) => (typeof each === "number" ? [each] : each))
    : [];
  const isShort = lists.length === inputs.length && outputs.every((names) => names.length === 0);
  if (!isShort && lists.length !== inputs.length + outputs.length) {
    throw refused(
      `axes has ${lists.length} entries for ${inputs.length} arrays and ${outputs.length} results of the signature`,
    );
  }
  const given = { inputs: lists.slice(0, inputs.length), outputs: lists.slice(inputs.length) };
  const placed = {
    inputs: given.inputs,
    outputs: keepdims
      ? outputs.map(() => given.inputs[0] ?? [])
      : isShort
        ? results.map(last)
        : given.outputs,
  };
  const named = [...inputs, ...results];
  const wrong = [...placed.inputs, ...placed.outputs].findIndex(
    (each, i) => each.length !== named[i]?.length,
  );
  if (wrong < 0) return placed;
  throw refused(
    `entry ${wrong} of axes does not name ${named[wrong]?.length} axes, as the signature does`,
  );
}

function checkKept({ inputs, outputs }: Signature): void {
  if (outputs.some((names) => names.length > 0)) {
    throw refused("keepdims needs results without axes of the signature");
  }
  if (inputs.some((names) => names.join() !== inputs[0]?.join())) {
    throw refused("keepdims needs arrays with the same axes of the signature");
  }
}

function refused(text: string): ArgumentError {
  return new ArgumentError("value", `applyGufunc: ${text}`);
}

/** An array with axes moved to its end. */
export function withLastAxes(x: ChunkedArray, axes: readonly number[]): ChunkedArray {
  if (axes.every((axis, i) => axis === i - axes.length)) return x;
  return moveaxis(
    x,
    axes,
    axes.map((_, i) => i - axes.length),
  );
}

/**
 * A result whose last axes, new ones of length 1 where `isKept`, are moved to where they belong.
 */
export function withPlacedAxes(
  x: ChunkedArray,
  axes: readonly number[],
  isKept: boolean,
): ChunkedArray {
  const from = axes.map((_, i) => i - axes.length);
  const whole: ChunkedArray = isKept && axes.length > 0 ? expandDims(x, from) : x;
  return axes.every((axis, i) => axis === from[i]) ? whole : moveaxis(whole, from, axes);
}
