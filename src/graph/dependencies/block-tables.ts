// The input blocks of each output block along one axis, as compressed rows, and the walk over the
// product of such rows. Slices, rechunks and tree reductions have this form. slice-plan.ts,
// axis-overlap.ts and dependencies.ts make the rows.
import { contiguousStrides } from "../model/chunks.js";
import type { DependencyMap } from "./dependency-map.js";

/** Per output block of an axis: the input blocks `blocks[start[i] … start[i + 1] - 1]` it needs. */
export interface BlockTable {
  readonly start: Int32Array;
  readonly blocks: Int32Array;
}

/**
 * Lists the blocks of a layer's only input behind an output block, row-major.
 *
 * @param tables one per input axis; an axis that the output drops has a table of one row
 * @param inputCounts number of input blocks along each axis
 */
export function blockProduct(
  tables: readonly BlockTable[],
  inputCounts: readonly number[],
): DependencyMap {
  const rank = tables.length;
  const strides = contiguousStrides(inputCounts);
  const first = new Int32Array(rank);
  const end = new Int32Array(rank);
  const cursor = new Int32Array(rank);
  const seek = (block: number): boolean => {
    let rest = block;
    for (let axis = rank - 1; axis >= 0; axis--) {
      const { start } = tables[axis] as BlockTable;
      const row = rest % (start.length - 1);
      rest = (rest - row) / (start.length - 1);
      first[axis] = cursor[axis] = start[row] as number;
      end[axis] = start[row + 1] as number;
      if (first[axis] === end[axis]) return false;
    }
    return true;
  };
  const advance = (): boolean => {
    for (let axis = rank - 1; axis >= 0; axis--) {
      cursor[axis] = (cursor[axis] as number) + 1;
      if (cursor[axis] !== end[axis]) return true;
      cursor[axis] = first[axis] as number;
    }
    return false;
  };
  return (block, emit) => {
    if (!seek(block)) return;
    do {
      let number = 0;
      for (let axis = 0; axis < rank; axis++) {
        const { blocks } = tables[axis] as BlockTable;
        number += (blocks[cursor[axis] as number] as number) * (strides[axis] as number);
      }
      emit(0, number);
    } while (advance());
  };
}

/** The table of an axis whose every output block needs a run of up to `group` input blocks. */
export function groupTable(inputCount: number, group: number): BlockTable {
  const rows = Math.ceil(inputCount / group);
  const start = new Int32Array(rows + 1);
  for (let row = 1; row <= rows; row++) start[row] = Math.min(row * group, inputCount);
  return { start, blocks: ascending(inputCount) };
}

let longestAscending = new WeakRef(new Int32Array(0));

/** The numbers 0 … `count` - 1; tables share them. */
export function ascending(count: number): Int32Array {
  const known = longestAscending.deref();
  if (known !== undefined && known.length >= count) return known.subarray(0, count);
  const made = new Int32Array(count);
  for (let at = 0; at < count; at++) made[at] = at;
  longestAscending = new WeakRef(made);
  return made;
}
