// Tiles of truths, a byte of 0 or 1 each: comparisons of floats, logic, and choosing by them.
import { TileLogic, TileTest } from "../../tiles/tile-codes";

/** out = x op y, of float64; tests of one number ignore y. */
export function test64(
  op: TileTest, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  test<f64>(op, rows, columns, x, xRow, y, yRow, out, outRow);
}

/** The same of float32. */
export function test32(
  op: TileTest, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  test<f32>(op, rows, columns, x, xRow, y, yRow, out, outRow);
}

@inline
function test<T>(
  op: TileTest, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  switch (op) {
    case TileTest.equal: return each<T>(TileTest.equal, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileTest.notEqual: return each<T>(TileTest.notEqual, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileTest.less: return each<T>(TileTest.less, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileTest.lessEqual: return each<T>(TileTest.lessEqual, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileTest.greater: return each<T>(TileTest.greater, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileTest.greaterEqual: return each<T>(TileTest.greaterEqual, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileTest.isnan: return each<T>(TileTest.isnan, rows, columns, x, xRow, x, xRow, out, outRow);
    case TileTest.isfinite: return each<T>(TileTest.isfinite, rows, columns, x, xRow, x, xRow, out, outRow);
    case TileTest.isinf: return each<T>(TileTest.isinf, rows, columns, x, xRow, x, xRow, out, outRow);
    case TileTest.nonzero: return each<T>(TileTest.nonzero, rows, columns, x, xRow, x, xRow, out, outRow);
    default: unreachable();
  }
}

// Eight truths at a time: masks are narrowed until each is a byte.

@inline
function each<T>(
  op: TileTest, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  const size = sizeof<T>();
  for (; rows > 0; rows--) {
    let at = 0;
    for (const end = columns & ~7; at < end; at += 8) {
      const p = x + <usize>at * size;
      const q = y + <usize>at * size;
      let masks: v128;
      if (size == 8) {
        const a = v128.shuffle<i32>(mask<T>(op, p, q, 0), mask<T>(op, p, q, 16), 0, 2, 4, 6);
        const b = v128.shuffle<i32>(mask<T>(op, p, q, 32), mask<T>(op, p, q, 48), 0, 2, 4, 6);
        masks = i16x8.narrow_i32x4_s(a, b);
      } else {
        masks = i16x8.narrow_i32x4_s(mask<T>(op, p, q, 0), mask<T>(op, p, q, 16));
      }
      const bytes = v128.and(i8x16.narrow_i16x8_s(masks, masks), i8x16.splat(1));
      v128.store64_lane(out + <usize>at, bytes, 0);
    }
    for (; at < columns; at++) {
      const a = v128.load_splat<T>(x + <usize>at * size);
      const b = v128.load_splat<T>(y + <usize>at * size);
      store<u8>(out + <usize>at, <u8>(i8x16.extract_lane_u(compare<T>(op, a, b), 0) & 1));
    }
    x += xRow;
    y += yRow;
    out += outRow;
  }
}

@inline
function mask<T>(op: TileTest, x: usize, y: usize, offset: usize): v128 {
  return compare<T>(op, v128.load(x + offset), v128.load(y + offset));
}

@inline
function compare<T>(op: TileTest, x: v128, y: v128): v128 {
  if (op == TileTest.equal) return v128.eq<T>(x, y);
  if (op == TileTest.notEqual) return v128.ne<T>(x, y);
  if (op == TileTest.less) return v128.lt<T>(x, y);
  if (op == TileTest.lessEqual) return v128.le<T>(x, y);
  if (op == TileTest.greater) return v128.gt<T>(x, y);
  if (op == TileTest.greaterEqual) return v128.ge<T>(x, y);
  if (op == TileTest.isnan) return v128.ne<T>(x, x);
  if (op == TileTest.nonzero) return v128.ne<T>(x, v128.splat<T>(<T>0));
  const infinity = v128.splat<T>(<T>Infinity);
  const magnitude = v128.abs<T>(x);
  return op == TileTest.isfinite ? v128.lt<T>(magnitude, infinity) : v128.eq<T>(magnitude, infinity);
}

/** out = x op y, of truths; `not` ignores y. */
export function logic(
  op: TileLogic, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  for (; rows > 0; rows--) {
    let at: usize = 0;
    for (const end = <usize>(columns & ~15); at < end; at += 16) {
      v128.store(out + at, combine(op, v128.load(x + at), v128.load(y + at)));
    }
    for (const end = <usize>columns; at < end; at++) {
      const value = combine(op, v128.load8_splat(x + at), v128.load8_splat(y + at));
      v128.store8_lane(out + at, value, 0);
    }
    x += xRow;
    y += yRow;
    out += outRow;
  }
}

@inline
function combine(op: TileLogic, x: v128, y: v128): v128 {
  if (op == TileLogic.and) return v128.and(x, y);
  if (op == TileLogic.or) return v128.or(x, y);
  if (op == TileLogic.xor) return v128.xor(x, y);
  return v128.xor(x, i8x16.splat(1));
}

/** out = condition ? x : y, of float64. */
export function where64(
  rows: i32, columns: i32, condition: usize, conditionRow: usize,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  for (; rows > 0; rows--) {
    let at = 0;
    for (const end = columns & ~1; at < end; at += 2) {
      const bits = i32x4.splat(load<u16>(condition + <usize>at));
      // Byte 0 decides on lane 0, byte 1 on lane 1.
      const chosen = i64x2.ne(v128.and(bits, i64x2(0xff, 0xff00)), i64x2.splat(0));
      const p = <usize>at << 3;
      v128.store(out + p, v128.bitselect(v128.load(x + p), v128.load(y + p), chosen));
    }
    if (at < columns) {
      const p = <usize>at << 3;
      store<u64>(out + p, load<u8>(condition + <usize>at) != 0 ? load<u64>(x + p) : load<u64>(y + p));
    }
    condition += conditionRow;
    x += xRow;
    y += yRow;
    out += outRow;
  }
}

/** out = condition ? x : y, of float32. */
export function where32(
  rows: i32, columns: i32, condition: usize, conditionRow: usize,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  for (; rows > 0; rows--) {
    let at = 0;
    for (const end = columns & ~3; at < end; at += 4) {
      const bits = i32x4.splat(load<u32>(condition + <usize>at));
      const bytes = i32x4(0xff, 0xff00, 0xff0000, 0xff000000);
      const chosen = i32x4.ne(v128.and(bits, bytes), i32x4.splat(0));
      const p = <usize>at << 2;
      v128.store(out + p, v128.bitselect(v128.load(x + p), v128.load(y + p), chosen));
    }
    for (; at < columns; at++) {
      const p = <usize>at << 2;
      store<u32>(out + p, load<u8>(condition + <usize>at) != 0 ? load<u32>(x + p) : load<u32>(y + p));
    }
    condition += conditionRow;
    x += xRow;
    y += yRow;
    out += outRow;
  }
}
