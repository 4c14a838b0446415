// Arithmetic on tiles of floats: one loop per operation, made by inlining the operation into it.
import { TileOp } from "../../tiles/tile-codes";

/** out = x op y */
export function binary64(
  op: TileOp, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  binary<f64>(op, rows, columns, x, xRow, y, yRow, out, outRow);
}

/** The same of float32. */
export function binary32(
  op: TileOp, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  binary<f32>(op, rows, columns, x, xRow, y, yRow, out, outRow);
}

/** out = op x */
export function unary64(
  op: TileOp, rows: i32, columns: i32, x: usize, xRow: usize, out: usize, outRow: usize,
): void {
  unary<f64>(op, rows, columns, x, xRow, out, outRow);
}

/** The same of float32. */
export function unary32(
  op: TileOp, rows: i32, columns: i32, x: usize, xRow: usize, out: usize, outRow: usize,
): void {
  unary<f32>(op, rows, columns, x, xRow, out, outRow);
}

@inline
function binary<T>(
  op: TileOp, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  switch (op) {
    case TileOp.add: return each2<T>(TileOp.add, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileOp.subtract: return each2<T>(TileOp.subtract, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileOp.multiply: return each2<T>(TileOp.multiply, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileOp.divide: return each2<T>(TileOp.divide, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileOp.maximum: return each2<T>(TileOp.maximum, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileOp.minimum: return each2<T>(TileOp.minimum, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileOp.greatest: return each2<T>(TileOp.greatest, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileOp.least: return each2<T>(TileOp.least, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileOp.copysign: return each2<T>(TileOp.copysign, rows, columns, x, xRow, y, yRow, out, outRow);
    default: unreachable();
  }
}

@inline
function unary<T>(
  op: TileOp, rows: i32, columns: i32, x: usize, xRow: usize, out: usize, outRow: usize,
): void {
  switch (op) {
    case TileOp.negative: return each1<T>(TileOp.negative, rows, columns, x, xRow, out, outRow);
    case TileOp.abs: return each1<T>(TileOp.abs, rows, columns, x, xRow, out, outRow);
    case TileOp.square: return each1<T>(TileOp.square, rows, columns, x, xRow, out, outRow);
    case TileOp.reciprocal: return each1<T>(TileOp.reciprocal, rows, columns, x, xRow, out, outRow);
    case TileOp.sqrt: return each1<T>(TileOp.sqrt, rows, columns, x, xRow, out, outRow);
    case TileOp.ceil: return each1<T>(TileOp.ceil, rows, columns, x, xRow, out, outRow);
    case TileOp.floor: return each1<T>(TileOp.floor, rows, columns, x, xRow, out, outRow);
    case TileOp.trunc: return each1<T>(TileOp.trunc, rows, columns, x, xRow, out, outRow);
    case TileOp.round: return each1<T>(TileOp.round, rows, columns, x, xRow, out, outRow);
    case TileOp.sign: return each1<T>(TileOp.sign, rows, columns, x, xRow, out, outRow);
    default: unreachable();
  }
}

// The elements that fill no vector are loaded into all its lanes, one after the other.

@inline
function each2<T>(
  op: TileOp, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  const bytes = <usize>columns * sizeof<T>();
  for (; rows > 0; rows--) {
    let at: usize = 0;
    for (const end = bytes & ~63; at < end; at += 64) {
      v128.store(out + at, apply2<T>(op, v128.load(x + at), v128.load(y + at)));
      v128.store(out + at, apply2<T>(op, v128.load(x + at, 16), v128.load(y + at, 16)), 16);
      v128.store(out + at, apply2<T>(op, v128.load(x + at, 32), v128.load(y + at, 32)), 32);
      v128.store(out + at, apply2<T>(op, v128.load(x + at, 48), v128.load(y + at, 48)), 48);
    }
    for (; at < bytes; at += sizeof<T>()) {
      const value = apply2<T>(op, v128.load_splat<T>(x + at), v128.load_splat<T>(y + at));
      v128.store_lane<T>(out + at, value, 0);
    }
    x += xRow;
    y += yRow;
    out += outRow;
  }
}

@inline
function each1<T>(
  op: TileOp, rows: i32, columns: i32, x: usize, xRow: usize, out: usize, outRow: usize,
): void {
  const bytes = <usize>columns * sizeof<T>();
  for (; rows > 0; rows--) {
    let at: usize = 0;
    for (const end = bytes & ~31; at < end; at += 32) {
      v128.store(out + at, apply1<T>(op, v128.load(x + at)));
      v128.store(out + at, apply1<T>(op, v128.load(x + at, 16)), 16);
    }
    for (; at < bytes; at += sizeof<T>()) {
      v128.store_lane<T>(out + at, apply1<T>(op, v128.load_splat<T>(x + at)), 0);
    }
    x += xRow;
    out += outRow;
  }
}

@inline
function apply2<T>(op: TileOp, x: v128, y: v128): v128 {
  if (op == TileOp.add) return v128.add<T>(x, y);
  if (op == TileOp.subtract) return v128.sub<T>(x, y);
  if (op == TileOp.multiply) return v128.mul<T>(x, y);
  if (op == TileOp.divide) return v128.div<T>(x, y);
  // Of two zeros, NumPy takes the second, with any signs.
  if (op == TileOp.maximum) return v128.bitselect(y, v128.max<T>(x, y), v128.eq<T>(x, y));
  if (op == TileOp.minimum) return v128.bitselect(y, v128.min<T>(x, y), v128.eq<T>(x, y));
  if (op == TileOp.greatest) return v128.max<T>(x, y);
  if (op == TileOp.least) return v128.min<T>(x, y);
  return v128.bitselect(y, x, signs<T>()); // copysign
}

@inline
function apply1<T>(op: TileOp, x: v128): v128 {
  if (op == TileOp.negative) return v128.neg<T>(x);
  if (op == TileOp.abs) return v128.abs<T>(x);
  if (op == TileOp.square) return v128.mul<T>(x, x);
  if (op == TileOp.reciprocal) return v128.div<T>(v128.splat<T>(<T>1), x);
  if (op == TileOp.sqrt) return v128.sqrt<T>(x);
  if (op == TileOp.ceil) return v128.ceil<T>(x);
  if (op == TileOp.floor) return v128.floor<T>(x);
  if (op == TileOp.trunc) return v128.trunc<T>(x);
  if (op == TileOp.round) return v128.nearest<T>(x);
  // sign: a one with the sign of x; NaN stays, and zero has no sign.
  const zero = v128.splat<T>(<T>0);
  const isSigned = v128.or(v128.lt<T>(x, zero), v128.gt<T>(x, zero));
  const one = v128.bitselect(x, v128.splat<T>(<T>1), signs<T>());
  return v128.bitselect(one, v128.and(x, v128.ne<T>(x, x)), isSigned);
}

@inline
function signs<T>(): v128 {
  return sizeof<T>() == 8 ? i64x2.splat(0x8000000000000000) : i32x4.splat(0x80000000);
}
