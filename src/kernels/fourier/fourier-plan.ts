// How a discrete Fourier transform of one length is computed: passes by the factors of the length
// (Stockham's order, which needs no shuffling), or Bluestein's detour over a convenient length
// where a prime factor is large. Powers of two go in WebAssembly (fourier-wasm.ts). Plans hold
// twiddle factors and working memory, and are kept by length. fourier-lanes.ts feeds the elements
// of blocks to them.
import { type FourierPass, passOf, RADIX_MAX, rootOfUnity } from "./fourier-passes.js";
import { wasmFourier } from "./fourier-wasm.js";

/** The transform of one length: sums over j of x[j] exp(-2πi jk / length), not scaled. */
export interface FourierPlan {
  readonly length: number;
  /** Where elements go, real and imaginary parts by turns. */
  readonly input: Float64Array;
  /**
   * Transforms the contents of `input`, which it overwrites; the result lasts until the next run.
   */
  readonly run: () => Float64Array;
  /**
   * Transforms twice as many real numbers, which are in `input`: the first `length + 1` elements of
   * their spectrum, or the `whole` of it, lasting as long.
   */
  readonly runReal: (whole: boolean) => Float64Array;
}

const plans = new Map<number, FourierPlan>();
/** Elements of all the plans that are kept; one that alone is longer is kept by itself. */
const KEPT_ELEMENTS_MAX = 2 ** 20;

/** The plan for a length of at least 1; made once while it is in use. */
export function fourierPlan(length: number): FourierPlan {
  let plan = plans.get(length);
  if (plan === undefined) {
    const factors = factorsOf(length);
    plan = factors === undefined ? bluesteinPlan(length) : passPlan(length, factors);
  }
  // The most recently used one is last.
  plans.delete(length);
  plans.set(length, plan);
  let kept = [...plans.keys()].reduce((sum, each) => sum + each, 0);
  for (const oldest of plans.keys()) {
    if (kept <= KEPT_ELEMENTS_MAX || plans.size === 1) break;
    plans.delete(oldest);
    kept -= oldest;
  }
  return plan;
}

/** Fours, and primes up to {@link RADIX_MAX}; undefined where there is a larger one. */
function factorsOf(length: number): readonly number[] | undefined {
  const factors: number[] = [];
  let rest = length;
  for (const radix of [4, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, RADIX_MAX]) {
    for (; rest % radix === 0 && rest > 1; rest /= radix) factors.push(radix);
  }
  return rest === 1 ? factors : undefined;
}

interface Step {
  readonly pass: FourierPass;
  readonly twiddles: Float64Array;
  readonly span: number;
  readonly groups: number;
}

/**
 * A plan of one pass for each factor of the length.
 *
 * @param inWasm what may serve in place of loops, with the same results
 */
export function passPlan(
  length: number,
  factors: readonly number[],
  inWasm: typeof wasmFourier = wasmFourier,
): FourierPlan {
  const steps: Step[] = [];
  let groups = 1;
  for (const radix of factors) {
    const span = length / (groups * radix);
    const turned = span > 1;
    const twiddles = turned ? twiddlesOf(radix, span, length / groups) : new Float64Array(0);
    steps.push({ pass: passOf(radix, turned), twiddles, span, groups });
    groups *= radix;
  }
  const turns = steps.map(({ twiddles }) => twiddles);
  const faster = inWasm(length, turns, () => rootsOf(2 * length, length + 1));
  return faster === undefined ? jsPlan(length, steps) : { length, ...faster };
}

function jsPlan(length: number, steps: readonly Step[]): FourierPlan {
  const input = new Float64Array(2 * length);
  const other = new Float64Array(2 * length);
  const run = () => {
    let [source, target] = [input, other];
    for (const { pass, twiddles, span, groups } of steps) {
      pass(source, target, twiddles, span, groups);
      [source, target] = [target, source];
    }
    return source;
  };
  return { length, input, run, runReal: realRun(length, run) };
}

/** Even places count as real parts, odd ones as imaginary; they are separated afterwards. */
function realRun(half: number, run: () => Float64Array): FourierPlan["runReal"] {
  let tables: { readonly roots: Float64Array; readonly spectrum: Float64Array } | undefined;
  return (whole) => {
    tables ??= { roots: rootsOf(2 * half, half + 1), spectrum: new Float64Array(4 * half) };
    const { roots, spectrum } = tables;
    const mixed = run();
    for (let k = 0; k <= half; k++) {
      const [j, m] = [2 * (k % half), 2 * ((half - k) % half)];
      const [a, b, c, d] = [at(mixed, j), at(mixed, j + 1), at(mixed, m), at(mixed, m + 1)];
      const [wr, wi] = [at(roots, 2 * k), at(roots, 2 * k + 1)];
      const [or, oi] = [(b + d) / 2, (c - a) / 2];
      const re = (a + c) / 2 + or * wr - oi * wi;
      const im = (b - d) / 2 + or * wi + oi * wr;
      spectrum[2 * k] = re;
      spectrum[2 * k + 1] = im;
      // The other half is the mirror image, conjugated.
      if (!whole || k === 0) continue;
      spectrum[2 * (2 * half - k)] = re;
      spectrum[2 * (2 * half - k) + 1] = -im;
    }
    return spectrum;
  };
}

