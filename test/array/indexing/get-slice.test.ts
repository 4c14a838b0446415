import { describe, expect, it } from "vitest";
import { ellipsis, type IndexEntry, newAxis, slice, zeros } from "../../../src/array/index.js";
import { ArgumentError } from "../../../src/base/errors.js";
import type { Chunks } from "../../../src/graph/model/chunks.js";
import table from "../../fixtures/slicing.json" with { type: "json" };
import { countingArray } from "../table-arrays.js";

type Entry = number | "..." | null | { slice: [number | null, number | null, number | null] };
interface Case {
  readonly group: string;
  readonly op: string;
  readonly shape: number[];
  readonly chunks: Chunks;
  readonly steps: Entry[][];
  readonly error?: boolean;
  readonly result_chunks?: Chunks;
  readonly shape_computed: number[];
}

/** Numbers, slices, new axes and ellipses: no integer lists, masks or arrays as indices. */
const basic = (table.cases as unknown as Case[]).filter(
  (c) => c.op === "getitem" && !/"int"|"mask"/.test(JSON.stringify(c.steps)),
);

function indexOf(entries: readonly Entry[]): IndexEntry[] {
  return entries.map((entry) => {
    if (entry === null) return newAxis;
    return typeof entry === "object" ? slice(...entry.slice) : entry;
  });
}

describe("basic indexing", () => {
  it("has a fair number of cases", () => {
    expect(basic.length).toBeGreaterThan(100);
  });

  for (const group of new Set(basic.map((c) => c.group))) {
    it(`gives NumPy's shapes in Dask's chunks: ${group}`, () => {
      for (const c of basic.filter((other) => other.group === group)) {
        const take = () =>
          c.steps.reduce((x, step) => x.slice(...indexOf(step)), countingArray(c.shape, c.chunks));
        const what = JSON.stringify([c.shape, c.chunks, c.steps]);
        if (c.error) {
          expect(take, what).toThrow(ArgumentError);
          continue;
        }
        expect(take().shape, what).toEqual(c.shape_computed);
        if (c.result_chunks === undefined) continue;
        // A part without elements is one block, and takes one task.
        const isEmpty = take().shape.includes(0) && !c.shape.includes(0);
        const chunks = isEmpty ? take().shape.map((length) => [length]) : c.result_chunks;
        expect(take().chunks, what).toEqual(chunks);
      }
    });
  }

  it("reads strings, slices, null, new axes and ellipses alike", () => {
    const x = zeros([6, 5, 4]);
    expect(x.slice("1:5:2").shape).toEqual([2, 5, 4]);
    expect(x.slice(slice(1, 5, 2), null, -1).shape).toEqual([2, 5]);
    expect(x.slice(ellipsis, 0).shape).toEqual([6, 5]);
    expect(x.slice("...", newAxis, "::-1").shape).toEqual([6, 5, 1, 4]);
    expect(x.slice().node).toBe(x.node);
  });

  it("names the position and the axis that do not fit", () => {
    const x = zeros([6, 5]);
    expect(() => x.slice(null, 5)).toThrow("index 5 is out of range for axis 1 of length 5");
    expect(() => x.slice(0, 0, 0)).toThrow("3 indices for an array of 2 axes, shape (6, 5)");
    expect(() => x.slice("1:2:3:4")).toThrow('"1:2:3:4" is no slice');
    expect(() => x.slice("::0")).toThrow("the step of a slice at axis 0 is 0");
    expect(() => x.slice({ from: 1 } as unknown as number)).toThrow(
      "there is no part from of a slice (did you mean start?)",
    );
  });
});
