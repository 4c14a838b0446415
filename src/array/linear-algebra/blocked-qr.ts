// QR of a matrix cut into blocks, along either axis or both. Each block column is a panel: its
// blocks are factored one by one, their triangles are put on top of each other and factored again,
// up to one (TSQR: Demmel, Grigori, Hoemmen and Langou 2012); the same reflections are then applied
// to the columns right of it (CAQR). Q is kept as reflections and applied to an identity at the
// end. A task holds one block of reflections and one or two blocks that it changes.

import { longest } from "../../graph/model/chunks.js";
import type { ChunkedArray } from "../chunked-array.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { along } from "../layers/slice-layer.js";
import { concatenate } from "../manipulation/concatenate.js";
import { eyeLikeGrid, overGrid, zerosLikeGrid } from "./stacks.js";

/**
 * One level of a panel's tree. Block i has `heights[i]` rows, of which `tops[i]` go to the next
 * level.
 */
interface Level {
  readonly packed: ChunkedArray;
  readonly heights: readonly number[];
  readonly tops: readonly number[];
}

/** A panel's reflections, and how many rows of R it makes. */
interface Panel {
  readonly levels: readonly Level[];
  readonly rank: number;
  /** The height of the panel. */
  readonly rows: number;
}

/** Q and R of a matrix in blocks, which has elements. */
export function blockedQR(
  x: ChunkedArray,
  mode: "reduced" | "complete",
): { readonly Q: ChunkedArray; readonly R: ChunkedArray } {
  const rowsMost = longest(x.chunks[0] as readonly number[]);
  const widths = x.chunks[1] as readonly number[];
  const panels: Panel[] = [];
  const rowsOfR: ChunkedArray[] = [];
  let left = 0;
  let rest: ChunkedArray | undefined = x;
  for (const width of widths) {
    if (rest === undefined) break;
    const rows = rest.shape[0] as number;
    const { levels, r } = factorPanel(along(rest, 1, 0, width), rowsMost);
    const rank = Math.min(rows, width);
    const right: ChunkedArray = along(rest, 1, width, rest.shape[1] as number);
    const done = left === 0 ? [] : [zerosLikeGrid(x, [[rank], startOf(widths, left)])];
    left += width;
    const applied = right.size === 0 ? undefined : applyAdjoint(levels, right);
    rowsOfR.push(concatenate([...done, r, ...(applied === undefined ? [] : [applied.top])], 1));
    panels.push({ levels, rank, rows });
    rest = rows === rank || applied === undefined ? undefined : below(applied.rests, rowsMost);
  }
  const rank = panels.reduce((sum, panel) => sum + panel.rank, 0);
  const lacking = (x.shape[0] as number) - rank;
  if (mode === "complete" && lacking > 0) {
    rowsOfR.push(zerosLikeGrid(x, [blocksOf(lacking, rowsMost), widths]));
  }
  return { Q: orthogonal(x, panels, mode, rowsMost), R: concatenate(rowsOfR, 0) };
}

/** The tree of a panel, and its triangle. */
function factorPanel(
  panel: ChunkedArray,
  rowsMost: number,
): { readonly levels: readonly Level[]; readonly r: ChunkedArray } {
  const levels: Level[] = [];
  const width = panel.shape[1] as number;
  let a = rechunkTo(panel, [panel.chunks[0] as readonly number[], [width]]);
  for (;;) {
    const heights = a.chunks[0] as readonly number[];
    const tops = heights.map((height) => Math.min(height, width));
    const packed = overGrid(
      { name: "reflections" },
      [[a, [0, -1]]],
      [heights],
      [heights.map((height) => height + 1), [width]],
    );
    levels.push({ packed, heights, tops });
    const part = { name: "matrixPart", triangle: "upper", row: 0, column: 0 } as const;
    const r = overGrid(part, [[packed, [0, -1]]], [heights], [tops, [width]]);
    if (heights.length === 1) return { levels, r };
    a = rechunkTo(r, [joined(tops, Math.max(rowsMost, 2 * width)), [width]]);
  }
}

/** Neighbours put together, two at least, as long as they stay below `most` rows. */
function joined(lengths: readonly number[], most: number): number[] {
  const groups: number[] = [];
  let count = 0;
  for (const length of lengths) {
    const last = groups.at(-1);
    if (last !== undefined && (count < 2 || last + length <= most)) {
      groups[groups.length - 1] = last + length;
      count++;
    } else {
      groups.push(length);
      count = 1;
    }
  }
  return groups;
}

