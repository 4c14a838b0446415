// Functions of complex numbers in double precision, after Kahan (1987, "Branch cuts for complex
// elementary functions"); at infinities and NaN, after C99's Annex G and the array API standard.
// Each writes its result to `out`: real part, imaginary part. Generated loops call these by name
// (complex-code.ts).
import { copysign } from "./scalar-functions.js";

/** Where a function leaves its result. */
export type ComplexCell = Float64Array;

const first = new Float64Array(2);
const second = new Float64Array(2);

function set(out: ComplexCell, re: number, im: number): void {
  out[0] = re;
  out[1] = im;
}

/** `(a + bi) / (c + di)`, scaled so that nothing overflows on the way (Smith 1962). */
export function complexDivide(a: number, b: number, c: number, d: number, out: ComplexCell): void {
  if (c === 0 && d === 0) {
    set(out, a / Math.abs(c), b / Math.abs(c));
  } else if (Math.abs(c) >= Math.abs(d)) {
    const ratio = d / c;
    const scale = 1 / (c + d * ratio);
    set(out, (a + b * ratio) * scale, (b - a * ratio) * scale);
  } else {
    const ratio = c / d;
    const scale = 1 / (c * ratio + d);
    set(out, (a * ratio + b) * scale, (b * ratio - a) * scale);
  }
}

/** `z` to the power of `c + di`; whole exponents up to 100 by multiplication. */
export function complexPow(x: number, y: number, c: number, d: number, out: ComplexCell): void {
  if (c === 0 && d === 0) set(out, 1, 0);
  else if (x === 0 && y === 0) {
    if (c > 0) set(out, 0, 0);
    else set(out, Number.NaN, Number.NaN);
  } else if (d === 0 && Number.isInteger(c) && Math.abs(c) <= 100) wholePower(x, y, c, out);
  else {
    complexLog(x, y, out);
    const [re = 0, im = 0] = out;
    complexExp(c * re - d * im, c * im + d * re, out);
  }
}

function wholePower(x: number, y: number, exponent: number, out: ComplexCell): void {
  let [re, im, baseRe, baseIm] = [1, 0, x, y];
  const isShort = exponent >= 1 && exponent <= 3;
  for (let rest = Math.abs(exponent); rest > 0; rest >>= 1) {
    // As NumPy's first three powers: the product of 1 and infinity would have NaN in it.
    if (rest & 1 && isShort && re === 1 && im === 0) [re, im] = [baseRe, baseIm];
    else if (rest & 1) [re, im] = [re * baseRe - im * baseIm, re * baseIm + im * baseRe];
    [baseRe, baseIm] = [baseRe * baseRe - baseIm * baseIm, 2 * baseRe * baseIm];
  }
  if (exponent < 0) complexDivide(1, 0, re, im, out);
  else set(out, re, im);
}

/** `z / |z|`; 0 for 0. */
export function complexSign(x: number, y: number, out: ComplexCell): void {
  const magnitude = Math.hypot(x, y);
  if (magnitude === 0) set(out, 0, 0);
  else if (Math.abs(x) === Number.POSITIVE_INFINITY && Number.isFinite(y)) {
    set(out, Math.sign(x), copysign(0, y));
  } else if (Math.abs(y) === Number.POSITIVE_INFINITY && Number.isFinite(x)) {
    set(out, copysign(0, x), Math.sign(y));
  } else set(out, x / magnitude, y / magnitude);
}

/** Largest number whose exponential is taken in one step: twice it does not overflow. */
const EXPONENT_MAX = 709;

/** `factor · exp(x)` without overflow where the product has none. */
function scaledExp(x: number, factor: number): number {
  if (x <= EXPONENT_MAX) return factor * Math.exp(x);
  const half = Math.exp(x / 2);
  return factor * half * half;
}

export function complexExp(x: number, y: number, out: ComplexCell): void {
  if (y === 0) set(out, Math.exp(x), y);
  else if (Number.isFinite(y)) set(out, scaledExp(x, Math.cos(y)), scaledExp(x, Math.sin(y)));
  else if (x === Number.NEGATIVE_INFINITY) set(out, 0, 0);
  else set(out, x === Number.POSITIVE_INFINITY ? x : Number.NaN, Number.NaN);
}

/** `exp(z) - 1`, exact near 0. */
export function complexExpm1(x: number, y: number, out: ComplexCell): void {
  if (y === 0) set(out, x === 0 ? 0 : Math.expm1(x), y);
  else if (!Number.isFinite(x) || !Number.isFinite(y)) {
    complexExp(x, y, out);
    set(out, (out[0] as number) - 1, out[1] as number);
  } else {
    const half = Math.sin(y / 2);
    set(out, Math.expm1(x) * Math.cos(y) - 2 * half * half, scaledExp(x, Math.sin(y)));
  }
}

