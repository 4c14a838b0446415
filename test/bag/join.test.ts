// Joins of bags: whatever way the elements go, pairs are those of a plain double loop.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain, fromPartitions, fromRange, fromSequence } from "../../src/index.js";

/**
 * Keys of few values and of one that most elements have; some are lists, which compare by value.
 */
const key = fc.oneof(
  { weight: 3, arbitrary: fc.constant<unknown>("often") },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 5 }) },
  { weight: 1, arbitrary: fc.constantFrom([1], [2], null, 1n) },
);
const side = fc.array(fc.array(fc.tuple(key, fc.nat(9)), { maxLength: 12 }), {
  minLength: 1,
  maxLength: 5,
});

type Element = [key: unknown, n: number];

/** Texts of all pairs, in one order whatever theirs is. */
const sorted = (pairs: readonly (readonly [unknown, unknown])[]) => pairs.map(textOf).sort();
const textOf = (pair: unknown) =>
  JSON.stringify(pair, (_, value) => (typeof value === "bigint" ? `${value}n` : value));

describe("join", () => {
  it("gives the pairs of a double loop, looked up, exchanged and skewed", async () => {
    await fc.assert(
      fc.asyncProperty(side, side, fc.integer({ min: 1, max: 4 }), async (left, right, parts) => {
        const expected = left
          .flat()
          .flatMap((one) =>
            right.flat().flatMap((two) => (textOf(one[0]) === textOf(two[0]) ? [[two, one]] : [])),
          );
        const bag = fromPartitions(left as Element[][]);
        const other = fromPartitions(right as Element[][]);
        for (const options of [
          { broadcast: true },
          { npartitions: parts },
          { npartitions: parts, skewed: true },
        ]) {
          const joined = bag.join(other, ([first]) => first, undefined, options);
          expect(sorted(await joined.compute()), JSON.stringify(options)).toEqual(
            sorted(expected as [unknown, unknown][]),
          );
        }
      }),
      { numRuns: 12 },
    );
  });

  it("deals the elements of frequent keys out to all partitions", async () => {
    const many = fromRange(4_000, { npartitions: 8 }).map((n) => (n % 10 === 0 ? n : -1));
    const few = fromPartitions([[-1], [10, 20], [30]]);
    const sizes = async (skewed: boolean) =>
      (
        await many
          .join(few, (n) => n, undefined, { skewed })
          .mapPartitions((list) => [list.length])
          .compute()
      ).sort((a, b) => b - a);
    const plain = await sizes(false);
    const dealt = await sizes(true);
    expect(plain[0]).toBeGreaterThanOrEqual(3_600);
    expect(dealt[0]).toBeLessThan(3_603 / 8 + 8);
    expect(plain.reduce((a, b) => a + b, 0)).toBe(3_603);
    expect(dealt.reduce((a, b) => a + b, 0)).toBe(3_603);
  });

  it("exchanges with bags of several partitions, and looks up in bags of one", () => {
    const bag = fromRange(100, { npartitions: 4 });
    const words = (other: typeof bag, options = {}) =>
      explain(bag.join(other, (n) => n, undefined, options));
    expect(words(fromRange(9, { npartitions: 3 }))).toMatch(/join-split/);
    expect(words(fromRange(9, { npartitions: 1 }))).not.toMatch(/join-split/);
    expect(words(fromRange(9, { npartitions: 3 }), { broadcast: true })).not.toMatch(/join-split/);
    expect(bag.join(fromRange(9, { npartitions: 6 }), (n) => n).npartitions).toBe(6);
  });

  it("says what is wrong with its options and keys", async () => {
    const bag = fromRange(4, { npartitions: 2 });
    expect(() => bag.join(bag, (n) => n, undefined, { npartitions: 0 })).toThrow(
      /npartitions is 0/,
    );
    const failing = () => {
      throw new RangeError("no key");
    };
    await expect(bag.join(bag, failing).compute()).rejects.toThrow(/join.*failing threw.*no key/);
    expect(await bag.join(fromSequence<number>([]), (n) => n).compute()).toEqual([]);
  });
});

describe("methods that take other bags", () => {
  it.each([[[1, 2]], [3], [null], [undefined]])("refuse %j at the call", (given) => {
    const bag = fromSequence([1, 2]);
    const methods = bag as unknown as Record<string, (other: unknown) => unknown>;
    for (const method of ["zip", "concat", "product"] as const) {
      expect(() => methods[method]?.(given)).toThrow(
        new RegExp(`^${method} was given .*: expected a bag, as fromSequence`),
      );
    }
    if (Array.isArray(given)) return;
    expect(() => bag.join(given as never, (n) => n)).toThrow(
      /^join was given .*: expected a bag, a list/,
    );
  });
});
