// Products of packed matrices: C += A B in SIMD, four rows by two vectors of C at a time. The
// operands are packed into panels by kernels/linalg/products/sum-of-products.ts: A in panels of
// four rows, B in panels of two vectors' columns, both with the shared axis running outermost in
// the panel. Memory is laid out by the caller.

/** Rows of A that are multiplied with all of B before the next: they stay in the second cache. */
const ROW_BLOCK: i32 = 128;

/** C (float64, `columns` wide) += A B; `rows` is a multiple of 4 and `columns` of 4. */
export function multiplyFloat64(
  a: usize,
  b: usize,
  c: usize,
  rows: i32,
  columns: i32,
  depth: i32,
): void {
  multiply<f64>(a, b, c, rows, columns, depth);
}

/** C (float32, `columns` wide) += A B; `rows` is a multiple of 4 and `columns` of 8. */
export function multiplyFloat32(
  a: usize,
  b: usize,
  c: usize,
  rows: i32,
  columns: i32,
  depth: i32,
): void {
  multiply<f32>(a, b, c, rows, columns, depth);
}

function multiply<T>(
  a: usize,
  b: usize,
  c: usize,
  rows: i32,
  columns: i32,
  depth: i32,
): void {
  const width = <i32>(32 / sizeof<T>());
  const rowBytes = <usize>columns * sizeof<T>();
  const panelA = <usize>depth * 4 * sizeof<T>();
  const panelB = <usize>depth * 32;
  for (let firstRow = 0; firstRow < rows; firstRow += ROW_BLOCK) {
    const endRow = min(firstRow + ROW_BLOCK, rows);
    for (let column = 0; column < columns; column += width) {
      const rightPanel = b + <usize>(column / width) * panelB;
      for (let row = firstRow; row < endRow; row += 4) {
        const leftPanel = a + <usize>(row >> 2) * panelA;
        const at = c + <usize>row * rowBytes + <usize>column * sizeof<T>();
        tile<T>(leftPanel, rightPanel, at, rowBytes, depth);
      }
    }
  }
}

// Eight accumulators, two vectors of B and one element of A fit sixteen registers.
function tile<T>(a: usize, b: usize, c: usize, rowBytes: usize, depth: i32): void {
  const row1 = c + rowBytes;
  const row2 = row1 + rowBytes;
  const row3 = row2 + rowBytes;
  let c00 = v128.load(c);
  let c01 = v128.load(c, 16);
  let c10 = v128.load(row1);
  let c11 = v128.load(row1, 16);
  let c20 = v128.load(row2);
  let c21 = v128.load(row2, 16);
  let c30 = v128.load(row3);
  let c31 = v128.load(row3, 16);
  for (const end = a + <usize>depth * 4 * sizeof<T>(); a < end; a += 4 * sizeof<T>()) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    b += 32;
    let element = v128.load_splat<T>(a);
    c00 = multiplyAdd<T>(element, b0, c00);
    c01 = multiplyAdd<T>(element, b1, c01);
    element = v128.load_splat<T>(a, sizeof<T>());
    c10 = multiplyAdd<T>(element, b0, c10);
    c11 = multiplyAdd<T>(element, b1, c11);
    element = v128.load_splat<T>(a, 2 * sizeof<T>());
    c20 = multiplyAdd<T>(element, b0, c20);
    c21 = multiplyAdd<T>(element, b1, c21);
    element = v128.load_splat<T>(a, 3 * sizeof<T>());
    c30 = multiplyAdd<T>(element, b0, c30);
    c31 = multiplyAdd<T>(element, b1, c31);
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(row1, c10);
  v128.store(row1, c11, 16);
  v128.store(row2, c20);
  v128.store(row2, c21, 16);
  v128.store(row3, c30);
  v128.store(row3, c31, 16);
}

// Compiled twice: with relaxed SIMD it is one instruction, which rounds once where the processor
// can.

@inline
function multiplyAdd<T>(x: v128, y: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(x, y, sum);
  return v128.add<T>(sum, v128.mul<T>(x, y));
}
