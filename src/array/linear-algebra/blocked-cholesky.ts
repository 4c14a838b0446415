// Cholesky's factor and triangular systems of matrices cut into blocks, block row by block row. A
// task holds three blocks; of a step's tasks all but one run side by side.
import type { ChunkedArray } from "../chunked-array.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { concatenate } from "../manipulation/concatenate.js";
import { overGrid, windowOf, zerosLikeGrid } from "./stacks.js";

/** The square matrix with its columns cut as its rows. */
export function squareBlocks(x: ChunkedArray): ChunkedArray {
  const rows = x.chunks[0] as readonly number[];
  return rechunkTo(x, [rows, rows]);
}

/**
 * The lower factor, right-looking: the diagonal block is factored, the blocks below it are divided
 * by it, and their products are subtracted from the blocks to the right. Blocks above the diagonal
 * are never computed.
 */
export function blockedCholesky(x: ChunkedArray): ChunkedArray {
  let rest = squareBlocks(x);
  const lengths = rest.chunks[0] as readonly number[];
  const columns: ChunkedArray[] = [];
  lengths.forEach((width, k) => {
    const size = rest.shape[0] as number;
    const corner = windowOf(rest, [0, width], [0, width]);
    const factor = overGrid(
      { name: "cholesky", upper: false },
      [[corner, [-1, -1]]],
      [],
      [[width], [width]],
    );
    const column = [factor];
    if (k > 0) column.unshift(zerosLikeGrid(x, [lengths.slice(0, k), [width]]));
    if (width < size) {
      const below = lengths.slice(k + 1);
      const divide = {
        name: "solveTriangular",
        lower: true,
        unit: false,
        side: "rightAdjoint",
      } as const;
      const factors = overGrid(
        divide,
        [
          [factor, [-1, -1]],
          [windowOf(rest, [width, size], [0, width]), [0, -1]],
        ],
        [below],
        [below, [width]],
      );
      column.push(factors);
      rest = overGrid(
        { name: "subtractProduct", conjugate: true },
        [
          [windowOf(rest, [width, size], [width, size]), [0, 1]],
          [factors, [0, -1]],
          [factors, [1, -1]],
        ],
        [below, below],
      );
    }
    columns.push(concatenate(column, 0));
  });
  return concatenate(columns, 1);
}

/** x of t·x = b for a triangle `t` and a matrix `b`, both in blocks. */
export function blockedSolveTriangular(
  t: ChunkedArray,
  b: ChunkedArray,
  form: { readonly lower: boolean; readonly unit: boolean },
): ChunkedArray {
  const square = squareBlocks(t);
  const lengths = square.chunks[0] as readonly number[];
  const columns = b.chunks[1] as readonly number[];
  const size = square.shape[0] as number;
  const solved: ChunkedArray[] = [];
  let rest = rechunkTo(b, [lengths, columns]);
  let [from, to] = [0, size];
  const order = form.lower ? [...lengths.keys()] : [...lengths.keys()].reverse();
  for (const k of order) {
    const width = lengths[k] as number;
    const [first, last] = form.lower ? [from, from + width] : [to - width, to];
    if (form.lower) from += width;
    else to -= width;
    const at = form.lower ? ([0, width] as const) : ([first, last] as const);
    const right = windowOf(rest, at, [0, b.shape[1] as number]);
    const x = overGrid(
      { name: "solveTriangular", ...form, side: "left" },
      [
        [windowOf(square, [first, last], [first, last]), [-1, -1]],
        [right, [-1, 1]],
      ],
      [[width], columns],
    );
    if (form.lower) solved.push(x);
    else solved.unshift(x);
    if (from >= to) break;
    const left = form.lower ? lengths.slice(k + 1) : lengths.slice(0, k);
    const kept = form.lower ? ([width, rest.shape[0] as number] as const) : ([0, first] as const);
    rest = overGrid(
      { name: "subtractProduct", conjugate: false },
      [
        [windowOf(rest, kept, [0, b.shape[1] as number]), [0, 1]],
        [windowOf(square, [from, to], [first, last]), [0, -1]],
        [x, [-1, 1]],
      ],
      [left, columns],
    );
  }
  return concatenate(solved, 0);
}
