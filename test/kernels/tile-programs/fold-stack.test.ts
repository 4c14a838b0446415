import { describe, expect, it } from "vitest";
import { FoldStack, stackBytes } from "../../../src/kernels/tile-programs/fold-stack.js";
import { TileFold } from "../../../src/kernels/tiles/tile-codes.js";
import {
  CONSTANT_BYTES,
  RANDOM_BYTES,
  tileMemory,
} from "../../../src/kernels/tiles/tile-memory.js";

/** A stack that adds. */
function summing(): FoldStack {
  const memory = tileMemory();
  // Behind the constants, which others of this process read.
  const place = memory.scratchByteOffset + CONSTANT_BYTES + RANDOM_BYTES;
  expect(place + stackBytes(1)).toBeLessThan(memory.buffer.byteLength);
  return new FoldStack(
    memory,
    { type: "fold", fold: TileFold.sum, isSingle: false, divisor: 1 },
    "all",
    place,
    1,
  );
}

describe("a stack of folded tiles", () => {
  it.each([1, 2, 3, 1000, 2 ** 16 - 1])("keeps every one of %d tiles", (tiles) => {
    const stack = summing();
    for (let i = 0; i < tiles; i++) stack.pushValue([1], 1);
    stack.take(1);
    expect(stack.waiting).toEqual([tiles]);
  });

  it("keeps those that carry beyond its last level", () => {
    const tiles = 2 ** 24 + 2 ** 23 + 5;
    const stack = summing();
    for (let i = 0; i < tiles; i++) stack.pushValue([1], 1);
    stack.take(1);
    expect(stack.waiting).toEqual([tiles]);
  });

  it.each([1, 3, 1000, 2 ** 24 + 2 ** 23 + 5])("takes %d tiles in one call", (tiles) => {
    const { buffer } = tileMemory();
    const stack = summing();
    stack.pushValue([1], 1);
    // One element, again and again.
    const element = buffer.byteLength - 8;
    new Float64Array(buffer, element, 1)[0] = 1;
    expect(stack.foldTiles(tiles, 1, 1, 1, element, 0)).toBe(true);
    stack.pushValue([1], 1);
    stack.take(1);
    expect(stack.waiting).toEqual([tiles + 2]);
  });
});
