// Tiles folded to a number, to a number per row, or to a row, in float64. The order of additions is
// part of the result: eight lanes, element j in lane j mod 8, which are joined two by two in the
// end.
import { TileFold } from "../../tiles/tile-codes";

/** out = the fold of all elements. */
export function foldAll(
  fold: TileFold, rows: i32, columns: i32, x: usize, xRow: usize, out: usize,
): void {
  switch (fold) {
    case TileFold.sum: return store<f64>(out, lanes(TileFold.sum, rows, columns, x, xRow));
    case TileFold.product: return store<f64>(out, lanes(TileFold.product, rows, columns, x, xRow));
    case TileFold.min: return store<f64>(out, extreme(TileFold.min, rows, columns, x, xRow));
    default: return store<f64>(out, extreme(TileFold.max, rows, columns, x, xRow));
  }
}

/** out[r] = the fold of row r. */
export function foldRows(
  fold: TileFold, rows: i32, columns: i32, x: usize, xRow: usize, out: usize,
): void {
  for (; rows > 0; rows--) {
    foldAll(fold, 1, columns, x, 0, out);
    x += xRow;
    out += 8;
  }
}

@inline
function lanes(fold: TileFold, rows: i32, columns: i32, x: usize, xRow: usize): f64 {
  const identity = f64x2.splat(identityOf(fold));
  let a = identity;
  let b = identity;
  let c = identity;
  let d = identity;
  const bytes = <usize>columns << 3;
  for (; rows > 0; rows--) {
    let at: usize = 0;
    for (const end = bytes & ~63; at < end; at += 64) {
      a = join(fold, a, v128.load(x + at));
      b = join(fold, b, v128.load(x + at, 16));
      c = join(fold, c, v128.load(x + at, 32));
      d = join(fold, d, v128.load(x + at, 48));
    }
    // The remainder fills one vector after the other.
    if (at < bytes) a = join(fold, a, rest(identity, x + at, bytes - at));
    if (at + 16 < bytes) b = join(fold, b, rest(identity, x + at + 16, bytes - at - 16));
    if (at + 32 < bytes) c = join(fold, c, rest(identity, x + at + 32, bytes - at - 32));
    if (at + 48 < bytes) d = join(fold, d, rest(identity, x + at + 48, bytes - at - 48));
    x += xRow;
  }
  a = join(fold, join(fold, a, b), join(fold, c, d));
  const high = v128.shuffle<f64>(a, a, 1, 1);
  return f64x2.extract_lane(join(fold, a, high), 0);
}

/**
 * The least or greatest of all: `pmin` and `pmax` are one instruction each where `min` and `max`
 * are seven, but know neither NaN nor the signs of zeros. Where there may be such (a sum that is
 * NaN, an extreme of 0), it is found again.
 */
@inline
function extreme(fold: TileFold, rows: i32, columns: i32, x: usize, xRow: usize): f64 {
  let a = f64x2.splat(identityOf(fold));
  let b = a;
  let c = a;
  let d = a;
  let doubts = f64x2.splat(0);
  let p = x;
  const bytes = <usize>columns << 3;
  const end = bytes & ~63;
  for (let row = 0; row < rows; row++) {
    for (let at: usize = 0; at < end; at += 64) {
      const first = v128.load(p + at);
      const second = v128.load(p + at, 16);
      const third = v128.load(p + at, 32);
      const fourth = v128.load(p + at, 48);
      a = nearest(fold, a, first);
      b = nearest(fold, b, second);
      c = nearest(fold, c, third);
      d = nearest(fold, d, fourth);
      const sum = f64x2.add(f64x2.add(first, second), f64x2.add(third, fourth));
      doubts = v128.or(doubts, f64x2.ne(sum, sum));
    }
    for (let at = end; at < bytes; at += 8) a = join(fold, a, v128.load_splat<f64>(p + at));
    p += xRow;
  }
  a = join(fold, join(fold, a, b), join(fold, c, d));
  const high = v128.shuffle<f64>(a, a, 1, 1);
  const value = f64x2.extract_lane(join(fold, a, high), 0);
  return v128.any_true(doubts) || value == 0 ? lanes(fold, rows, columns, x, xRow) : value;
}

@inline
function nearest(fold: TileFold, x: v128, y: v128): v128 {
  return fold == TileFold.min ? f64x2.pmin(x, y) : f64x2.pmax(x, y);
}

/** The next two elements, or one and an identity. */
@inline
function rest(identity: v128, x: usize, bytes: usize): v128 {
  return bytes >= 16 ? v128.load(x) : v128.load64_lane(x, identity, 0);
}