/** Qᴴ times `c`: the rows that belong to R, and those below, level by level. */
function applyAdjoint(
  levels: readonly Level[],
  c: ChunkedArray,
): { readonly top: ChunkedArray; readonly rests: readonly ChunkedArray[] } {
  const columns = c.chunks[1] as readonly number[];
  const rests: ChunkedArray[] = [];
  let top = c;
  for (const { packed, heights, tops } of levels) {
    const input = rechunkTo(top, [heights, columns]);
    const apply = { name: "applyReflections", conjugate: true } as const;
    const loop = [heights, columns];
    const operands = [
      [packed, [0, -1]],
      [input, [0, 1]],
    ] as const;
    const turned = overGrid(apply, operands, loop);
    const take = (row: 0 | "last", lengths: readonly number[]) =>
      overGrid({ name: "matrixPart", triangle: "all", row, column: 0 }, [[turned, [0, 1]]], loop, [
        lengths,
        columns,
      ]);
    top = take(0, tops);
    const lower = differences(heights, tops);
    if (lower.some((length) => length > 0)) rests.push(take("last", lower));
  }
  return { top, rests };
}

function differences(heights: readonly number[], tops: readonly number[]): number[] {
  return heights.map((height, i) => height - (tops[i] as number));
}

/** The rows below R, without blocks that have none. */
function below(rests: readonly ChunkedArray[], rowsMost: number): ChunkedArray {
  const all = concatenate(rests, 0);
  const lengths = (all.chunks[0] as readonly number[]).filter((length) => length > 0);
  const rows: number[] = [];
  for (const length of lengths) {
    const last = rows.at(-1);
    if (last !== undefined && last + length <= rowsMost) rows[rows.length - 1] = last + length;
    else rows.push(length);
  }
  return rechunkTo(all, [rows, all.chunks[1] as readonly number[]]);
}

/** Q: all panels' reflections, the last ones first, applied to columns of an identity. */
function orthogonal(
  x: ChunkedArray,
  panels: readonly Panel[],
  mode: "reduced" | "complete",
  rowsMost: number,
): ChunkedArray {
  const last = panels.at(-1) as Panel;
  const lacking = last.rows - last.rank;
  const more = mode === "complete" && lacking > 0 ? blocksOf(lacking, rowsMost) : undefined;
  let q = more === undefined ? undefined : eyeLikeGrid(x, [more, more]);
  for (const { levels, rank, rows } of [...panels].reverse()) {
    const eye = eyeLikeGrid(x, [[rank], [rank]]);
    const columns = q?.chunks[1] ?? [];
    const top = q === undefined ? eye : concatenate([eye, zerosLikeGrid(x, [[rank], columns])], 1);
    let lower: ChunkedArray | undefined;
    if (rows > rank) {
      const lengths = q?.chunks[0] ?? blocksOf(rows - rank, rowsMost);
      const zeros = zerosLikeGrid(x, [lengths, [rank]]);
      lower = q === undefined ? zeros : concatenate([zeros, q], 1);
    }
    q = applyForward(levels, top, lower);
  }
  return q as ChunkedArray;
}

/** The reflections of a panel, applied to `top`, which is as high as R, and to the rows below. */
function applyForward(
  levels: readonly Level[],
  top: ChunkedArray,
  lower: ChunkedArray | undefined,
): ChunkedArray {
  const columns = top.chunks[1] as readonly number[];
  let end = lower?.shape[0] ?? 0;
  let c = top;
  for (const { packed, heights, tops } of [...levels].reverse()) {
    const lengths = differences(heights, tops);
    const count = lengths.reduce((sum, length) => sum + length, 0);
    const parts: (readonly [ChunkedArray, readonly number[]])[] = [
      [packed, [0, -1]],
      [rechunkTo(c, [tops, columns]), [0, 1]],
    ];
    if (count > 0 && lower !== undefined) {
      parts.push([rechunkTo(along(lower, 0, end - count, end), [lengths, columns]), [0, 1]]);
      end -= count;
    }
    const apply = { name: "applyReflections", conjugate: false } as const;
    c = overGrid(apply, parts, [heights, columns]);
  }
  return c;
}

/** The blocks that make up the first `length` of an axis. */
function startOf(lengths: readonly number[], length: number): number[] {
  const start: number[] = [];
  let sum = 0;
  for (const own of lengths) {
    if (sum >= length) break;
    start.push(own);
    sum += own;
  }
  return start;
}

function blocksOf(length: number, most: number): number[] {
  const count = Math.ceil(length / most);
  return Array.from({ length: count }, (_, i) => Math.min(most, length - i * most));
}
