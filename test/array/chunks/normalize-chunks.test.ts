import { describe, expect, it } from "vitest";
import { type ChunkSpec, normalizeChunks } from "../../../src/array/chunks/normalize-chunks.js";
import { ArgumentError } from "../../../src/base/errors.js";
import type { Chunks } from "../../../src/graph/model/chunks.js";
import table from "../../fixtures/normalize_chunks.json" with { type: "json" };

interface Case {
  readonly group: string;
  readonly chunks: ChunkSpec;
  readonly shape: readonly number[] | null;
  readonly itemsize: number | null;
  readonly limit: number | string | null;
  readonly previous: Chunks | null;
  readonly result?: Chunks;
  readonly error?: boolean;
}

/** Lengths that are not known are "nan" in the table. */
function withNaN<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withNaN) as T;
  return (value as unknown) === "nan" ? (Number.NaN as T) : value;
}

const cases = (table.cases as unknown as Case[]).map((c) => ({
  ...c,
  chunks: withNaN(c.chunks),
  shape: withNaN(c.shape),
  ...(c.result === undefined ? {} : { result: withNaN(c.result) }),
}));

describe("normalizeChunks", () => {
  for (const group of new Set(cases.map((c) => c.group))) {
    it(`cuts as the table says: ${group}`, () => {
      for (const c of cases.filter((other) => other.group === group)) {
        const normalize = () =>
          normalizeChunks(c.chunks, c.shape, {
            ...(c.itemsize === null ? {} : { itemBytes: c.itemsize }),
            ...(c.limit === null ? {} : { limit: c.limit }),
            ...(c.previous === null ? {} : { previous: c.previous }),
          });
        if (c.error) expect(normalize, JSON.stringify(c)).toThrow(ArgumentError);
        else expect(normalize(), JSON.stringify(c)).toEqual(c.result);
      }
    });
  }

  it("leaves axes of unknown length as they are listed, and cuts the others", () => {
    const unknown = [Number.NaN, Number.NaN];
    expect(normalizeChunks([unknown, 2], [null, 5])).toEqual([unknown, [2, 2, 1]]);
    expect(normalizeChunks({ 0: unknown }, [Number.NaN, 5])).toEqual([unknown, [5]]);
    expect(normalizeChunks([unknown, [3, 4]], null)).toEqual([unknown, [3, 4]]);
    const needed =
      "chunks of axis 0 need its length or a list of its blocks, and axis 0 is not known";
    expect(() => normalizeChunks(3, [null, 5])).toThrow(needed);
    expect(() => normalizeChunks([unknown, "auto"], [null, 5], { itemBytes: 8 })).toThrow(
      'chunks "auto" of axis 1 need the lengths of all axes, and axis 0 is not known',
    );
    expect(() => normalizeChunks([3, 3], null)).toThrow("chunks [3,3] need a shape: give one");
  });

  it("says what does not add up", () => {
    expect(() => normalizeChunks([[3, 4]], [8])).toThrow(
      "chunks [3,4] of axis 0 add up to 7, the shape (8,) needs 8 there",
    );
  });

  it("refuses more blocks than a graph can have, before it makes a list of them", () => {
    const huge = "at most 134217728 are possible: use larger chunks";
    expect(() => normalizeChunks(1, [1e15])).toThrow(huge);
    expect(() => normalizeChunks(100, [1e6, 1e6, 1e6])).toThrow(huge);
  });
});
