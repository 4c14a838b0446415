import { describe, expect, it } from "vitest";
import { Rng } from "../../src/base/rng.js";

describe("Rng", () => {
  it("gives the same numbers for the same seed and others for its neighbour", () => {
    const take = (seed: number) => {
      const rng = new Rng(seed);
      return Array.from({ length: 5 }, () => rng.uint32());
    };
    expect(take(7)).toEqual(take(7));
    expect(take(7).some((number, i) => number === take(8)[i])).toBe(false);
  });

  it("is uniform enough: ten bins hold about a tenth each", () => {
    const rng = new Rng(1);
    const bins = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) {
      const bin = rng.below(10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    // Standard deviation of a bin is 95.
    for (const bin of bins) expect(Math.abs(bin - 10_000)).toBeLessThan(500);
  });

  it("keeps ranges, picks and forks", () => {
    const rng = new Rng(2);
    for (let i = 0; i < 1000; i++) {
      const number = rng.between(-2, 3);
      expect(number >= -2 && number < 3).toBe(true);
    }
    expect(["a", "b"]).toContain(rng.pick(["a", "b"]));
    expect(rng.fork().uint32()).not.toBe(rng.fork().uint32());
    expect(rng.chance(0)).toBe(false);
    expect(rng.chance(1)).toBe(true);
    expect(() => rng.pick([])).toThrow("nothing to pick from");
    expect(() => new Rng(0.5)).toThrow("whole number");
  });
});
