// Elements brought side by side: out of columns, out of any strides, out of other dtypes. Output
// rows are `outRow` bytes apart.

/** out[r][c] = x[c][r] of float64, where columns of the result are `xColumn` bytes apart. */
export function transpose64(
  rows: i32, columns: i32, x: usize, xColumn: usize, out: usize, outRow: usize,
): void {
  let row = 0;
  // Eight rows are a cache line of each column; two columns at a time make vectors of a row.
  for (; row <= rows - 8; row += 8) {
    let p = x + (<usize>row << 3);
    let q = out + <usize>row * outRow;
    let column = 0;
    for (; column <= columns - 2; column += 2) {
      const r = p + xColumn;
      let w = q;
      w = storePair(w, outRow, v128.load(p), v128.load(r));
      w = storePair(w, outRow, v128.load(p, 16), v128.load(r, 16));
      w = storePair(w, outRow, v128.load(p, 32), v128.load(r, 32));
      storePair(w, outRow, v128.load(p, 48), v128.load(r, 48));
      p = r + xColumn;
      q += 16;
    }
    if (column < columns) gather(8, 8, 1, p, 8, xColumn, q, outRow);
  }
  if (row < rows) {
    gather(8, rows - row, columns, x + (<usize>row << 3), 8, xColumn, out + <usize>row * outRow, outRow);
  }
}

@inline
function storePair(out: usize, outRow: usize, a: v128, b: v128): usize {
  v128.store(out, v128.shuffle<f64>(a, b, 0, 2));
  v128.store(out + outRow, v128.shuffle<f64>(a, b, 1, 3));
  return out + outRow + outRow;
}

/** The same of float32. */
export function transpose32(
  rows: i32, columns: i32, x: usize, xColumn: usize, out: usize, outRow: usize,
): void {
  let row = 0;
  for (; row <= rows - 4; row += 4) {
    let p = x + (<usize>row << 2);
    let q = out + <usize>row * outRow;
    let column = 0;
    for (; column <= columns - 4; column += 4) {
      const a = v128.load(p);
      const b = v128.load(p + xColumn);
      const c = v128.load(p + 2 * xColumn);
      const d = v128.load(p + 3 * xColumn);
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      v128.store(q, v128.shuffle<f64>(ab, cd, 0, 2));
      v128.store(q + outRow, v128.shuffle<f64>(ab, cd, 1, 3));
      const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      v128.store(q + 2 * outRow, v128.shuffle<f64>(abHigh, cdHigh, 0, 2));
      v128.store(q + 3 * outRow, v128.shuffle<f64>(abHigh, cdHigh, 1, 3));
      p += 4 * xColumn;
      q += 16;
    }
    if (column < columns) gather(4, 4, columns - column, p, 4, xColumn, q, outRow);
  }
  if (row < rows) {
    gather(4, rows - row, columns, x + (<usize>row << 2), 4, xColumn, out + <usize>row * outRow, outRow);
  }
}

/** out[r][c] = x[r * xRow + c * xColumn] (bytes) of elements of 1, 2, 4 or 8 bytes. */
export function gather(
  elementBytes: i32, rows: i32, columns: i32,
  x: usize, xRow: usize, xColumn: usize, out: usize, outRow: usize,
): void {
  if (elementBytes == 8) gatherAs<u64>(rows, columns, x, xRow, xColumn, out, outRow);
  else if (elementBytes == 4) gatherAs<u32>(rows, columns, x, xRow, xColumn, out, outRow);
  else if (elementBytes == 2) gatherAs<u16>(rows, columns, x, xRow, xColumn, out, outRow);
  else gatherAs<u8>(rows, columns, x, xRow, xColumn, out, outRow);
}

@inline
function gatherAs<T>(
  rows: i32, columns: i32, x: usize, xRow: usize, xColumn: usize, out: usize, outRow: usize,
): void {
  for (; rows > 0; rows--) {
    if (xColumn == sizeof<T>()) {
      memory.copy(out, x, <usize>columns * sizeof<T>());
    } else {
      let p = x;
      let q = out;
      for (let column = 0; column < columns; column++) {
        store<T>(q, load<T>(p));
        p += xColumn;
        q += sizeof<T>();
      }
    }
    x += xRow;
    out += outRow;
  }
}

/** float32 as float64 */
export function widen(
  rows: i32, columns: i32, x: usize, xRow: usize, out: usize, outRow: usize,
): void {
  for (; rows > 0; rows--) {
    let at = 0;
    for (const end = columns & ~3; at < end; at += 4) {
      const values = v128.load(x + (<usize>at << 2));
      const q = out + (<usize>at << 3);
      v128.store(q, f64x2.promote_low_f32x4(values));
      v128.store(q, f64x2.promote_low_f32x4(v128.shuffle<f32>(values, values, 2, 3, 2, 3)), 16);
    }
    for (; at < columns; at++) {
      store<f64>(out + (<usize>at << 3), <f64>load<f32>(x + (<usize>at << 2)));
    }
    x += xRow;
    out += outRow;
  }
}

/** float64 as float32 */
export function narrow(
  rows: i32, columns: i32, x: usize, xRow: usize, out: usize, outRow: usize,
): void {
  for (; rows > 0; rows--) {
    let at = 0;
    for (const end = columns & ~3; at < end; at += 4) {
      const p = x + (<usize>at << 3);
      const low = f32x4.demote_f64x2_zero(v128.load(p));
      const high = f32x4.demote_f64x2_zero(v128.load(p, 16));
      v128.store(out + (<usize>at << 2), v128.shuffle<f32>(low, high, 0, 1, 4, 5));
    }
    for (; at < columns; at++) {
      store<f32>(out + (<usize>at << 2), <f32>load<f64>(x + (<usize>at << 3)));
    }
    x += xRow;
    out += outRow;
  }
}
