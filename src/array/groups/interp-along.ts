// Values between positions along an axis, on straight lines.
import { isComplex } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { floating } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { astype } from "../data-types/astype.js";
import { add, equal, multiply, subtract, where } from "../elementwise/elementwise.js";
import { take } from "../indexing/take.js";
import { checkArrays } from "../layers/array-operands.js";
import { dataNode } from "../layers/source-layer.js";
import { reshape } from "../manipulation/reshape.js";
import { dateMs } from "./calendar.js";
import type { Labels } from "./group-labels.js";

/** Options of {@link interpAlong}. */
export interface InterpAlongOptions {
  /** The axis along which values are looked for; default: the first. */
  readonly axis?: number;
}

/**
 * Values of `x` between its positions along an axis, on straight lines; NaN beyond the ends.
 *
 * @param from where each position along the axis is, ascending: numbers, or dates
 * @param to where values are wanted, in any order: numbers, or dates
 * @returns float32 for float32, else float64; as long as `to` along the axis
 * @chunks of about those of `x` along the axis; about eight tasks per block of the result
 * @throws ArgumentError `argument.shape` for another number of positions; `argument.value` for
 * positions that do not ascend; `argument.axis`; `argument.dtype` for complex numbers
 * @see https://docs.xarray.dev/en/stable/generated/xarray.DataArray.interp.html
 * @example
 * const x = asarray([[0, 1], [10, 3]]);
 * await interpAlong(x, [0, 10], [5, 10, 11]).compute(); // → [[5, 2], [10, 3], [NaN, NaN]]
 */
export function interpAlong(
  x: ChunkedArray,
  from: Labels,
  to: Labels,
  options: InterpAlongOptions = {},
): ChunkedArray {
  checkArrays("interpAlong", x);
  const axis = checkAxis(options.axis ?? 0, x.ndim);
  checkLengths("interpAlong", x.chunks);
  if (isComplex(x.dtype)) {
    const text = `interpAlong of ${x.dtype} is not supported: take real and imag`;
    throw new ArgumentError("dtype", text);
  }
  const places = placesOf("from", from);
  checkPlaces(places, x.shape[axis] as number);
  const wanted = placesOf("to", to);
  const { before, after, share } = neighbours(places, wanted);
  const values: ChunkedArray = astype(x, floating(x.dtype));
  const weights = Float64Array.from(share);
  const column = x.shape.map((_, a) => (a === axis ? wanted.length : 1));
  const data = x.derive(dataNode(weights)) as ChunkedArray;
  const w: ChunkedArray = reshape(astype(data, values.dtype), column);
  const low: ChunkedArray = take(values, before, axis);
  const high: ChunkedArray = take(values, after, axis);
  const between = add(low, multiply(subtract(high, low), w));
  // A place that is one of the array's has its value, also beside NaN.
  return where(equal(w, 0), low, between) as ChunkedArray;
}

/** Dates as milliseconds, numbers as they are. */
function placesOf(what: string, given: Labels): number[] {
  if (!Array.isArray(given) && !ArrayBuffer.isView(given)) {
    const text = `${what} is no list: expected numbers or dates, one for each position`;
    throw new ArgumentError("value", text);
  }
  return Array.from(given as ArrayLike<unknown>, (place, at) =>
    typeof place === "number" ? place : dateMs(place, at),
  );
}

function checkPlaces(places: readonly number[], length: number): void {
  if (places.length !== length || length === 0) {
    const text = `${places.length} positions were given for ${length} along the axis: expected one each, and at least one`;
    throw new ArgumentError("shape", text, { positions: places.length, length });
  }
  const wrong = places.findIndex((place, i) => i > 0 && !(place > (places[i - 1] as number)));
  if (wrong < 0) return;
  const text = `positions ascend, but number ${wrong} is ${places[wrong]} after ${places[wrong - 1]}`;
  throw new ArgumentError("value", text, { at: wrong });
}

/** For each wanted place, the positions around it, and the part of the way; NaN beyond the ends. */
function neighbours(places: readonly number[], wanted: readonly number[]) {
  const last = places.length - 1;
  const before = new Array<number>(wanted.length);
  const after = new Array<number>(wanted.length);
  const share = wanted.map((place, k) => {
    const low = Math.max(0, upTo(places, place));
    const high = Math.min(low + 1, last);
    [before[k], after[k]] = [low, high];
    const [first, second] = [places[low] as number, places[high] as number];
    if (place === first) return 0;
    return place > first && place < second ? (place - first) / (second - first) : Number.NaN;
  });
  return { before, after, share };
}

/** The last position that is not beyond `place`; -1 where all are. */
function upTo(places: readonly number[], place: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] as number) <= place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
