import { describe, expect, it } from "vitest";
import {
  broadcastShapes,
  trailingLabels,
  unifiedOperand,
  unifyChunks,
} from "../../../src/array/chunks/broadcast.js";
import { ArgumentError } from "../../../src/base/errors.js";
import type { Chunks } from "../../../src/graph/model/chunks.js";
import table from "../../fixtures/broadcast.json" with { type: "json" };

interface Case {
  readonly group: string;
  readonly error?: boolean;
  readonly shapes: number[][];
  readonly result: unknown;
  readonly operands: { chunks: Chunks; index: string }[];
  readonly rechunked: Chunks[];
  readonly result_chunks: Chunks;
}

const cases = (group: string) =>
  (table.cases as unknown as Case[]).filter((c) => c.group === group);

describe("broadcastShapes", () => {
  it("gives NumPy's shapes and rejections", () => {
    for (const c of cases("broadcast_shapes")) {
      if (c.error) expect(() => broadcastShapes(...c.shapes)).toThrow(ArgumentError);
      else expect(broadcastShapes(...c.shapes), JSON.stringify(c)).toEqual(c.result);
    }
  });

  it("names both shapes", () => {
    expect(() => broadcastShapes([2, 3], [4])).toThrow("shapes (2, 3) and (4,) do not broadcast");
  });
});

describe("unifyChunks", () => {
  const known = cases("unify").filter((c) => !JSON.stringify(c).includes("nan"));

  it("cuts operands where all of them are cut", () => {
    expect(known.length).toBeGreaterThan(25);
    for (const c of known) {
      const operands = c.operands.map(({ chunks, index }) => ({
        chunks,
        labels: [...index].map((letter) => letter.charCodeAt(0)),
      }));
      if (c.error) {
        expect(() => unifyChunks(operands), JSON.stringify(c)).toThrow(ArgumentError);
        continue;
      }
      const unified = unifyChunks(operands);
      const byLetter = Object.fromEntries(
        [...unified].map(([label, chunks]) => [String.fromCharCode(label), chunks]),
      );
      expect(byLetter, JSON.stringify(c)).toEqual(c.result);
      expect(
        operands.map((operand) => unifiedOperand(operand, unified)),
        JSON.stringify(c),
      ).toEqual(c.rechunked);
    }
  });

  it("cuts elementwise operands as Dask does", () => {
    for (const c of cases("elemwise")) {
      const ndim = Math.max(...c.operands.map((operand) => operand.chunks.length));
      const unify = () => unifyChunks(c.operands.map(({ chunks }) => trailingLabels(chunks, ndim)));
      if (c.error) expect(unify).toThrow(ArgumentError);
      else {
        const unified = unify();
        expect(
          Array.from({ length: ndim }, (_, label) => unified.get(label)),
          JSON.stringify(c),
        ).toEqual(c.result_chunks);
      }
    }
  });
});
