// Series of the exponential and of the logarithm near 0 and 1, on two numbers at once.
import { add, mul, step } from "./lanes";

/** (e^r - 1 - r) / r² for |r| up to ln 2 / 2, where `z` is r². */
@inline
export function exponentialSeries(r: v128, z: v128): v128 {
  const w = f64x2.mul(z, z);
  const first = f64x2.add(
    step(0.5, f64x2.splat(0.1666666666666667), r),
    f64x2.mul(step(0.04166666666666667, f64x2.splat(0.008333333333326084), r), z),
  );
  const middle = f64x2.add(
    step(0.0013888888888883711, f64x2.splat(0.0001984126987500228), r),
    f64x2.mul(step(2.480158732567746e-5, f64x2.splat(2.755725517000089e-6), r), z),
  );
  const last = f64x2.add(
    step(2.755727347871858e-7, f64x2.splat(2.5105312729622103e-8), r),
    mul(z, 2.09147553258932e-9),
  );
  return f64x2.add(first, f64x2.mul(f64x2.add(middle, f64x2.mul(last, w)), w));
}

/** log(1 + f) - f + f²/2, where `h` is f²/2. */
@inline
export function logarithmSeries(f: v128, h: v128): v128 {
  const s = f64x2.div(f, add(f, 2.0));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  const even = f64x2.mul(
    w,
    step(3.999999999940941908e-1, step(2.222219843214978396e-1, f64x2.splat(1.531383769920937332e-1), w), w),
  );
  const odd = f64x2.mul(
    z,
    step(
      6.666666666666735130e-1,
      step(2.857142874366239149e-1, step(1.818357216161805012e-1, f64x2.splat(1.479819860511658591e-1), w), w),
      w,
    ),
  );
  return f64x2.mul(s, f64x2.add(h, f64x2.add(odd, even)));
}
