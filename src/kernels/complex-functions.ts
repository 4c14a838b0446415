// Functions of complex numbers in double precision, after Kahan (1987, "Branch cuts for complex
// elementary functions"). Each writes its result to `out`: real part, imaginary part. Generated loops
// call these by name (complex-code.ts).
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
  for (let rest = Math.abs(exponent); rest > 0; rest >>= 1) {
    if (rest & 1) [re, im] = [re * baseRe - im * baseIm, re * baseIm + im * baseRe];
    [baseRe, baseIm] = [baseRe * baseRe - baseIm * baseIm, 2 * baseRe * baseIm];
  }
  if (exponent < 0) complexDivide(1, 0, re, im, out);
  else set(out, re, im);
}

/** `z / |z|`; 0 for 0. */
export function complexSign(x: number, y: number, out: ComplexCell): void {
  const magnitude = Math.hypot(x, y);
  if (magnitude === 0) set(out, 0, 0);
  else set(out, x / magnitude, y / magnitude);
}

export function complexExp(x: number, y: number, out: ComplexCell): void {
  const magnitude = Math.exp(x);
  set(out, magnitude * Math.cos(y), y === 0 ? y : magnitude * Math.sin(y));
}

/** `exp(z) - 1`, exact near 0. */
export function complexExpm1(x: number, y: number, out: ComplexCell): void {
  const half = Math.sin(y / 2);
  const growth = Math.expm1(x);
  set(out, growth * Math.cos(y) - 2 * half * half, y === 0 ? y : Math.exp(x) * Math.sin(y));
}

export function complexLog(x: number, y: number, out: ComplexCell): void {
  const [large, small] = [Math.max(Math.abs(x), Math.abs(y)), Math.min(Math.abs(x), Math.abs(y))];
  // Near the unit circle the logarithm of the magnitude would cancel.
  const near = large > 0.5 && large < 2;
  const magnitude = near
    ? Math.log1p((large - 1) * (large + 1) + small * small) / 2
    : Math.log(Math.hypot(x, y));
  set(out, magnitude, Math.atan2(y, x));
}

/** `log(1 + z)`, exact near 0. */
export function complexLog1p(x: number, y: number, out: ComplexCell): void {
  if (Math.max(Math.abs(x), Math.abs(y)) > 0.5) complexLog(1 + x, y, out);
  else set(out, Math.log1p(x * (2 + x) + y * y) / 2, Math.atan2(y, 1 + x));
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
  set(out, Math.sinh(x) * Math.cos(y), Math.cosh(x) * Math.sin(y));
}

export function complexCosh(x: number, y: number, out: ComplexCell): void {
  set(out, Math.cosh(x) * Math.cos(y), Math.sinh(x) * Math.sin(y));
}

export function complexTanh(x: number, y: number, out: ComplexCell): void {
  if (Math.abs(x) > 20) {
    set(out, Math.sign(x), 4 * Math.sin(y) * Math.cos(y) * Math.exp(-2 * Math.abs(x)));
    return;
  }
  const tangent = Math.tan(y);
  const growth = 1 + tangent * tangent;
  const sine = Math.sinh(x);
  const denominator = 1 + growth * sine * sine;
  set(out, (growth * Math.sqrt(1 + sine * sine) * sine) / denominator, tangent / denominator);
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

export function complexAsin(x: number, y: number, out: ComplexCell): void {
  complexSqrt(1 - x, -y, first);
  complexSqrt(1 + x, y, second);
  const [a = 0, b = 0] = first;
  const [c = 0, d = 0] = second;
  set(out, Math.atan2(x, a * c - b * d), Math.asinh(a * d - b * c));
}

export function complexAcos(x: number, y: number, out: ComplexCell): void {
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
  complexSqrt(x - 1, y, first);
  complexSqrt(x + 1, y, second);
  const [a = 0, b = 0] = first;
  const [c = 0, d = 0] = second;
  set(out, Math.asinh(a * c + b * d), 2 * Math.atan2(b, c));
}

export function complexAtanh(x: number, y: number, out: ComplexCell): void {
  const right = Math.abs(x);
  const re = Math.log1p((4 * right) / ((1 - right) ** 2 + y * y)) / 4;
  set(out, copysign(re, x), Math.atan2(2 * y, (1 - x) * (1 + x) - y * y) / 2);
}
