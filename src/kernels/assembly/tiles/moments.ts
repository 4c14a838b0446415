// Tiles of float64 reduced to moments. They have three fields, `field` bytes apart: the rounded
// mean, its error (the mean of the deviations from it), and the sum of squared deviations. A tile
// is read twice while it is in the fastest cache; sums go in the order of folding.ts.

/** The moments of all elements. */
export function momentsAll(
  rows: i32, columns: i32, x: usize, xRow: usize, out: usize, field: usize,
): void {
  const count = <f64>rows * <f64>columns;
  const mean = sumOf(rows, columns, x, xRow) / count;
  store<f64>(out, mean);
  deviations(rows, columns, x, xRow, f64x2.splat(mean), out + field, out + 2 * field);
  store<f64>(out + field, load<f64>(out + field) / count);
}

/** The moments of each row. */
export function momentsRows(
  rows: i32, columns: i32, x: usize, xRow: usize, out: usize, field: usize,
): void {
  for (; rows > 0; rows--) {
    momentsAll(1, columns, x, 0, out, field);
    x += xRow;
    out += 8;
  }
}

// Eight lanes that are joined two by two. The remainder of a row fills one lane after the other.

@inline
function sumOf(rows: i32, columns: i32, x: usize, xRow: usize): f64 {
  const bytes = <usize>columns << 3;
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (; rows > 0; rows--) {
    let at: usize = 0;
    for (const end = bytes & ~63; at < end; at += 64) {
      a = f64x2.add(a, v128.load(x + at));
      b = f64x2.add(b, v128.load(x + at, 16));
      c = f64x2.add(c, v128.load(x + at, 32));
      d = f64x2.add(d, v128.load(x + at, 48));
    }
    if (at < bytes) a = f64x2.add(a, loadUpTo(bytes - at, x + at));
    if (at + 16 < bytes) b = f64x2.add(b, loadUpTo(bytes - at - 16, x + at + 16));
    if (at + 32 < bytes) c = f64x2.add(c, loadUpTo(bytes - at - 32, x + at + 32));
    if (at + 48 < bytes) d = f64x2.add(d, loadUpTo(bytes - at - 48, x + at + 48));
    x += xRow;
  }
  return joined(a, b, c, d);
}

/** Writes the sum of deviations from `mean`, and that of their squares. */
function deviations(
  rows: i32, columns: i32, x: usize, xRow: usize, mean: v128, sum: usize, squares: usize,
): void {
  const bytes = <usize>columns << 3;
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let aa = a;
  let bb = a;
  let cc = a;
  let dd = a;
  for (; rows > 0; rows--) {
    let at: usize = 0;
    for (const end = bytes & ~63; at < end; at += 64) {
      const p = f64x2.sub(v128.load(x + at), mean);
      const q = f64x2.sub(v128.load(x + at, 16), mean);
      const r = f64x2.sub(v128.load(x + at, 32), mean);
      const s = f64x2.sub(v128.load(x + at, 48), mean);
      a = f64x2.add(a, p);
      b = f64x2.add(b, q);
      c = f64x2.add(c, r);
      d = f64x2.add(d, s);
      aa = f64x2.add(aa, f64x2.mul(p, p));
      bb = f64x2.add(bb, f64x2.mul(q, q));
      cc = f64x2.add(cc, f64x2.mul(r, r));
      dd = f64x2.add(dd, f64x2.mul(s, s));
    }
    if (at < bytes) {
      const p = deviation(bytes - at, x + at, mean);
      a = f64x2.add(a, p);
      aa = f64x2.add(aa, f64x2.mul(p, p));
    }
    if (at + 16 < bytes) {
      const p = deviation(bytes - at - 16, x + at + 16, mean);
      b = f64x2.add(b, p);
      bb = f64x2.add(bb, f64x2.mul(p, p));
    }
    if (at + 32 < bytes) {
      const p = deviation(bytes - at - 32, x + at + 32, mean);
      c = f64x2.add(c, p);
      cc = f64x2.add(cc, f64x2.mul(p, p));
    }
    if (at + 48 < bytes) {
      const p = deviation(bytes - at - 48, x + at + 48, mean);
      d = f64x2.add(d, p);
      dd = f64x2.add(dd, f64x2.mul(p, p));
    }
    x += xRow;
  }
  store<f64>(sum, joined(a, b, c, d));
  store<f64>(squares, joined(aa, bb, cc, dd));
}

