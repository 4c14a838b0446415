// The interface of the samplers in this folder, one for each distribution.
import type { ElementStream } from "./element-stream.js";

/** Draws the number of the stream's current element. */
export type Sample = (stream: ElementStream) => number;

/**
 * Draws `count` numbers to `values` from `at` on, of elements at `position` and after, whose first
 * numbers are in the stream's tile likewise.
 */
export type Fill = (
  stream: ElementStream,
  values: Float64Array,
  at: number,
  count: number,
  position: number,
) => void;

/** How numbers of a distribution are drawn. */
export interface Sampler {
  /** How many numbers of the array's stream belong to an element; most elements need no more. */
  readonly width: number;
  /** Precomputes everything that depends on the parameters alone; they were checked before. */
  readonly prepare: (...parameters: number[]) => Sample;
  /** The same for many elements: written out where one number a cycle counts. */
  readonly prepareFill?: (...parameters: number[]) => Fill;
}