export function complexLog(x: number, y: number, out: ComplexCell): void {
  const [large, small] = [Math.max(Math.abs(x), Math.abs(y)), Math.min(Math.abs(x), Math.abs(y))];
  const re = isInfinite(x, y) ? Number.POSITIVE_INFINITY : logOfMagnitude(large, small);
  set(out, re, Math.atan2(y, x));
}

/** The logarithm of the length of a vector, with its larger part first. */
function logOfMagnitude(large: number, small: number): number {
  // Near the unit circle the logarithm would cancel; large lengths would overflow.
  if (large > 0.5 && large < 2) return Math.log1p((large - 1) * (large + 1) + small * small) / 2;
  if (large > 1e300) return Math.log(Math.hypot(large / 2, small / 2)) + Math.LN2;
  return Math.log(Math.hypot(large, small));
}

/** `log(1 + z)`, exact near 0. */
export function complexLog1p(x: number, y: number, out: ComplexCell): void {
  if (Math.max(Math.abs(x), Math.abs(y)) <= 0.5) {
    set(out, Math.log1p(x * (2 + x) + y * y) / 2, Math.atan2(y, 1 + x));
  } else complexLog(1 + x, y, out);
}

export function complexLog2(x: number, y: number, out: ComplexCell): void {
  complexLog(x, y, out);
  set(out, (out[0] as number) * Math.LOG2E, (out[1] as number) * Math.LOG2E);
}

export function complexLog10(x: number, y: number, out: ComplexCell): void {
  complexLog(x, y, out);
  set(out, (out[0] as number) * Math.LOG10E, (out[1] as number) * Math.LOG10E);
}

export function complexSqrt(x: number, y: number, out: ComplexCell): void {
  if (x === 0 && y === 0) set(out, 0, y);
  else if (Math.abs(y) === Number.POSITIVE_INFINITY) set(out, Number.POSITIVE_INFINITY, y);
  else {
    // A quarter of the value has half the root: sums of large parts do not overflow.
    const root = 2 * Math.sqrt((Math.abs(x) / 4 + Math.hypot(x / 4, y / 4)) / 2);
    if (x >= 0) set(out, root, y / (2 * root));
    else set(out, Math.abs(y) / (2 * root), copysign(root, y));
  }
}

export function complexSinh(x: number, y: number, out: ComplexCell): void {
  if (y === 0) set(out, Math.sinh(x), y);
  else if (!Number.isFinite(y)) {
    const isLarge = Math.abs(x) === Number.POSITIVE_INFINITY;
    set(out, x === 0 ? x : isLarge ? Number.POSITIVE_INFINITY : Number.NaN, Number.NaN);
  } else if (Math.abs(x) > EXPONENT_MAX) {
    set(
      out,
      scaledExp(Math.abs(x), copysign(Math.cos(y) / 2, x * Math.cos(y))),
      scaledExp(Math.abs(x), Math.sin(y) / 2),
    );
  } else set(out, Math.sinh(x) * Math.cos(y), Math.cosh(x) * Math.sin(y));
}

export function complexCosh(x: number, y: number, out: ComplexCell): void {
  if (y === 0) {
    set(out, Math.cosh(x), Number.isNaN(x) ? 0 : copysign(0, x) * copysign(1, y));
  } else if (!Number.isFinite(y)) {
    if (x === 0) set(out, Number.NaN, 0);
    else set(out, Math.abs(x) === Number.POSITIVE_INFINITY ? Math.abs(x) : Number.NaN, Number.NaN);
  } else if (Math.abs(x) > EXPONENT_MAX) {
    set(
      out,
      scaledExp(Math.abs(x), Math.cos(y) / 2),
      scaledExp(Math.abs(x), copysign(Math.sin(y) / 2, x * Math.sin(y))),
    );
  } else set(out, Math.cosh(x) * Math.cos(y), Math.sinh(x) * Math.sin(y));
}

export function complexTanh(x: number, y: number, out: ComplexCell): void {
  if (Math.abs(x) === Number.POSITIVE_INFINITY) {
    set(out, Math.sign(x), Number.isFinite(y) ? copysign(0, y) : 0);
  } else if (y === 0) set(out, Math.tanh(x), y);
  else if (!Number.isFinite(y)) set(out, x === 0 ? x : Number.NaN, Number.NaN);
  else if (Math.abs(x) > 20) {
    set(out, Math.sign(x), 4 * Math.sin(y) * Math.cos(y) * Math.exp(-2 * Math.abs(x)));
  } else {
    const tangent = Math.tan(y);
    const growth = 1 + tangent * tangent;
    const sine = Math.sinh(x);
    const denominator = 1 + growth * sine * sine;
    set(out, (growth * Math.sqrt(1 + sine * sine) * sine) / denominator, tangent / denominator);
  }
}

