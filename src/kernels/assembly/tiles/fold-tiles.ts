// Arrays folded tile by tile, in one call: tiles go row after row, and are joined two by two on a
// stack as tile-programs/fold-stack.ts does. A call for each tile takes longer than the tile.
import { FoldLevel, TileFold } from "../../tiles/tile-codes";
import { foldAll, sumAll32 } from "./folding";

/** Folds float64; returns which levels of the stack hold something afterwards. */
export function foldTiles(
  fold: TileFold, rows: i32, columns: i32, tileRows: i32, tileColumns: i32, x: usize, xRow: usize,
  out: usize, apart: usize, filled: i32,
): i32 {
  return tiles<f64>(fold, rows, columns, tileRows, tileColumns, x, xRow, out, apart, filled);
}

/** Adds float32 as float64. */
export function sumTiles32(
  rows: i32, columns: i32, tileRows: i32, tileColumns: i32, x: usize, xRow: usize,
  out: usize, apart: usize, filled: i32,
): i32 {
  const fold = TileFold.sum;
  return tiles<f32>(fold, rows, columns, tileRows, tileColumns, x, xRow, out, apart, filled);
}

function tiles<T>(
  fold: TileFold, rows: i32, columns: i32, tileRows: i32, tileColumns: i32, x: usize, xRow: usize,
  out: usize, apart: usize, filled: i32,
): i32 {
  for (let row = 0; row < rows; row += tileRows) {
    const height = min(tileRows, rows - row);
    for (let column = 0; column < columns; column += tileColumns) {
      const width = min(tileColumns, columns - column);
      const at = x + <usize>column * sizeof<T>();
      if (sizeof<T>() == 4) sumAll32(height, width, at, xRow, out);
      else foldAll(fold, height, width, at, xRow, out);
      filled = push(fold, out, apart, filled);
    }
    x += <usize>tileRows * xRow;
  }
  return filled;
}

/** Joins the value at `out` to those of the levels that are filled, up to the first that is not. */
function push(fold: TileFold, out: usize, apart: usize, filled: i32): i32 {
  let value = load<f64>(out);
  let level = 0;
  let held = out + apart;
  while ((filled >> level) & 1) {
    value = joined(fold, load<f64>(held), value);
    filled &= ~(1 << level);
    if (level == FoldLevel.top) break;
    level++;
    held += apart;
  }
  store<f64>(held, value);
  return filled | (1 << level);
}

function joined(fold: TileFold, x: f64, y: f64): f64 {
  switch (fold) {
    case TileFold.sum: return x + y;
    case TileFold.product: return x * y;
    case TileFold.min: return min(x, y);
    default: return max(x, y);
  }
}
