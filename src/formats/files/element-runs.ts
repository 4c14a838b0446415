// A box of a C-ordered array as runs of elements in a file, as long as the shapes allow.
import { contiguousStrides, sizeOf } from "../../graph/model/chunks.js";

/**
 * Calls `visit` for each run of the box at `starts` with `lengths` in a C-ordered array of `shape`,
 * in order: where it begins in the array, where it begins in the box, and how long it is, in
 * elements.
 */
export function forEachRun(
  shape: readonly number[],
  starts: readonly number[],
  lengths: readonly number[],
  visit: (inArray: number, inBox: number, length: number) => void,
): void {
  const size = sizeOf(lengths);
  if (size === 0) return;
  const strides = contiguousStrides(shape);
  // Axes from `runAxis` on are in one piece: all after it are whole.
  let runAxis = shape.length - 1;
  while (runAxis > 0 && lengths[runAxis] === shape[runAxis]) runAxis--;
  const runLength = sizeOf(lengths.slice(Math.max(runAxis, 0)));
  for (let run = 0; run < size / runLength; run++) {
    let element = 0;
    let rest = run;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      let at = starts[axis] as number;
      if (axis < runAxis) {
        at += rest % (lengths[axis] as number);
        rest = Math.floor(rest / (lengths[axis] as number));
      }
      element += at * (strides[axis] as number);
    }
    visit(element, run * runLength, runLength);
  }
}
