// Tiles of integers of up to 32 bits: arithmetic that wraps around, comparisons, and casts. One
// loop for each operation and dtype, made by inlining the operation into it. Remainders that fill
// no vector are loaded into all its lanes.
import { IntegerCast, IntegerOp, TileInteger, TileTest } from "../../tiles/tile-codes";

/** out = x op y, both of one dtype; `code` has that, and the operation. */
export function binaryInteger(
  code: i32, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  const op = code & 15;
  // Operations that wrap around are the same for signed and unsigned numbers.
  const isSigned = op == IntegerOp.maximum || op == IntegerOp.minimum || op == IntegerOp.abs;
  switch (isSigned ? code >> 4 : (code >> 4) | 1) {
    case TileInteger.int8: return ordered<i8>(op, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileInteger.uint8: return binary<u8>(op, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileInteger.int16: return ordered<i16>(op, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileInteger.uint16: return binary<u16>(op, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileInteger.int32: return ordered<i32>(op, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileInteger.uint32: return binary<u32>(op, rows, columns, x, xRow, y, yRow, out, outRow);
    default: unreachable();
  }
}

@inline
function ordered<T>(
  op: i32, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  switch (op) {
    case IntegerOp.maximum: return each<T>(IntegerOp.maximum, rows, columns, x, xRow, y, yRow, out, outRow);
    case IntegerOp.minimum: return each<T>(IntegerOp.minimum, rows, columns, x, xRow, y, yRow, out, outRow);
    case IntegerOp.abs: return each<T>(IntegerOp.abs, rows, columns, x, xRow, x, xRow, out, outRow);
    default: unreachable();
  }
}

@inline
function binary<T>(
  op: i32, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  switch (op) {
    case IntegerOp.add: return each<T>(IntegerOp.add, rows, columns, x, xRow, y, yRow, out, outRow);
    case IntegerOp.subtract: return each<T>(IntegerOp.subtract, rows, columns, x, xRow, y, yRow, out, outRow);
    case IntegerOp.multiply: return each<T>(IntegerOp.multiply, rows, columns, x, xRow, y, yRow, out, outRow);
    case IntegerOp.maximum: return each<T>(IntegerOp.maximum, rows, columns, x, xRow, y, yRow, out, outRow);
    case IntegerOp.minimum: return each<T>(IntegerOp.minimum, rows, columns, x, xRow, y, yRow, out, outRow);
    case IntegerOp.and: return each<T>(IntegerOp.and, rows, columns, x, xRow, y, yRow, out, outRow);
    case IntegerOp.or: return each<T>(IntegerOp.or, rows, columns, x, xRow, y, yRow, out, outRow);
    case IntegerOp.xor: return each<T>(IntegerOp.xor, rows, columns, x, xRow, y, yRow, out, outRow);
    case IntegerOp.negative: return each<T>(IntegerOp.negative, rows, columns, x, xRow, x, xRow, out, outRow);
    case IntegerOp.invert: return each<T>(IntegerOp.invert, rows, columns, x, xRow, x, xRow, out, outRow);
    default: unreachable();
  }
}

@inline
function each<T>(
  op: IntegerOp, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  const bytes = <usize>columns * sizeof<T>();
  for (; rows > 0; rows--) {
    let at: usize = 0;
    for (const end = bytes & ~31; at < end; at += 32) {
      v128.store(out + at, apply<T>(op, v128.load(x + at), v128.load(y + at)));
      v128.store(out + at, apply<T>(op, v128.load(x + at, 16), v128.load(y + at, 16)), 16);
    }
    for (; at < bytes; at += sizeof<T>()) {
      const value = apply<T>(op, v128.load_splat<T>(x + at), v128.load_splat<T>(y + at));
      v128.store_lane<T>(out + at, value, 0);
    }
    x += xRow;
    y += yRow;
    out += outRow;
  }
}

@inline
function apply<T>(op: IntegerOp, x: v128, y: v128): v128 {
  if (op == IntegerOp.add) return v128.add<T>(x, y);
  if (op == IntegerOp.subtract) return v128.sub<T>(x, y);
  if (op == IntegerOp.multiply) {
    if (sizeof<T>() > 1) return v128.mul<T>(x, y);
    const low = i16x8.extmul_low_i8x16_u(x, y);
    const high = i16x8.extmul_high_i8x16_u(x, y);
    return v128.shuffle<i8>(low, high, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  }
  if (op == IntegerOp.maximum) return v128.max<T>(x, y);
  if (op == IntegerOp.minimum) return v128.min<T>(x, y);
  if (op == IntegerOp.and) return v128.and(x, y);
  if (op == IntegerOp.or) return v128.or(x, y);
  if (op == IntegerOp.xor) return v128.xor(x, y);
  if (op == IntegerOp.negative) return v128.neg<T>(x);
  if (op == IntegerOp.abs) return v128.abs<T>(x);
  return v128.not(x); // invert
}

/** out = x op y, as truths, both of one dtype; `nonzero` ignores y. */
export function testInteger(
  code: i32, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  const op = code & 15;
  const isOrdered = op != TileTest.equal && op != TileTest.notEqual && op != TileTest.nonzero;
  switch (isOrdered ? code >> 4 : (code >> 4) | 1) {
    case TileInteger.int8: return order<i8>(op, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileInteger.uint8: return test<u8>(op, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileInteger.int16: return order<i16>(op, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileInteger.uint16: return test<u16>(op, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileInteger.int32: return order<i32>(op, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileInteger.uint32: return test<u32>(op, rows, columns, x, xRow, y, yRow, out, outRow);
    default: unreachable();
  }
}

// x > y is y < x, and x >= y is y <= x.

@inline
function order<T>(
  op: i32, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  switch (op) {
    case TileTest.less: return eachTest<T>(TileTest.less, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileTest.lessEqual: return eachTest<T>(TileTest.lessEqual, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileTest.greater: return eachTest<T>(TileTest.less, rows, columns, y, yRow, x, xRow, out, outRow);
    case TileTest.greaterEqual: return eachTest<T>(TileTest.lessEqual, rows, columns, y, yRow, x, xRow, out, outRow);
    default: unreachable();
  }
}

@inline
function test<T>(
  op: i32, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  switch (op) {
    case TileTest.equal: return eachTest<T>(TileTest.equal, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileTest.notEqual: return eachTest<T>(TileTest.notEqual, rows, columns, x, xRow, y, yRow, out, outRow);
    case TileTest.nonzero: return eachTest<T>(TileTest.nonzero, rows, columns, x, xRow, x, xRow, out, outRow);
    default: return order<T>(op, rows, columns, x, xRow, y, yRow, out, outRow);
  }
}

// Sixteen truths at a time: masks are narrowed until each is a byte.

@inline
function eachTest<T>(
  op: TileTest, rows: i32, columns: i32,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  const size = sizeof<T>();
  for (; rows > 0; rows--) {
    let at: usize = 0;
    for (const end = <usize>(columns & ~15); at < end; at += 16) {
      const p = x + at * size;
      const q = y + at * size;
      let masks = mask<T>(op, p, q);
      if (size == 2) masks = i8x16.narrow_i16x8_s(masks, mask<T>(op, p + 16, q + 16));
      if (size == 4) {
        const low = i16x8.narrow_i32x4_s(masks, mask<T>(op, p + 16, q + 16));
        const high = i16x8.narrow_i32x4_s(mask<T>(op, p + 32, q + 32), mask<T>(op, p + 48, q + 48));
        masks = i8x16.narrow_i16x8_s(low, high);
      }
      v128.store(out + at, v128.and(masks, i8x16.splat(1)));
    }
    for (const end = <usize>columns; at < end; at++) {
      const a = v128.load_splat<T>(x + at * size);
      const b = v128.load_splat<T>(y + at * size);
      store<u8>(out + at, <u8>(i8x16.extract_lane_u(compare<T>(op, a, b), 0) & 1));
    }
    x += xRow;
    y += yRow;
    out += outRow;
  }
}

@inline
function mask<T>(op: TileTest, x: usize, y: usize): v128 {
  return compare<T>(op, v128.load(x), v128.load(y));
}

@inline
function compare<T>(op: TileTest, x: v128, y: v128): v128 {
  if (op == TileTest.equal) return v128.eq<T>(x, y);
  if (op == TileTest.notEqual) return v128.ne<T>(x, y);
  if (op == TileTest.less) return v128.lt<T>(x, y);
  if (op == TileTest.lessEqual) return v128.le<T>(x, y);
  return v128.ne<T>(x, i64x2.splat(0)); // nonzero
}

/**
 * Integers cast to floats or to 32 bits, or truncated to their lowest bits; `code` has their dtype
 * and the target.
 */
export function castInteger(
  code: i32, rows: i32, columns: i32, x: usize, xRow: usize, out: usize, outRow: usize,
): void {
  switch (code >> 4) {
    case TileInteger.int8: return cast<i8>(code & 15, rows, columns, x, xRow, out, outRow);
    case TileInteger.uint8: return cast<u8>(code & 15, rows, columns, x, xRow, out, outRow);
    case TileInteger.int16: return cast<i16>(code & 15, rows, columns, x, xRow, out, outRow);
    case TileInteger.uint16: return cast<u16>(code & 15, rows, columns, x, xRow, out, outRow);
    case TileInteger.int32: return cast<i32>(code & 15, rows, columns, x, xRow, out, outRow);
    case TileInteger.uint32: return cast<u32>(code & 15, rows, columns, x, xRow, out, outRow);
    case TileInteger.int64: return doublesOf<i64>(rows, columns, x, xRow, out, outRow);
    case TileInteger.uint64: return doublesOf<u64>(rows, columns, x, xRow, out, outRow);
    default: unreachable();
  }
}

@inline
function cast<T>(
  to: i32, rows: i32, columns: i32, x: usize, xRow: usize, out: usize, outRow: usize,
): void {
  switch (to) {
    case IntegerCast.float64: return eachCast<T>(IntegerCast.float64, 8, rows, columns, x, xRow, out, outRow);
    case IntegerCast.float32: return eachCast<T>(IntegerCast.float32, 4, rows, columns, x, xRow, out, outRow);
    case IntegerCast.int32: return eachCast<T>(IntegerCast.int32, 4, rows, columns, x, xRow, out, outRow);
    case IntegerCast.bits16: return eachCast<T>(IntegerCast.bits16, 2, rows, columns, x, xRow, out, outRow);
    case IntegerCast.bits8: return eachCast<T>(IntegerCast.bits8, 1, rows, columns, x, xRow, out, outRow);
    default: unreachable();
  }
}

@inline
function eachCast<T>(
  to: IntegerCast, size: usize, rows: i32, columns: i32, x: usize, xRow: usize, out: usize, outRow: usize,
): void {
  for (; rows > 0; rows--) {
    let p = x;
    let q = out;
    let left = columns;
    for (; left >= 4; left -= 4) {
      const value = four<T>(p);
      if (to == IntegerCast.float64) {
        v128.store(q, doubles<T>(value));
        v128.store(q, doubles<T>(v128.shuffle<i32>(value, value, 2, 3, 2, 3)), 16);
      } else if (to == IntegerCast.bits16) {
        v128.store64_lane(q, lowest(to, value), 0);
      } else if (to == IntegerCast.bits8) {
        v128.store32_lane(q, lowest(to, value), 0);
      } else v128.store(q, to == IntegerCast.float32 ? singles<T>(value) : value);
      p += 4 * sizeof<T>();
      q += 4 * size;
    }
    for (; left > 0; left--) {
      const value = load<T>(p);
      if (to == IntegerCast.float64) store<f64>(q, <f64>value);
      else if (to == IntegerCast.float32) store<f32>(q, <f32>value);
      else if (to == IntegerCast.bits16) store<u16>(q, <u16>value);
      else if (to == IntegerCast.bits8) store<u8>(q, <u8>value);
      else store<i32>(q, <i32>value);
      p += sizeof<T>();
      q += size;
    }
    x += xRow;
    out += outRow;
  }
}

/** Integers of 64 bits as float64. */
@inline
function doublesOf<T>(
  rows: i32, columns: i32, x: usize, xRow: usize, out: usize, outRow: usize,
): void {
  const bytes = <usize>columns << 3;
  for (; rows > 0; rows--) {
    for (let at: usize = 0; at < bytes; at += 8) store<f64>(out + at, <f64>load<T>(x + at));
    x += xRow;
    out += outRow;
  }
}

/** Four integers, as 32 bits each. */
@inline
function four<T>(x: usize): v128 {
  if (sizeof<T>() == 4) return v128.load(x);
  if (sizeof<T>() == 2) {
    const values = v128.load64_zero(x);
    return isSigned<T>() ? i32x4.extend_low_i16x8_s(values) : i32x4.extend_low_i16x8_u(values);
  }
  const bytes = v128.load32_zero(x);
  return isSigned<T>()
    ? i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(bytes))
    : i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
}

@inline
function doubles<T>(value: v128): v128 {
  return sizeof<T>() == 4 && !isSigned<T>()
    ? f64x2.convert_low_i32x4_u(value)
    : f64x2.convert_low_i32x4_s(value);
}

@inline
function singles<T>(value: v128): v128 {
  return sizeof<T>() == 4 && !isSigned<T>()
    ? f32x4.convert_i32x4_u(value)
    : f32x4.convert_i32x4_s(value);
}

/** The lowest bits of four numbers of 32, side by side. */
@inline
function lowest(to: IntegerCast, value: v128): v128 {
  return to == IntegerCast.bits16
    ? v128.shuffle<i16>(value, value, 0, 2, 4, 6, 0, 2, 4, 6)
    : v128.shuffle<i8>(value, value, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12);
}

/**
 * float64 without its fraction, truncated to the lowest 32 bits as in JavaScript; 0 for numbers
 * that are not finite.
 */
export function wholes(
  rows: i32, columns: i32, x: usize, xRow: usize, out: usize, outRow: usize,
): void {
  for (; rows > 0; rows--) {
    let p = x;
    let q = out;
    let left = columns;
    for (; left >= 4; left -= 4) {
      const a = v128.load(p);
      const b = v128.load(p, 16);
      if (i64x2.all_true(v128.and(isShort(a), isShort(b)))) {
        v128.store(q, v128.shuffle<i32>(withWhole(a), withWhole(b), 0, 2, 4, 6));
      } else {
        for (let k = 0; k < 4; k++) store<i32>(q + (k << 2), wholeOf(load<f64>(p + (k << 3))));
      }
      p += 32;
      q += 16;
    }
    for (; left > 0; left--) {
      store<i32>(q, wholeOf(load<f64>(p)));
      p += 8;
      q += 4;
    }
    x += xRow;
    out += outRow;
  }
}

@inline
function isShort(x: v128): v128 {
  return f64x2.lt(f64x2.abs(x), f64x2.splat(2251799813685248.0));
}

/** Numbers whose low bits are those of x without its fraction. */
@inline
function withWhole(x: v128): v128 {
  return f64x2.add(f64x2.trunc(x), f64x2.splat(6755399441055744.0));
}

function wholeOf(x: f64): i32 {
  if (abs(x) < 9223372036854775808.0) return <i32>(<i64>x);
  const bits = reinterpret<u64>(x);
  // A whole number of 53 bits, and zeros after them.
  const zeros = <i32>((bits >> 52) & 0x7ff) - 1075;
  if (zeros >= 32) return 0;
  const magnitude = <i32>((bits & 0x000fffffffffffff) | 0x0010000000000000) << zeros;
  return <i64>bits < 0 ? -magnitude : magnitude;
}

/** out = condition ? x : y, of elements of one byte. */
export function where8(
  rows: i32, columns: i32, condition: usize, conditionRow: usize,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  where<u8>(rows, columns, condition, conditionRow, x, xRow, y, yRow, out, outRow);
}

/** The same of two bytes. */
export function where16(
  rows: i32, columns: i32, condition: usize, conditionRow: usize,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  where<u16>(rows, columns, condition, conditionRow, x, xRow, y, yRow, out, outRow);
}

@inline
function where<T>(
  rows: i32, columns: i32, condition: usize, conditionRow: usize,
  x: usize, xRow: usize, y: usize, yRow: usize, out: usize, outRow: usize,
): void {
  for (; rows > 0; rows--) {
    let at = 0;
    for (const end = columns & ~7; at < end; at += 8) {
      const chosen = i8x16.ne(v128.load64_zero(condition + <usize>at), i8x16.splat(0));
      const p = <usize>at * sizeof<T>();
      if (sizeof<T>() == 1) {
        const value = v128.bitselect(v128.load64_zero(x + p), v128.load64_zero(y + p), chosen);
        v128.store64_lane(out + p, value, 0);
      } else {
        const pairs = i16x8.extend_low_i8x16_s(chosen);
        v128.store(out + p, v128.bitselect(v128.load(x + p), v128.load(y + p), pairs));
      }
    }
    for (; at < columns; at++) {
      const p = <usize>at * sizeof<T>();
      store<T>(out + p, load<u8>(condition + <usize>at) != 0 ? load<T>(x + p) : load<T>(y + p));
    }
    condition += conditionRow;
    x += xRow;
    y += yRow;
    out += outRow;
  }
}
