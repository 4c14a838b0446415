import { describe, expect, it } from "vitest";
import { type ChunkSpec, normalizeChunks } from "../../src/array/normalize-chunks.js";
import { ArgumentError } from "../../src/base/errors.js";
import type { Chunks } from "../../src/graph/chunks.js";
import table from "../fixtures/normalize_chunks.json" with { type: "json" };

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

const all = table.cases as unknown as Case[];
// Lengths that are not known before something is computed come with a later array issue.
const known = all.filter(
  (c) => c.shape !== null && !JSON.stringify([c.chunks, c.shape, c.previous]).includes("nan"),
);

describe("normalizeChunks", () => {
  it("leaves out unknown lengths and missing shapes only", () => {
    expect(all.length - known.length).toBeLessThanOrEqual(12);
  });

  for (const group of new Set(known.map((c) => c.group))) {
    it(`cuts as the table says: ${group}`, () => {
      for (const c of known.filter((other) => other.group === group)) {
        const normalize = () =>
          normalizeChunks(c.chunks, c.shape as readonly number[], {
            ...(c.itemsize === null ? {} : { itemBytes: c.itemsize }),
            ...(c.limit === null ? {} : { limit: c.limit }),
            ...(c.previous === null ? {} : { previous: c.previous }),
          });
        if (c.error) expect(normalize, JSON.stringify(c)).toThrow(ArgumentError);
        else expect(normalize(), JSON.stringify(c)).toEqual(c.result);
      }
    });
  }

  it("says what does not add up", () => {
    expect(() => normalizeChunks([[3, 4]], [8])).toThrow(
      "chunks [3,4] of axis 0 add up to 7, the shape (8,) needs 8 there",
    );
  });

  it("refuses more blocks than a graph can have, before it makes a list of them", () => {
    const huge = "the most is 134217728: use larger chunks";
    expect(() => normalizeChunks(1, [1e15])).toThrow(huge);
    expect(() => normalizeChunks(100, [1e6, 1e6, 1e6])).toThrow(huge);
  });
});
