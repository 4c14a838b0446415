// Values between positions along an axis, beside a loop that does what NumPy's interp does.
import { describe, expect, it } from "vitest";
import { arange, asarray, random } from "../../../src/array/index.js";
import { tasksOf, valuesOf } from "../table-arrays.js";

/** Column after column, the value at `place` on the line through the points around it. */
function expectedAt(rows: number[][], from: readonly number[], place: number): number[] {
  const last = from.length - 1;
  if (!(place >= (from[0] as number) && place <= (from[last] as number))) {
    return (rows[0] as number[]).map(() => Number.NaN);
  }
  const low = from.findLastIndex((at) => at <= place);
  const [before, after] = [rows[low] as number[], rows[Math.min(low + 1, last)] as number[]];
  const width = (from[Math.min(low + 1, last)] as number) - (from[low] as number);
  const share = width === 0 ? 0 : (place - (from[low] as number)) / width;
  return before.map((a, c) => (share === 0 ? a : a + ((after[c] as number) - a) * share));
}

describe("values along an axis", () => {
  const from = [0, 1, 3, 7, 7.5, 20, 21, 40];
  const to = [20, 0.25, -1, 7.2, 40, 40.1, 2, 0, Number.NaN, 20];

  it("are on straight lines between positions, NaN beyond them, in any order", async () => {
    const x = random([8, 3], { chunks: [3, 2], seed: 5 });
    const flat = await valuesOf(x);
    const rows = from.map((_, r) => flat.slice(3 * r, 3 * r + 3).map(Number));
    const found = await valuesOf(x.interpAlong(from, to));
    const expected = to.flatMap((place) => expectedAt(rows, from, place));
    expect(found).toEqual(expected);
    const turned = await valuesOf(x.transpose().interpAlong(from, to, { axis: 1 }));
    expect(turned).toEqual([0, 1, 2].flatMap((c) => to.map((_, r) => found[3 * r + c])));
  });

  it("are those of the array at its positions, also beside NaN", async () => {
    const x = asarray([1, Number.NaN, 5]);
    expect(await valuesOf(x.interpAlong([0, 1, 2], [0, 0.5, 1, 2]))).toEqual([1, NaN, NaN, 5]);
  });

  it("are found by dates, and keep float32", async () => {
    const x = asarray([10, 20], { dtype: "float32" });
    const days = ["2024-01-01", "2024-01-11"];
    const y = x.interpAlong(days, [Date.UTC(2024, 0, 2), "2024-01-10"]);
    expect([y.dtype, await valuesOf(y)]).toEqual(["float32", [11, 19]]);
  });

  it("take about eight tasks for each block, not some for each place", () => {
    const x = arange(10_000, { chunks: 1_000, dtype: "float64" });
    const at = Array.from({ length: 20_000 }, (_, i) => i / 2.1);
    const y = x.interpAlong([...Array(10_000).keys()], at);
    expect(tasksOf(y)).toBeLessThan(170);
  });

  it("need ascending positions, one for each element", () => {
    const x = asarray([1, 2, 3]);
    expect(() => x.interpAlong([0, 1], [0])).toThrow(/2 positions were given for 3/);
    expect(() => x.interpAlong([0, 2, 2], [0])).toThrow(/number 2 is 2 after 2/);
    expect(() => x.interpAlong([0, 1, 2], 1 as never)).toThrow(/to is no list/);
    expect(() => x.interpAlong([0, 1, 2], [0], { axis: 1 })).toThrow(/axis 1 is out of range/);
  });
});

describe("x.where", () => {
  it("keeps what a condition allows, and puts NaN or another value elsewhere", async () => {
    const x = asarray([3, -1, 2]);
    const kept = x.where(x.greater(0));
    expect([kept.dtype, await valuesOf(kept)]).toEqual(["float64", [3, NaN, 2]]);
    expect(await valuesOf(x.where(x.greater(0), 7))).toEqual(await valuesOf(asarray([3, 7, 2])));
    const single = asarray([1, 2], { dtype: "float32" });
    expect(single.where([true, false]).dtype).toBe("float32");
  });
});