@inline
function join(fold: TileFold, x: v128, y: v128): v128 {
  if (fold == TileFold.sum) return f64x2.add(x, y);
  if (fold == TileFold.product) return f64x2.mul(x, y);
  return fold == TileFold.min ? f64x2.min(x, y) : f64x2.max(x, y);
}

@inline
function identityOf(fold: TileFold): f64 {
  if (fold == TileFold.sum) return 0;
  if (fold == TileFold.product) return 1;
  return fold == TileFold.min ? Infinity : -Infinity;
}

/** out[c] = the fold of column c: four rows are joined two by two, and then to those before. */
export function foldColumns(
  fold: TileFold, rows: i32, columns: i32, x: usize, xRow: usize, out: usize,
): void {
  switch (fold) {
    case TileFold.sum: return fours(TileFold.sum, rows, columns, x, xRow, out);
    case TileFold.product: return fours(TileFold.product, rows, columns, x, xRow, out);
    case TileFold.min: return extremes(TileFold.min, rows, columns, x, xRow, out);
    default: return extremes(TileFold.max, rows, columns, x, xRow, out);
  }
}

@inline
function fours(
  fold: TileFold, rows: i32, columns: i32, x: usize, xRow: usize, out: usize,
): void {
  const bytes = <usize>columns << 3;
  const identity = f64x2.splat(identityOf(fold));
  for (let at: usize = 0; at < bytes; at += 8) v128.store64_lane(out + at, identity, 0);
  for (; rows >= 4; rows -= 4) {
    const y = x + xRow;
    const z = y + xRow;
    const w = z + xRow;
    let at: usize = 0;
    for (const end = bytes & ~15; at < end; at += 16) {
      const xy = join(fold, v128.load(x + at), v128.load(y + at));
      const zw = join(fold, v128.load(z + at), v128.load(w + at));
      v128.store(out + at, join(fold, v128.load(out + at), join(fold, xy, zw)));
    }
    if (at < bytes) {
      const xy = join(fold, v128.load64_zero(x + at), v128.load64_zero(y + at));
      const zw = join(fold, v128.load64_zero(z + at), v128.load64_zero(w + at));
      v128.store64_lane(out + at, join(fold, v128.load64_zero(out + at), join(fold, xy, zw)), 0);
    }
    x = w + xRow;
  }
  for (; rows > 0; rows--) {
    for (let at: usize = 0; at < bytes; at += 8) {
      const value = join(fold, v128.load64_zero(out + at), v128.load64_zero(x + at));
      v128.store64_lane(out + at, value, 0);
    }
    x += xRow;
  }
}

/** out = the sum of float32, which are added as float64. */
export function sumAll32(rows: i32, columns: i32, x: usize, xRow: usize, out: usize): void {
  const zero = f64x2.splat(0);
  let a = zero;
  let b = zero;
  let c = zero;
  let d = zero;
  const bytes = <usize>columns << 2;
  for (; rows > 0; rows--) {
    let at: usize = 0;
    for (const end = bytes & ~31; at < end; at += 32) {
      a = f64x2.add(a, two(x + at));
      b = f64x2.add(b, two(x + at + 8));
      c = f64x2.add(c, two(x + at + 16));
      d = f64x2.add(d, two(x + at + 24));
    }
    // The remainder fills one vector after the other, as it does for float64.
    if (at < bytes) a = f64x2.add(a, restOfTwo(x + at, bytes - at));
    if (at + 8 < bytes) b = f64x2.add(b, restOfTwo(x + at + 8, bytes - at - 8));
    if (at + 16 < bytes) c = f64x2.add(c, restOfTwo(x + at + 16, bytes - at - 16));
    if (at + 24 < bytes) d = f64x2.add(d, restOfTwo(x + at + 24, bytes - at - 24));
    x += xRow;
  }
  a = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  const high = v128.shuffle<f64>(a, a, 1, 1);
  store<f64>(out, f64x2.extract_lane(f64x2.add(a, high), 0));
}

/** out[r] = the sum of row r of float32. */
export function sumRows32(rows: i32, columns: i32, x: usize, xRow: usize, out: usize): void {
  for (; rows > 0; rows--) {
    sumAll32(1, columns, x, 0, out);
    x += xRow;
    out += 8;
  }
}

