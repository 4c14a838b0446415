// Arrays laid out for routines that need whole lanes: all of some axes in one block, along one axis.
import { type Chunks, sizeOf } from "../../graph/chunks.js";
import { type AxisLike, checkAxes } from "../axes.js";
import type { ChunkedArray } from "../chunked-array.js";
import { rechunkTo } from "./rechunk.js";
import { reshape } from "./reshape.js";
import { expandDims, transpose } from "./transpose.js";

/** The array with one block along `axis`. */
export function wholeAxis(x: ChunkedArray, axis: number): ChunkedArray {
  const chunks: Chunks = x.chunks.map((own, i) => (i === axis ? [x.shape[i] as number] : own));
  return rechunkTo(x, chunks);
}

/** The array with all of some axes along the last one, which is one block. */
export function lanesLast(x: ChunkedArray, axis: AxisLike): ChunkedArray {
  const axes = checkAxes(axis, x.ndim);
  const kept = [...x.shape.keys()].filter((i) => !axes.includes(i));
  const whole = axes.reduce(wholeAxis, x);
  const moved = transpose(whole, [...kept, ...axes]);
  const lengths = axes.map((i) => x.shape[i] as number);
  const shape = [...kept.map((i) => x.shape[i] as number), sizeOf(lengths)];
  return axes.length === 1 ? moved : reshape(moved, shape);
}

/** The result of a reduction over `axis` with those axes back, of length 1. */
export function withKeptAxes(
  result: ChunkedArray,
  axis: AxisLike,
  ndim: number,
  lead: number,
): ChunkedArray {
  const axes = checkAxes(axis, ndim).map((i) => i + lead);
  return axes.length === 0 ? result : expandDims(result, axes);
}
