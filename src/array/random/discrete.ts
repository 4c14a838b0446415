// The distributions of whole numbers of a generator. Algorithms and sources are described in
// docs/guide/random-numbers.md and in kernels/random/.
import { ArgumentError } from "../../base/errors.js";
import { fitsInteger } from "../../base/promotion.js";
import type { DistributionName } from "../../graph/model/distribution.js";
import { ChunkedArray } from "../chunked-array.js";
import { subtract } from "../elementwise/elementwise.js";
import { type Operand, resolveOperand } from "../layers/array-operands.js";
import { ContinuousDistributions } from "./continuous.js";
import {
  type Drawn,
  type DrawOptions,
  draw,
  drawLists,
  drawnDType,
  type IntegerDType,
  type Size,
} from "./draw.js";

/** Options of `integers`. */
export interface IntegersOptions<D extends IntegerDType> extends DrawOptions<D> {
  /** Whether `high` may be drawn, too; default: false. */
  readonly endpoint?: boolean;
}

/** Distributions of whole numbers, in int64 unless another integer dtype is asked for. */
export class DiscreteDistributions extends ContinuousDistributions {
  /** An array of a distribution from the next stream. */
  protected whole<S extends Size, D extends IntegerDType>(
    distribution: DistributionName,
    parameters: readonly Operand[],
    size: S,
    options: DrawOptions<D> = {},
  ): Drawn<D, S> {
    return draw<D, S>(distribution, parameters, this.nextSeed(), size, options);
  }

  /**
   * Whole numbers from `low` to before `high`, all equally often; with one number, from 0 to before it.
   *
   * @param low numbers or BigInts; arrays of numbers below 2^53
   * @throws ArgumentError `argument.value` when there is nothing between the two, or the dtype cannot hold
   * them
   * @example
   * const dice = defaultRng(3).integers(1, 6, [1000], { endpoint: true, dtype: "uint8" });
   * [await dice.min().compute(), await dice.max().compute()]; // → [1, 6]
   */
  integers<const S extends Size = undefined, D extends IntegerDType = "int64">(
    low: Operand,
    high?: Operand | null,
    size?: S,
    options: IntegersOptions<D> = {},
  ): Drawn<D, S> {
    const [from, to] = high === undefined || high === null ? [0, low] : [low, high];
    const { endpoint = false } = options;
    const dtype = drawnDType("integers", "whole", options.dtype) as IntegerDType;
    if (isWhole(from) && isWhole(to)) {
      const first = BigInt(from);
      const last = BigInt(to) - (endpoint ? 0n : 1n);
      checkBounds(first, last, dtype);
      const isWide = [first, last].some((bound) => !Number.isSafeInteger(Number(bound)));
      if (isWide || last - first >= 2n ** 53n) {
        const given = { name: "wideIntegers", low: first, span: last - first } as const;
        const seed = this.nextSeed();
        return drawLists(given, seed, size, undefined, dtype, options.chunks) as Drawn<D, S>;
      }
      return this.whole("integers", [first, last], size as S, options);
    }
    const last = endpoint ? to : isWhole(to) ? Number(to) - 1 : subtract(arrayOf(to), 1);
    return this.whole("integers", [from, last], size as S, options);
  }

  /** How many of `n` trials succeed, each with probability `p`. */
  binomial<const S extends Size = undefined, D extends IntegerDType = "int64">(
    n: Operand,
    p: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.whole("binomial", [n, p], size as S, options);
  }

  /** How many trials fail before the n-th success; `n` above 0, not necessarily whole. */
  negativeBinomial<const S extends Size = undefined, D extends IntegerDType = "int64">(
    n: Operand,
    p: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.whole("negativeBinomial", [n, p], size as S, options);
  }

  /**
   * Poisson with mean `lam`.
   *
   * @example
   * const counts = defaultRng(5).poisson(4, [100, 100]);
   * await counts.mean().round().compute(); // → 4
   */
  poisson<const S extends Size = undefined, D extends IntegerDType = "int64">(
    lam: Operand = 1,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.whole("poisson", [lam], size as S, options);
  }

  /** How many trials it takes to succeed, with probability `p` each. */
  geometric<const S extends Size = undefined, D extends IntegerDType = "int64">(
    p: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.whole("geometric", [p], size as S, options);
  }

  /** How many of `nsample`, drawn without replacement, are good. */
  hypergeometric<const S extends Size = undefined, D extends IntegerDType = "int64">(
    ngood: Operand,
    nbad: Operand,
    nsample: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.whole("hypergeometric", [ngood, nbad, nsample], size as S, options);
  }

  /** Logarithmic series; `p` below 1. */
  logseries<const S extends Size = undefined, D extends IntegerDType = "int64">(
    p: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.whole("logseries", [p], size as S, options);
  }

  /** Zipf (zeta): k with probability proportional to k^-a; `a` above 1. */
  zipf<const S extends Size = undefined, D extends IntegerDType = "int64">(
    a: Operand,
    size?: S,
    options?: DrawOptions<D>,
  ): Drawn<D, S> {
    return this.whole("zipf", [a], size as S, options);
  }
}

function isWhole(value: Operand): value is number | bigint {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}

function checkBounds(first: bigint, last: bigint, dtype: IntegerDType): void {
  if (first > last) {
    throw new ArgumentError(
      "value",
      `integers needs low < high (low ≤ high with endpoint): there is none from ${first} to ${last}`,
      { first, last },
    );
  }
  if (fitsInteger(dtype, first) && fitsInteger(dtype, last)) return;
  throw new ArgumentError("value", `integers from ${first} to ${last} do not fit into ${dtype}`, {
    first,
    last,
    dtype,
  });
}

function arrayOf(operand: Operand): ChunkedArray {
  const resolved = resolveOperand(operand);
  if ("node" in resolved) return new ChunkedArray(resolved.node);
  throw new ArgumentError("value", `integers needs whole numbers, got ${String(operand)}`);
}
