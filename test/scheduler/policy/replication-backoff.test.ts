// When copies that did not come are asked for again.
import { describe, expect, test } from "vitest";
import { decideWaitMs } from "../../../src/scheduler/policy/replication-backoff.js";

describe("decideWaitMs", () => {
  const waits = (seed: number) =>
    [1, 2, 3, 4, 5, 6].map((failures) => decideWaitMs(failures, seed));

  test("waits between half and all of twice as long each time, and gives up at last", () => {
    for (let seed = 0; seed < 200; seed++) {
      const all = waits(seed);
      expect(all.pop()).toBeUndefined();
      all.forEach((wait, k) => {
        const longest = Math.min(2_000, 200 * 2 ** k);
        expect(wait).toBeGreaterThanOrEqual(longest / 2);
        expect(wait).toBeLessThan(longest);
      });
    }
  });

  test("draws the same for the same copy, and spreads others", () => {
    expect(waits(7)).toEqual(waits(7));
    const firsts = Array.from({ length: 400 }, (_, seed) => decideWaitMs(1, seed) as number);
    for (let k = 0; k < 4; k++) {
      const within = firsts.filter((wait) => wait >= 100 + 25 * k && wait < 125 + 25 * k);
      expect(within.length).toBeGreaterThan(50);
    }
  });
});
