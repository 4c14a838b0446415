// Operations of the decompositions on runs of numbers: adding a multiple, dot products, rotating
// two runs. Each has a loop for real and one for complex numbers.
import type { Complex } from "../../../base/dtype.js";
import type { Parts } from "./matrix.js";

/** `y[yAt…] += factor · x[xAt…]`, `length` numbers. */
export function addMultiple(
  factorRe: number,
  factorIm: number,
  x: Parts,
  xAt: number,
  y: Parts,
  yAt: number,
  length: number,
): void {
  const [xr, yr, xi, yi] = [x.re, y.re, x.im, y.im];
  if (xi === null || yi === null) {
    if (factorRe === 0) return;
    for (let i = 0; i < length; i++) {
      yr[yAt + i] = (yr[yAt + i] as number) + factorRe * (xr[xAt + i] as number);
    }
    return;
  }
  for (let i = 0; i < length; i++) {
    const a = xr[xAt + i] as number;
    const b = xi[xAt + i] as number;
    yr[yAt + i] = (yr[yAt + i] as number) + factorRe * a - factorIm * b;
    yi[yAt + i] = (yi[yAt + i] as number) + factorRe * b + factorIm * a;
  }
}

/** `sum of conj(x) · y` over `length` numbers. */
export function innerProduct(
  x: Parts,
  xAt: number,
  y: Parts,
  yAt: number,
  length: number,
): Complex {
  const [xr, yr, xi, yi] = [x.re, y.re, x.im, y.im];
  let re = 0;
  let im = 0;
  if (xi === null || yi === null) {
    // Two sums: each addition waits for the one before it.
    let more = 0;
    let i = 0;
    for (; i + 1 < length; i += 2) {
      re += (xr[xAt + i] as number) * (yr[yAt + i] as number);
      more += (xr[xAt + i + 1] as number) * (yr[yAt + i + 1] as number);
    }
    if (i < length) re += (xr[xAt + i] as number) * (yr[yAt + i] as number);
    return { re: re + more, im };
  }
  for (let i = 0; i < length; i++) {
    const a = xr[xAt + i] as number;
    const b = xi[xAt + i] as number;
    const c = yr[yAt + i] as number;
    const d = yi[yAt + i] as number;
    re += a * c + b * d;
    im += a * d - b * c;
  }
  return { re, im };
}

/** `x[at…] *= factor`. */
export function scaleRun(
  factorRe: number,
  factorIm: number,
  x: Parts,
  at: number,
  length: number,
): void {
  const { re, im } = x;
  for (let i = at; i < at + length; i++) {
    const a = re[i] as number;
    if (im === null) re[i] = factorRe * a;
    else {
      const b = im[i] as number;
      re[i] = factorRe * a - factorIm * b;
      im[i] = factorRe * b + factorIm * a;
    }
  }
}

/** The sum of squared absolute values. */
export function squaredNorm(x: Parts, at: number, length: number): number {
  const { re, im } = x;
  let sum = 0;
  for (let i = at; i < at + length; i++) {
    const a = re[i] as number;
    sum += a * a;
  }
  if (im === null) return sum;
  for (let i = at; i < at + length; i++) {
    const b = im[i] as number;
    sum += b * b;
  }
  return sum;
}

/** The root of {@link squaredNorm}, also where squares overflow or vanish. */
export function euclideanNorm(x: Parts, at: number, length: number): number {
  const sum = squaredNorm(x, at, length);
  if (sum > 1e-280 && sum < 1e280) return Math.sqrt(sum);
  const largest = largestPart(x, at, length);
  if (!(largest > 0) || largest === Number.POSITIVE_INFINITY) return largest;
  let scaled = 0;
  for (let i = at; i < at + length; i++) {
    const a = (x.re[i] as number) / largest;
    const b = x.im === null ? 0 : (x.im[i] as number) / largest;
    scaled += a * a + b * b;
  }
  return largest * Math.sqrt(scaled);
}

/** The largest absolute value of a real or imaginary part; NaN where there is one. */
export function largestPart(x: Parts, at = 0, length = x.re.length): number {
  let largest = 0;
  for (let i = at; i < at + length; i++) {
    largest = Math.max(largest, Math.abs(x.re[i] as number));
    if (x.im !== null) largest = Math.max(largest, Math.abs(x.im[i] as number));
  }
  return largest;
}

/** Exchanges two runs. */
export function swapRuns(x: Parts, at: number, other: number, length: number): void {
  if (at === other) return;
  for (const part of [x.re, x.im]) {
    if (part === null) continue;
    const held = part.slice(at, at + length);
    part.copyWithin(at, other, other + length);
    part.set(held, other);
  }
}

/** `(x, y) ← (cosine · x - sine · y, sine · x + cosine · y)` for two runs of `x`. */
export function rotateRuns(
  x: Parts,
  at: number,
  other: number,
  length: number,
  cosine: number,
  sine: number,
): void {
  rotatePart(x.re, at, other, length, cosine, sine);
  if (x.im !== null) rotatePart(x.im, at, other, length, cosine, sine);
}

function rotatePart(
  part: Float64Array,
  at: number,
  other: number,
  length: number,
  cosine: number,
  sine: number,
): void {
  for (let i = 0; i < length; i++) {
    const a = part[at + i] as number;
    const b = part[other + i] as number;
    part[at + i] = cosine * a - sine * b;
    part[other + i] = sine * a + cosine * b;
  }
}

/** `x / y`. */
export function divide(x: Complex, y: Complex): Complex {
  if (y.im === 0) return { re: x.re / y.re, im: x.im / y.re };
  // Smith's way: no square that could overflow.
  if (Math.abs(y.re) >= Math.abs(y.im)) {
    const ratio = y.im / y.re;
    const scale = y.re + y.im * ratio;
    return { re: (x.re + x.im * ratio) / scale, im: (x.im - x.re * ratio) / scale };
  }
  const ratio = y.re / y.im;
  const scale = y.re * ratio + y.im;
  return { re: (x.re * ratio + x.im) / scale, im: (x.im * ratio - x.re) / scale };
}

/** Element `at` as a complex number. */
export function elementAt(x: Parts, at: number): Complex {
  return { re: x.re[at] as number, im: x.im === null ? 0 : (x.im[at] as number) };
}

/** Writes element `at`. */
export function setElementAt(x: Parts, at: number, value: Complex): void {
  x.re[at] = value.re;
  if (x.im !== null) x.im[at] = value.im;
}
