import { describe, expect, it } from "vitest";
import { Rng } from "../../../src/base/rng.js";
import { dependencyMap } from "../../../src/graph/dependencies/dependencies.js";
import { operandCuts, piecesOf } from "../../../src/graph/dependencies/regions.js";
import {
  blockCount,
  blockIndexOf,
  blockShape,
  type Chunks,
  sizeOf,
} from "../../../src/graph/model/chunks.js";
import { elementwise, rechunk, source } from "../example-layers.js";

/** Some lengths, zeros among them, that add up to `total`. */
function cutAxis(rng: Rng, total: number): number[] {
  const lengths: number[] = [];
  for (let left = total; left > 0; ) {
    const length = Math.min(left, rng.below(4));
    lengths.push(length);
    left -= length;
  }
  return lengths.length > 0 ? lengths : [0];
}

describe("piecesOf", () => {
  it("fills each block exactly, from inside its operands, in operand order", () => {
    const rng = new Rng(1);
    for (let round = 0; round < 200; round++) {
      const shape = Array.from({ length: rng.below(4) }, () => rng.below(8));
      const grid = (): Chunks => shape.map((n) => cutAxis(rng, n));
      const from = grid();
      const to = grid();
      const input = source(from);
      const operandsOf = dependencyMap(rechunk(input, to).layer, [input.layer]);
      const pieces = piecesOf(from, to);
      for (let block = 0; block < blockCount(to); block++) {
        const operands: number[] = [];
        operandsOf(block, (_input, operand) => operands.push(operand));
        const found = pieces(block);
        expect(found).toHaveLength(operands.length);
        const elements = found.reduce((sum, piece) => sum + sizeOf(piece.from.shape), 0);
        expect(elements).toBe(sizeOf(blockShape(to, blockIndexOf(to, block))));
        found.forEach((piece, k) => {
          const whole = blockShape(from, blockIndexOf(from, operands[k] as number));
          const { start, shape: extents } = piece.from;
          whole.forEach((n, axis) => {
            expect((start[axis] as number) + (extents[axis] as number)).toBeLessThanOrEqual(n);
          });
          expect(piece.isWhole).toBe(sizeOf(extents) === sizeOf(whole));
        });
      }
    }
  });
});

describe("operandCuts", () => {
  it("names parts of operands, and says nothing of whole ones", () => {
    const x = source([[4, 2], [3]]);
    const regions = operandCuts(rechunk(x, [[3, 3], [3]]).layer, [x.layer]);
    expect(regions?.(0)).toEqual([{ start: [0, 0], shape: [3, 3] }]);
    expect(regions?.(1)).toEqual([{ start: [3, 0], shape: [1, 3] }, undefined]);
  });

  it("is for layers that read parts only", () => {
    const x = source([[4, 2], [3]]);
    expect(operandCuts(elementwise("add", x, x).layer, [x.layer])).toBeUndefined();
  });
});
