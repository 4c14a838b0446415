// A slice on the other side of a layer, and the selection along each axis. The other files of this
// folder handle each kind of layer.
import type { Chunks } from "../model/chunks.js";
import type { AxisSelection, Layer, LayerName } from "../model/layer.js";
import type { Unnamed } from "../model/naming.js";

/** Positions at equal distances along an axis. */
export type RangeSelection = Extract<AxisSelection, { type: "range" }>;

/** The selection that the slice takes of one input of the layer it passes through. */
export interface InputCut {
  readonly input: LayerName;
  readonly selection: readonly AxisSelection[];
}

/** A slice on the other side of the layer that it read. */
export interface Passage {
  readonly cuts: readonly InputCut[];
  /** The layer that stands for the slice, which reads the cuts; `names` are their names. */
  readonly build: (names: readonly LayerName[]) => Unnamed<Layer>;
  /** The slice of the new layer, if that is not all of it: the slice then stays above it. */
  readonly rest?: readonly AxisSelection[];
  /** Whether the layer costs nothing to have several times. */
  readonly isFree?: boolean;
  /**
   * The grid of what the layer works through, and what is left of it; not there when it is no work.
   */
  readonly work?: { readonly chunks: Chunks; readonly selection: readonly AxisSelection[] };
}

/** The grid that a slice makes of another one, where it cuts something off. */
export function cutsSomething(chunks: Chunks, selection: readonly AxisSelection[]): boolean {
  return !selection.every((taken, axis) => takesAll(taken, chunks[axis] as readonly number[]));
}

/** Whether a selection is all of an axis, in order. */
export function takesAll(taken: AxisSelection, axis: readonly number[]): boolean {
  const length = axis.reduce((sum, each) => sum + each, 0);
  return taken.type === "range" && taken.start === 0 && taken.step === 1 && taken.count === length;
}

/** All of an axis. */
export function whole(axis: readonly number[]): RangeSelection {
  return { type: "range", start: 0, step: 1, count: axis.reduce((sum, each) => sum + each, 0) };
}