/** out[c] = the sum of column c of float32: four rows two by two, and then to those before. */
export function sumColumns32(rows: i32, columns: i32, x: usize, xRow: usize, out: usize): void {
  const bytes = <usize>columns << 3;
  memory.fill(out, 0, bytes);
  const end = bytes & ~15;
  for (; rows >= 4; rows -= 4) {
    const y = x + xRow;
    const z = y + xRow;
    const w = z + xRow;
    let at: usize = 0;
    for (; at < end; at += 16) {
      const half = at >> 1;
      const xy = f64x2.add(two(x + half), two(y + half));
      const zw = f64x2.add(two(z + half), two(w + half));
      v128.store(out + at, f64x2.add(v128.load(out + at), f64x2.add(xy, zw)));
    }
    if (at < bytes) {
      const half = at >> 1;
      const xy = <f64>load<f32>(x + half) + <f64>load<f32>(y + half);
      const zw = <f64>load<f32>(z + half) + <f64>load<f32>(w + half);
      store<f64>(out + at, load<f64>(out + at) + (xy + zw));
    }
    x = w + xRow;
  }
  for (; rows > 0; rows--) {
    for (let at: usize = 0; at < bytes; at += 8) {
      store<f64>(out + at, load<f64>(out + at) + <f64>load<f32>(x + (at >> 1)));
    }
    x += xRow;
  }
}

/** Two float32 as float64. */
@inline
function two(x: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(x));
}

/** The next two float32 as float64, or one and a zero. */
@inline
function restOfTwo(x: usize, bytes: usize): v128 {
  return bytes >= 8 ? two(x) : f64x2.promote_low_f32x4(v128.load32_zero(x));
}

/** The extremes of columns, by the same means as that of all elements. */
@inline
function extremes(
  fold: TileFold, rows: i32, columns: i32, x: usize, xRow: usize, out: usize,
): void {
  const identity = f64x2.splat(identityOf(fold));
  const zero = f64x2.splat(0);
  const end = x + (<usize>columns << 3);
  for (; x + 16 <= end; x += 16) {
    let a = identity;
    let b = identity;
    let doubts = zero;
    let p = x;
    let left = rows;
    for (; left >= 4; left -= 4) {
      const q = p + xRow;
      const r = q + xRow;
      const s = r + xRow;
      const first = v128.load(p);
      const second = v128.load(q);
      const third = v128.load(r);
      const fourth = v128.load(s);
      a = nearest(fold, nearest(fold, a, first), third);
      b = nearest(fold, nearest(fold, b, second), fourth);
      const sum = f64x2.add(f64x2.add(first, second), f64x2.add(third, fourth));
      doubts = v128.or(doubts, f64x2.ne(sum, sum));
      p = s + xRow;
    }
    for (; left > 0; left--) {
      const value = v128.load(p);
      a = nearest(fold, a, value);
      doubts = v128.or(doubts, f64x2.ne(value, value));
      p += xRow;
    }
    a = nearest(fold, a, b);
    if (v128.any_true(v128.or(doubts, f64x2.eq(a, zero)))) a = joined(fold, rows, x, xRow);
    v128.store(out, a);
    out += 16;
  }
  if (x < end) {
    let a = identity;
    for (; rows > 0; rows--) {
      a = join(fold, a, v128.load64_zero(x));
      x += xRow;
    }
    v128.store64_lane(out, a, 0);
  }
}

/** Two columns joined one row after the other. */
function joined(fold: TileFold, rows: i32, x: usize, xRow: usize): v128 {
  let a = f64x2.splat(identityOf(fold));
  for (; rows > 0; rows--) {
    a = join(fold, a, v128.load(x));
    x += xRow;
  }
  return a;
}

/**
 * The number of the first element that is `value`, which may be NaN, row by row; -1 where there is
 * none.
 */
export function find64(rows: i32, columns: i32, x: usize, xRow: usize, value: f64): i32 {
  const wanted = f64x2.splat(value);
  // For NaN, the complement is searched.
  const turned = i64x2.splat(value == value ? 0 : -1);
  for (let row = 0; row < rows; row++) {
    let column = 0;
    for (const end = columns & ~3; column < end; column += 4) {
      const p = x + (<usize>column << 3);
      const a = v128.load(p);
      const b = v128.load(p, 16);
      const isFirst = f64x2.eq(a, value == value ? wanted : a);
      const isSecond = f64x2.eq(b, value == value ? wanted : b);
      if (v128.any_true(v128.or(v128.xor(isFirst, turned), v128.xor(isSecond, turned)))) break;
    }
    for (; column < columns; column++) {
      const own = load<f64>(x + (<usize>column << 3));
      if (own == value || (own != own && value != value)) return row * columns + column;
    }
    x += xRow;
  }
  return -1;
}
