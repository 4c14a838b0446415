// Few singular values of a large matrix, by products with random vectors.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { type Floating, realPart } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { astype } from "../data-types/astype.js";
import { checkArrays } from "../layers/array-operands.js";
import { checkSeed } from "../layers/fresh-seed.js";
import { along } from "../layers/slice-layer.js";
import { sourceNode } from "../layers/source-layer.js";
import { matmul } from "./matmul.js";
import { named, type SVDResult } from "./named-results.js";
import { qr } from "./qr.js";
import { adjointOf, asMatrices } from "./stacks.js";
import { svd } from "./svd.js";

/** Options of {@link svdCompressed}. */
export interface SVDCompressedOptions {
  /**
   * How often the matrix is applied once more, default: with a QR each time: 0. One or two make up
   * for singular values that fall slowly.
   */
  readonly powerIterations?: number;
  /** How many random vectors more than values; default: 10. */
  readonly oversamples?: number;
  /** The seed of the random vectors: with one, the result is the same each time. */
  readonly seed?: number;
}

/**
 * The `k` largest singular values of a large matrix and their vectors, approximately (Halko,
 * Martinsson and Tropp 2011).
 *
 * @param x (m, n), in any chunks
 * @param k how many
 * @returns U (m, k), S (k) and Vh (k, n), floating point, S real. Passes over `x` twice, and twice
 * more for each power iteration; never holds more of it than some blocks at a time
 * @chunks U those of rows, Vh those of columns, S one block; some four tasks per block of `x` for
 * each pass, and trees above
 * @throws ArgumentError `argument.shape` when `x` is no matrix, `argument.value` for another `k` or
 * number of iterations
 * @see https://docs.dask.org/en/stable/generated/dask.array.linalg.svd_compressed.html
 * @example
 * const x = random([1_000, 200], { chunks: 100, seed: 1 });
 * const { u, s, vh } = linalg.svdCompressed(x, 5, { seed: 2 });
 * [u.shape, s.shape, vh.shape]; // → [[1000, 5], [5], [5, 200]]
 */
export function svdCompressed<D extends DType>(
  x: ChunkedArray<D>,
  k: number,
  options: SVDCompressedOptions = {},
): SVDResult<Floating<D>> {
  checkArrays("svdCompressed", x);
  const { powerIterations = 0, oversamples = 10, seed } = options;
  const a: ChunkedArray = asMatrices("svdCompressed", x);
  if (a.ndim !== 2) {
    throw new ArgumentError("shape", `svdCompressed needs one matrix, got ${a.ndim} axes`);
  }
  const [m, n] = a.shape as [number, number];
  checkCount("k", k, 1, Math.min(m, n));
  checkCount("powerIterations", powerIterations, 0, Number.MAX_SAFE_INTEGER);
  checkCount("oversamples", oversamples, 0, Number.MAX_SAFE_INTEGER);
  const width = Math.min(m, n, k + oversamples);
  const draw = { distribution: "normal", seed: checkSeed(seed), parameters: [0, 1] } as const;
  const chunks = [a.chunks[1] as readonly number[], [width]];
  const vectors: ChunkedArray = a.derive(
    sourceNode("normal", { type: "draw", draw }, [n, width], "float64", chunks),
  );
  const basis = (product: ChunkedArray): ChunkedArray => qr(product).Q;
  let range = basis(matmul(a, astype(vectors, realPart(a.dtype)) as ChunkedArray));
  for (let i = 0; i < powerIterations; i++) {
    range = basis(matmul(a, basis(matmul(adjointOf(a), range))));
  }
  const { U, S, Vh } = svd(matmul(adjointOf(range), a) as ChunkedArray, { fullMatrices: false });
  return named({
    U: matmul(range, along(U, 1, 0, k)),
    S: along(S, 0, 0, k),
    Vh: along(Vh, 0, 0, k),
  });
}

function checkCount(what: string, given: number, least: number, most: number): void {
  if (Number.isSafeInteger(given) && given >= least && given <= most) return;
  throw new ArgumentError(
    "value",
    `${what} is a whole number from ${least} to ${most}, got ${given}`,
    {
      [what]: given,
    },
  );
}