@inline
function joined(a: v128, b: v128, c: v128, d: v128): f64 {
  const sum = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** The next two elements, or one and 0. */
@inline
function loadUpTo(bytes: usize, x: usize): v128 {
  return bytes >= 16 ? v128.load(x) : v128.load64_zero(x);
}

/** Deviations of the next two elements, or of one and 0. */
@inline
function deviation(bytes: usize, x: usize, mean: v128): v128 {
  if (bytes >= 16) return f64x2.sub(v128.load(x), mean);
  return v128.and(f64x2.sub(v128.load64_zero(x), mean), i64x2(-1, 0));
}

/** The moments of each column: four rows are joined two by two, and then added to those before. */
export function momentsColumns(
  rows: i32, columns: i32, x: usize, xRow: usize, out: usize, field: usize,
): void {
  const end = out + (<usize>columns << 3);
  for (; out + 32 <= end; out += 32) {
    ofColumns(16, rows, x, xRow, out, field);
    ofColumns(16, rows, x + 16, xRow, out + 16, field);
    x += 32;
  }
  for (; out < end; out += 8) {
    ofColumns(8, rows, x, xRow, out, field);
    x += 8;
  }
}

/** The moments of one column or two, of that many bytes. */
@inline
function ofColumns(bytes: usize, rows: i32, x: usize, xRow: usize, out: usize, field: usize): void {
  const count = f64x2.splat(<f64>rows);
  let sum = f64x2.splat(0);
  let left = rows;
  let p = x;
  for (; left >= 4; left -= 4) {
    const q = p + xRow;
    const r = q + xRow;
    const s = r + xRow;
    const first = f64x2.add(loadUpTo(bytes, p), loadUpTo(bytes, q));
    sum = f64x2.add(sum, f64x2.add(first, f64x2.add(loadUpTo(bytes, r), loadUpTo(bytes, s))));
    p = s + xRow;
  }
  for (; left > 0; left--) {
    sum = f64x2.add(sum, loadUpTo(bytes, p));
    p += xRow;
  }
  const mean = f64x2.div(sum, count);
  sum = f64x2.splat(0);
  let squares = sum;
  p = x;
  for (left = rows; left >= 4; left -= 4) {
    const q = p + xRow;
    const r = q + xRow;
    const s = r + xRow;
    const a = deviation(bytes, p, mean);
    const b = deviation(bytes, q, mean);
    const c = deviation(bytes, r, mean);
    const d = deviation(bytes, s, mean);
    sum = f64x2.add(sum, f64x2.add(f64x2.add(a, b), f64x2.add(c, d)));
    const first = f64x2.add(f64x2.mul(a, a), f64x2.mul(b, b));
    squares = f64x2.add(squares, f64x2.add(first, f64x2.add(f64x2.mul(c, c), f64x2.mul(d, d))));
    p = s + xRow;
  }
  for (; left > 0; left--) {
    const a = deviation(bytes, p, mean);
    sum = f64x2.add(sum, a);
    squares = f64x2.add(squares, f64x2.mul(a, a));
    p += xRow;
  }
  storeUpTo(bytes, out, mean);
  storeUpTo(bytes, out + field, f64x2.div(sum, count));
  storeUpTo(bytes, out + 2 * field, squares);
}

@inline
function storeUpTo(bytes: usize, x: usize, value: v128): void {
  if (bytes >= 16) v128.store(x, value);
  else v128.store64_lane(x, value, 0);
}

/**
 * Moments of y become those of x and y together (Chan, Golub and LeVeque 1979), where `share` is
 * the part of all elements that y had, and `weight` that times the number of elements of x. Beside
 * an odd last column is room.
 */
export function joinMoments(
  columns: i32, x: usize, y: usize, field: usize, share: f64, weight: f64,
): void {
  const shares = f64x2.splat(share);
  const weights = f64x2.splat(weight);
  for (const end = y + (<usize>columns << 3); y < end; y += 16) {
    const mean = v128.load(x);
    const lack = v128.load(x + field);
    const difference = f64x2.add(
      f64x2.sub(v128.load(y), mean),
      f64x2.sub(v128.load(y + field), lack),
    );
    const moved = f64x2.add(lack, f64x2.mul(difference, shares));
    const joined = f64x2.add(mean, moved);
    const between = f64x2.mul(f64x2.mul(difference, difference), weights);
    const within = f64x2.add(v128.load(x + 2 * field), v128.load(y + 2 * field));
    v128.store(y, joined);
    v128.store(y + field, f64x2.sub(moved, f64x2.sub(joined, mean)));
    v128.store(y + 2 * field, f64x2.add(within, between));
    x += 16;
  }
}
