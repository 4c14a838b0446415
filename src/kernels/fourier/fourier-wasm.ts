// Fourier transforms of lengths that are powers of two, in WebAssembly (assembly/fourier.ts): the
// same passes as fourier-passes.ts writes for all lengths, with the same bits. Each plan has an
// instance and its memory to itself.
import { fourierWasm } from "../wasm/generated/fourier-wasm.js";
import { growMemory, instantiateWasm } from "../wasm/wasm-instances.js";

interface FourierFunctions {
  transform(source: number, target: number, twiddles: number, length: number): number;
  part(mixed: number, roots: number, spectrum: number, half: number, whole: boolean): void;
}

/** A transform in memory of its own. */
export interface WasmFourier {
  readonly input: Float64Array;
  readonly run: () => Float64Array;
  /** Transforms twice as many real numbers, as `FourierPlan.runReal` does. */
  readonly runReal: (whole: boolean) => Float64Array;
}

/** Shorter ones are not worth an instance. */
const LENGTH_MIN = 8;
/** Longer ones leave the caches, where vectors are no faster. */
const LENGTH_MAX = 2 ** 18;

/**
 * The transform of `length` complex numbers; undefined unless it is a power of two of medium length
 * and there is WebAssembly.
 *
 * @param twiddles of all passes, one after another
 * @param roots makes the first `length + 1` roots of unity of twice the length
 */
export function wasmFourier(
  length: number,
  twiddles: readonly Float64Array[],
  roots: () => Float64Array,
): WasmFourier | undefined {
  if (length < LENGTH_MIN || length > LENGTH_MAX || !Number.isInteger(Math.log2(length))) {
    return undefined;
  }
  const instance = instantiateWasm<FourierFunctions>(fourierWasm);
  if (instance === undefined) return undefined;
  const { functions, memory } = instance;
  const bytes = 16 * length;
  const twiddleLength = twiddles.reduce((sum, each) => sum + each.length, 0);
  const [other, twiddlesAt] = [bytes, 2 * bytes];
  const rootsAt = twiddlesAt + 8 * twiddleLength;
  const spectrumAt = rootsAt + bytes + 16;
  growMemory(instance, spectrumAt + 2 * bytes);
  const { buffer } = memory;
  let end = twiddlesAt;
  for (const each of twiddles) {
    new Float64Array(buffer, end, each.length).set(each);
    end += each.byteLength;
  }
  const results = [0, other].map((at) => new Float64Array(buffer, at, 2 * length));
  const spectrum = new Float64Array(buffer, spectrumAt, 4 * length);
  const transform = () => functions.transform(0, other, twiddlesAt, length);
  let hasRoots = false;
  return {
    input: results[0] as Float64Array,
    run: () => results[transform() === 0 ? 0 : 1] as Float64Array,
    runReal: (whole) => {
      if (!hasRoots) new Float64Array(buffer, rootsAt, 2 * length + 2).set(roots());
      hasRoots = true;
      functions.part(transform(), rootsAt, spectrumAt, length, whole);
      return spectrum;
    },
  };
}
