// LU of a matrix cut into blocks, with the pivots that elimination of the whole matrix would
// choose. A pivot is the largest of a whole column, so a panel has all rows and as few columns as
// make it about as large as a block. Each panel's elimination is one task; a task for each panel
// right of it exchanges rows, finds U's rows and takes the products away. A task holds three panels
// at most.
import { realPart } from "../../base/promotion.js";
import { longest } from "../../graph/model/chunks.js";
import type { ChunkedArray } from "../chunked-array.js";
import { astype } from "../data-types/astype.js";
import { equal } from "../elementwise/elementwise.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { along } from "../layers/slice-layer.js";
import { sourceNode } from "../layers/source-layer.js";
import { concatenate } from "../manipulation/concatenate.js";
import { reshape } from "../manipulation/reshape.js";
import { overGrid, zerosLikeGrid } from "./stacks.js";

/**
 * Elements that a panel may have at least: 32 MiB of float64. Narrow panels make many small tasks.
 */
const PANEL_SIZE = 2 ** 22;

/** The result of the elimination. */
export interface Elimination {
  /** Per panel: U above, L's factors below, two columns of row numbers. */
  readonly panels: readonly ChunkedArray[];
  /** Per panel: the row where its elimination begins, and how many columns of L it has. */
  readonly steps: readonly { readonly start: number; readonly rank: number }[];
  /** The columns to the right of the last eliminated panel, and those of the right-hand side. */
  readonly rest: ChunkedArray | undefined;
  /** Widths of the panels. */
  readonly widths: readonly number[];
}

/** Eliminates `x`; `beside` holds further columns, which take part but have no pivots. */
export function eliminate(x: ChunkedArray, beside?: ChunkedArray): Elimination {
  const [rows = 0, columns = 0] = x.shape;
  const width = panelWidth(x);
  const widths = evenly(columns, width);
  const cut = rechunkTo(x, [[rows], widths]);
  let rest: ChunkedArray | undefined = cut;
  if (beside !== undefined) {
    const besideWidths = evenly(beside.shape[1] as number, width);
    rest = concatenate([cut, rechunkTo(beside, [[rows], besideWidths])], 1);
  }
  const panels: ChunkedArray[] = [];
  const steps: { start: number; rank: number }[] = [];
  let start = 0;
  for (const own of widths) {
    if (start >= rows || rest === undefined) break;
    const panel = along(rest, 1, 0, own);
    const before = panels.at(-1);
    const packed = overGrid(
      { name: "luPanel", start },
      [[panel, [-1, -1]], ...(before === undefined ? [] : [[before, [-1, -1]] as const])],
      [],
      [[rows], [own + 2]],
    );
    panels.push(packed);
    steps.push({ start, rank: Math.min(own, rows - start) });
    const right: ChunkedArray = along(rest, 1, own, rest.shape[1] as number);
    rest = undefined;
    if (right.size > 0) {
      const columnsRight = right.chunks[1] as readonly number[];
      rest = overGrid(
        { name: "luUpdate", start },
        [
          [packed, [-1, -1]],
          [right, [-1, 0]],
        ],
        [columnsRight],
        [[rows], columnsRight],
      );
    }
    start += own;
  }
  return { panels, steps, rest, widths };
}

/**
 * As wide as a block, unless that makes a panel larger than a block and than {@link PANEL_SIZE}.
 */
function panelWidth(x: ChunkedArray): number {
  const [height, width] = x.chunks.map(longest) as [number, number];
  const size = Math.max(height * width, PANEL_SIZE);
  return Math.max(1, Math.min(width, Math.floor(size / (x.shape[0] as number))));
}

function evenly(length: number, most: number): number[] {
  const count = Math.max(1, Math.ceil(length / most));
  return Array.from({ length: count }, (_, i) => Math.min(most, length - i * most));
}

/** U: k rows, in the panels' widths. */
export function upperFactor(
  x: ChunkedArray,
  { panels, steps, rest, widths }: Elimination,
): ChunkedArray {
  const rank = Math.min(...(x.shape as [number, number]));
  const parts = panels.map((packed, i) => {
    const { start } = steps[i] as { start: number };
    const own = widths[i] as number;
    // Rows below the panel's last one hold factors of L.
    const height = Math.min(rank, start + own);
    const part = { name: "luUpper", start } as const;
    const upper = overGrid(part, [[packed, [-1, -1]]], [], [[height], [own]]);
    return height === rank
      ? upper
      : concatenate([upper, zerosLikeGrid(x, [[rank - height], [own]])], 0);
  });
  const eliminated = widths.slice(0, panels.length).reduce((sum, own) => sum + own, 0);
  const columns = x.shape[1] as number;
  if (eliminated < columns && rest !== undefined) {
    parts.push(along(along(rest, 1, 0, columns - eliminated), 0, 0, rank));
  }
  return concatenate(parts, 1);
}

/** L: k columns, with rows in the order that all panels' exchanges make. */
export function lowerFactor({ panels, steps }: Elimination): ChunkedArray {
  const last = panels.at(-1) as ChunkedArray;
  return concatenate(
    panels.map((packed, i) => {
      const { start, rank } = steps[i] as { start: number; rank: number };
      const operands = [
        [packed, [-1, -1]],
        [last, [-1, -1]],
      ] as const;
      return overGrid(
        { name: "luFactors", start },
        operands,
        [],
        [[packed.shape[0] as number], [rank]],
      );
    }),
    1,
  );
}

/** P: a one in column i at the row that elimination brought to place i. */
export function permutationMatrix(x: ChunkedArray, { panels }: Elimination): ChunkedArray {
  const last = panels.at(-1) as ChunkedArray;
  const [rows = 0, columns = 0] = last.shape;
  const order: ChunkedArray = reshape(along(last, 1, columns - 2, columns - 1), [1, rows]);
  const chunks = x.chunks[0] as readonly number[];
  const counting = { type: "arange", start: 0, step: 1 } as const;
  const row = x.derive(sourceNode("arange", counting, [rows], "float64", [chunks]));
  const dtype = realPart(x.dtype);
  const at: ChunkedArray = equal(rechunkTo(order, [[1], chunks]), reshape(row, [rows, 1]));
  return astype(at, dtype);
}

/** The sign of the permutation, as an array without axes. */
export function permutationSign({ panels }: Elimination): ChunkedArray {
  const last = panels.at(-1) as ChunkedArray;
  return overGrid({ name: "luParity" }, [[last, [-1, -1]]], []);
}