/** The first `count` of the `length`-th roots of unity. */
export function rootsOf(length: number, count: number): Float64Array {
  const roots = new Float64Array(2 * count);
  for (let k = 0; k < count; k++) [roots[2 * k], roots[2 * k + 1]] = rootOfUnity(k, length);
  return roots;
}

/** For each place in a span, the roots that outputs 1 to radix - 1 are turned by. */
function twiddlesOf(radix: number, span: number, length: number): Float64Array {
  const twiddles = new Float64Array(2 * span * (radix - 1));
  let at = 0;
  for (let i = 0; i < span; i++) {
    for (let m = 1; m < radix; m++) {
      const [re, im] = rootOfUnity((i * m) % length, length);
      twiddles[at++] = re;
      twiddles[at++] = im;
    }
  }
  return twiddles;
}

/**
 * Bluestein's algorithm: with jk = (j² + k² - (k - j)²) / 2 the transform is a convolution with a
 * chirp, which a transform of any length of at least 2 length - 1 computes.
 */
function bluesteinPlan(length: number): FourierPlan {
  const size = convenientLength(2 * length - 1);
  const inner = passPlan(size, factorsOf(size) as readonly number[]);
  const chirp = chirpOf(length);
  const spectrum = chirpSpectrum(chirp, inner);
  const input = new Float64Array(2 * length);
  const result = new Float64Array(2 * length);
  const buffer = inner.input;
  const run = () => {
    buffer.fill(0);
    for (let j = 0; j < 2 * length; j += 2) {
      const [re, im, c, s] = [at(input, j), at(input, j + 1), at(chirp, j), at(chirp, j + 1)];
      buffer[j] = re * c - im * s;
      buffer[j + 1] = re * s + im * c;
    }
    const transformed = inner.run();
    // The inverse is a transform with parts exchanged, before and after.
    for (let j = 0; j < 2 * size; j += 2) {
      const [re, im] = [at(transformed, j), at(transformed, j + 1)];
      const [c, s] = [at(spectrum, j), at(spectrum, j + 1)];
      buffer[j] = re * s + im * c;
      buffer[j + 1] = re * c - im * s;
    }
    const convolved = inner.run();
    for (let j = 0; j < 2 * length; j += 2) {
      const [im, re] = [at(convolved, j), at(convolved, j + 1)];
      const [c, s] = [at(chirp, j), at(chirp, j + 1)];
      result[j] = re * c - im * s;
      result[j + 1] = re * s + im * c;
    }
    return result;
  };
  return { length, input, run, runReal: realRun(length, run) };
}

/** exp(-πi j² / length) for each j; j² is counted modulo 2 length, without rounding. */
function chirpOf(length: number): Float64Array {
  const chirp = new Float64Array(2 * length);
  let square = 0;
  for (let j = 0; j < length; j++) {
    [chirp[2 * j], chirp[2 * j + 1]] = rootOfUnity(square, 2 * length);
    square = (square + 2 * j + 1) % (2 * length);
  }
  return chirp;
}

/** The transform of the conjugate chirp laid around a circle, with the inverse's scale in it. */
function chirpSpectrum(chirp: Float64Array, inner: FourierPlan): Float64Array {
  const { input, length: size } = inner;
  const put = (place: number, j: number) => {
    input[2 * place] = at(chirp, 2 * j) / size;
    input[2 * place + 1] = -at(chirp, 2 * j + 1) / size;
  };
  input.fill(0);
  for (let j = 0; 2 * j < chirp.length; j++) {
    put(j, j);
    if (j > 0) put(size - j, j);
  }
  return inner.run().slice();
}

/** The smallest length from `least` whose prime factors are 2, 3 and 5. */
function convenientLength(least: number): number {
  let best = 1;
  while (best < least) best *= 2;
  for (let fives = 1; fives < best; fives *= 5) {
    for (let length = fives; length < best; length *= 3) {
      let even = length;
      while (even < least) even *= 2;
      if (even < best) best = even;
    }
  }
  return best;
}

const at = (values: Float64Array, i: number) => values[i] as number;
