// How long complex numbers are, which are as (re, im), by turns. The readable version is
// `magnitude` in kernels/math/scalar-functions.ts.

/** out[r][c] = |x[r][c]| of complex128, where elements of a row are `xColumn` bytes apart. */
export function magnitude64(
  rows: i32, columns: i32, x: usize, xRow: usize, xColumn: usize, out: usize, outRow: usize,
): void {
  for (; rows > 0; rows--) {
    let p = x;
    let q = out;
    for (let column = 1; column < columns; column += 2) {
      v128.store(q, magnitudes(v128.load(p), v128.load(p + xColumn)));
      p += xColumn + xColumn;
      q += 16;
    }
    if (columns & 1) {
      const last = v128.load(p);
      v128.store_lane<f64>(q, magnitudes(last, last), 0);
    }
    x += xRow;
    out += outRow;
  }
}

/** The same of complex64. */
export function magnitude32(
  rows: i32, columns: i32, x: usize, xRow: usize, xColumn: usize, out: usize, outRow: usize,
): void {
  for (; rows > 0; rows--) {
    let p = x;
    let q = out;
    for (let column = 1; column < columns; column += 2) {
      const both = magnitudes(widened(p), widened(p + xColumn));
      v128.store_lane<f64>(q, f32x4.demote_f64x2_zero(both), 0);
      p += xColumn + xColumn;
      q += 8;
    }
    if (columns & 1) {
      const last = widened(p);
      v128.store_lane<f32>(q, f32x4.demote_f64x2_zero(magnitudes(last, last)), 0);
    }
    x += xRow;
    out += outRow;
  }
}

@inline
function widened(p: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load_splat<u64>(p));
}

@inline
function magnitudes(a: v128, b: v128): v128 {
  const re = v128.shuffle<f64>(a, b, 0, 2);
  const im = v128.shuffle<f64>(a, b, 1, 3);
  const square = f64x2.add(f64x2.mul(re, re), f64x2.mul(im, im));
  const isUsual = v128.and(
    f64x2.gt(square, f64x2.splat(1e-290)),
    f64x2.lt(square, f64x2.splat(1e300)),
  );
  if (i64x2.all_true(isUsual)) return f64x2.sqrt(square);
  const first = magnitude(f64x2.extract_lane(re, 0), f64x2.extract_lane(im, 0));
  return f64x2.replace_lane(
    f64x2.splat(first), 1, magnitude(f64x2.extract_lane(re, 1), f64x2.extract_lane(im, 1)),
  );
}

function magnitude(x: f64, y: f64): f64 {
  const square = x * x + y * y;
  if (square > 1e-290 && square < 1e300) return sqrt(square);
  if (abs(x) == Infinity || abs(y) == Infinity) return Infinity;
  // 2^600 and 2^-600
  const scale: f64 = max(abs(x), abs(y)) > 1 ? 2.409919865102884e-181 : 4.149515568880993e180;
  const a = x * scale;
  const b = y * scale;
  return sqrt(a * a + b * b) / scale;
}