/** `-i f(iz)`: the circular function that belongs to a hyperbolic one, and the other way round. */
function turned(
  f: (x: number, y: number, out: ComplexCell) => void,
  x: number,
  y: number,
  out: ComplexCell,
): void {
  f(-y, x, out);
  set(out, out[1] as number, -(out[0] as number));
}

export function complexSin(x: number, y: number, out: ComplexCell): void {
  turned(complexSinh, x, y, out);
}

export function complexCos(x: number, y: number, out: ComplexCell): void {
  complexCosh(-y, x, out);
}

export function complexTan(x: number, y: number, out: ComplexCell): void {
  turned(complexTanh, x, y, out);
}

/**
 * Whether a complex number counts as infinite: one infinite part is enough, with any other part.
 */
function isInfinite(x: number, y: number): boolean {
  return Math.abs(x) === Number.POSITIVE_INFINITY || Math.abs(y) === Number.POSITIVE_INFINITY;
}

export function complexAsin(x: number, y: number, out: ComplexCell): void {
  if (isInfinite(x, y)) {
    set(out, Math.atan2(x, Math.abs(y)), copysign(Number.POSITIVE_INFINITY, y));
    return;
  }
  if (x === 0 && Number.isNaN(y)) {
    set(out, x, y);
    return;
  }
  complexSqrt(1 - x, -y, first);
  complexSqrt(1 + x, y, second);
  const [a = 0, b = 0] = first;
  const [c = 0, d = 0] = second;
  set(out, Math.atan2(x, a * c - b * d), Math.asinh(a * d - b * c));
}

export function complexAcos(x: number, y: number, out: ComplexCell): void {
  if (isInfinite(x, y)) {
    const im = copysign(Number.POSITIVE_INFINITY, Number.isNaN(y) ? -1 : -y);
    set(out, Math.atan2(Math.abs(y), x), im);
    return;
  }
  if (x === 0 && Number.isNaN(y)) {
    set(out, Math.PI / 2, y);
    return;
  }
  complexSqrt(1 - x, -y, first);
  complexSqrt(1 + x, y, second);
  const [a = 0, b = 0] = first;
  const [c = 0, d = 0] = second;
  set(out, 2 * Math.atan2(a, c), Math.asinh(c * b - d * a));
}

export function complexAtan(x: number, y: number, out: ComplexCell): void {
  turned(complexAtanh, x, y, out);
}

export function complexAsinh(x: number, y: number, out: ComplexCell): void {
  turned(complexAsin, x, y, out);
}

export function complexAcosh(x: number, y: number, out: ComplexCell): void {
  if (isInfinite(x, y)) {
    set(out, Number.POSITIVE_INFINITY, Math.atan2(y, x));
    return;
  }
  if (x === 0 && Number.isNaN(y)) {
    set(out, y, Math.PI / 2);
    return;
  }
  complexSqrt(x - 1, y, first);
  complexSqrt(x + 1, y, second);
  const [a = 0, b = 0] = first;
  const [c = 0, d = 0] = second;
  set(out, Math.asinh(a * c + b * d), 2 * Math.atan2(b, c));
}

export function complexAtanh(x: number, y: number, out: ComplexCell): void {
  if (isInfinite(x, y)) {
    set(out, copysign(0, x), Number.isNaN(y) ? y : copysign(Math.PI / 2, y));
    return;
  }
  if (x === 0 && Number.isNaN(y)) {
    set(out, x, y);
    return;
  }
  const right = Math.abs(x);
  const re = Math.log1p((4 * right) / ((1 - right) ** 2 + y * y)) / 4;
  set(out, copysign(re, x), Math.atan2(2 * y, (1 - x) * (1 + x) - y * y) / 2);
}

/**
 * Whether the second of two numbers becomes the least: one with NaN, or one that is not after the
 * other.
 */
function isLeast(a: number, b: number, c: number, d: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return true;
  return Number.isNaN(c) || Number.isNaN(d) ? false : a < c || (a === c && b <= d);
}

/** The real part of the lesser of a + bi and c + di; of one with NaN where there is one. */
export function complexLeastRe(a: number, b: number, c: number, d: number): number {
  return isLeast(a, b, c, d) ? a : c;
}

/** The imaginary part of {@link complexLeastRe}. */
export function complexLeastIm(a: number, b: number, c: number, d: number): number {
  return isLeast(a, b, c, d) ? b : d;
}

/** The real part of the greater of a + bi and c + di; of one with NaN where there is one. */
export function complexGreatestRe(a: number, b: number, c: number, d: number): number {
  return isLeast(-a, -b, -c, -d) ? a : c;
}

/** The imaginary part of {@link complexGreatestRe}. */
export function complexGreatestIm(a: number, b: number, c: number, d: number): number {
  return isLeast(-a, -b, -c, -d) ? b : d;
}
