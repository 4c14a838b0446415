// Random indices and those of Dask's tests of assignment: what is taken and what is set, against
// NumPy; lists of positions and masks both as the caller has them and computed.
import { describe, expect, it } from "vitest";
import {
  asarray,
  type ChunkedArray,
  type IndexEntry,
  set,
  slice,
} from "../../../../src/array/index.js";
import table from "../../../fixtures/settings.json" with { type: "json" };
import { countingArray, elementsOf } from "../../table-arrays.js";

type Entry =
  | number
  | null
  | "..."
  | number[]
  | boolean[]
  | { readonly start?: number; readonly stop?: number; readonly step?: number };
interface Case {
  readonly shape: number[];
  readonly chunks: number[];
  readonly index: Entry[];
  readonly value?: unknown;
  readonly result?: number[];
  readonly taken?: number[];
}
const cases = table.cases as unknown as Case[];

function entryOf(entry: Entry, isComputed: boolean): IndexEntry {
  if (Array.isArray(entry)) {
    if (!isComputed) return entry;
    return asarray(entry as number[], typeof entry[0] === "number" ? { dtype: "int64" } : {});
  }
  if (typeof entry !== "object" || entry === null) return entry;
  return slice(entry.start ?? null, entry.stop ?? null, entry.step ?? null);
}

function run(c: Case, isComputed: boolean): ChunkedArray {
  const { shape, chunks, index, value } = c;
  const grid = shape.map((length, axis) => {
    const block = chunks[axis] as number;
    const count = Math.max(1, Math.ceil(length / block));
    return Array.from({ length: count }, (_, i) => Math.min(block, length - i * block));
  });
  const x = countingArray(shape, grid);
  const entries = index.map((entry) => entryOf(entry, isComputed));
  if (value === undefined) return x.slice(...entries) as ChunkedArray;
  return set(x, entries, typeof value === "number" ? value : asarray(value as number[]));
}

describe("indices", () => {
  for (const verb of ["take", "set"]) {
    it(`${verb} what NumPy does`, async () => {
      for (const c of cases.filter(({ value }) => (value === undefined) === (verb === "take"))) {
        const what = JSON.stringify(c);
        if (c.result === undefined) {
          await expect((async () => elementsOf(run(c, false)))(), what).rejects.toThrow(
            /out of range|does not fit|do not broadcast|indices|cannot be set/,
          );
          continue;
        }
        const result = run(c, false);
        expect(result.shape, what).toEqual(c.taken ?? c.shape);
        expect((await elementsOf(result)).map(Number), what).toEqual(c.result);
      }
    });
  }

  it("set by computed positions and masks what NumPy does", async () => {
    const lists = cases.filter(({ value, index, result }) => {
      const arrays = index.filter(Array.isArray);
      // How many places a computed mask has is not known: only one value is set there.
      const fits = typeof value === "number" || typeof arrays[0]?.[0] !== "boolean";
      return (
        value !== undefined &&
        result !== undefined &&
        arrays.length === 1 &&
        fits &&
        !index.includes("...")
      );
    });
    expect(lists.length).toBeGreaterThan(40);
    for (const c of lists) {
      const what = JSON.stringify(c);
      expect((await elementsOf(run(c, true))).map(Number), what).toEqual(c.result);
    }
  });
});
