// Fast Fourier transforms of lengths that are powers of two: passes of four elements and one of
// two, as ../fourier-passes.ts writes them for all lengths, operation by operation, so that all
// bits are the same. A vector is a complex number. Memory is laid out by ../fourier-wasm.ts.

/**
 * Transforms `length` complex numbers at `source`; they and `target` are used up.
 *
 * @param twiddles of all passes, one after another
 * @returns where the result is: at `source` or at `target`
 */
export function transform(source: usize, target: usize, twiddles: usize, length: i32): usize {
  let groups = 1;
  while (groups < length) {
    const radix = (length / groups) % 4 == 0 ? 4 : 2;
    const span = length / (groups * radix);
    if (radix == 4) pass4(source, target, twiddles, span, groups);
    else pass2(source, target, groups);
    if (span > 1) twiddles += <usize>(span * 3) << 4;
    groups *= radix;
    const done = target;
    target = source;
    source = done;
  }
  return source;
}

/**
 * Parts the transform of `half` complex numbers, which were 2 half real ones by turns, into the
 * first half of their spectrum, and the other half if `whole`.
 */
export function part(mixed: usize, roots: usize, spectrum: usize, half: i32, whole: bool): void {
  const halves = f64x2.splat(0.5);
  const end = spectrum + (<usize>half << 5);
  for (let k = 0; k <= half; k++) {
    const own = v128.load(mixed + (<usize>(k == half ? 0 : k) << 4));
    const other = v128.load(mixed + (<usize>(k == 0 ? 0 : half - k) << 4));
    const conjugate = conjugated(other);
    const even = f64x2.mul(f64x2.add(own, conjugate), halves);
    const odd = f64x2.mul(f64x2.sub(own, conjugate), halves);
    const root = v128.load(roots + (<usize>k << 4));
    // The odd part is (odd.im, -odd.re).
    const re = f64x2.mul(v128.shuffle<f64>(odd, odd, 1, 1), root);
    const turned = mirrored(v128.shuffle<f64>(root, root, 1, 0));
    const im = f64x2.mul(f64x2.neg(v128.shuffle<f64>(odd, odd, 0, 0)), turned);
    const value = f64x2.add(f64x2.add(even, re), im);
    const at = <usize>k << 4;
    v128.store(spectrum + at, value);
    if (whole && k > 0) v128.store(end - at, conjugated(value));
  }
}

function pass4(source: usize, target: usize, twiddles: usize, span: i32, groups: i32): void {
  const stride = <usize>span << 4;
  const step = stride * <usize>groups;
  for (let group = 0; group < groups; group++) {
    let w = twiddles;
    for (let i = 0; i < span; i++) {
      const x0 = v128.load(source);
      const x1 = v128.load(source + stride);
      const x2 = v128.load(source + 2 * stride);
      const x3 = v128.load(source + 3 * stride);
      const sums = f64x2.add(x0, x2);
      const differences = f64x2.sub(x0, x2);
      const others = f64x2.add(x1, x3);
      const crossed = f64x2.sub(x1, x3);
      const turned = conjugated(v128.shuffle<f64>(crossed, crossed, 1, 0));
      let y1 = f64x2.add(differences, turned);
      let y2 = f64x2.sub(sums, others);
      let y3 = f64x2.sub(differences, turned);
      if (span > 1) {
        y1 = times(y1, w);
        y2 = times(y2, w + 16);
        y3 = times(y3, w + 32);
        w += 48;
      }
      v128.store(target, f64x2.add(sums, others));
      v128.store(target + step, y1);
      v128.store(target + 2 * step, y2);
      v128.store(target + 3 * step, y3);
      source += 16;
      target += 16;
    }
    source += 3 * stride;
  }
}

/** The last pass of lengths that are no powers of four. */
function pass2(source: usize, target: usize, groups: i32): void {
  const step = <usize>groups << 4;
  for (let group = 0; group < groups; group++) {
    const x0 = v128.load(source);
    const x1 = v128.load(source, 16);
    v128.store(target, f64x2.add(x0, x1));
    v128.store(target + step, f64x2.sub(x0, x1));
    source += 32;
    target += 16;
  }
}

/** A complex number times the one at `w`. */
@inline
function times(x: v128, w: usize): v128 {
  const re = f64x2.mul(x, v128.load64_splat(w));
  const im = f64x2.mul(v128.shuffle<f64>(x, x, 1, 0), v128.load64_splat(w, 8));
  return f64x2.add(re, mirrored(im));
}

/** The same with the sign of the imaginary part changed. */
@inline
function conjugated(x: v128): v128 {
  return v128.xor(x, i64x2(0, i64.MIN_VALUE));
}

/** The same with the sign of the real part changed. */
@inline
function mirrored(x: v128): v128 {
  return v128.xor(x, i64x2(i64.MIN_VALUE, 0));
}
