import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { emptyBlock } from "../../../src/base/block.js";
import { readNpyBlock } from "../../../src/formats/npy/read-npy.js";
import { blockIndexOf, blockShape, type Chunks } from "../../../src/graph/model/chunks.js";
import type { SourceLayer } from "../../../src/graph/model/layer.js";
import { nameLayer } from "../../../src/graph/model/naming.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-npy-"));
afterAll(() => rmSync(folder, { recursive: true }));

const HEADER_BYTES = 24;

/** A file of 0, 1, 2, … counted in the array's C order, after a header that is only skipped. */
function layerOf(
  chunks: Chunks,
  shape: readonly number[],
  layout: { fortranOrder?: boolean; bigEndian?: boolean; cutBytes?: number } = {},
): SourceLayer {
  const { fortranOrder = false, bigEndian = false, cutBytes = 0 } = layout;
  const size = shape.reduce((product, length) => product * length, 1);
  const file = Buffer.alloc(HEADER_BYTES + size * 8);
  for (let element = 0; element < size; element++) {
    let rest = element;
    let value = element;
    if (fortranOrder) {
      const index = shape.map((length) => {
        const at = rest % length;
        rest = Math.floor(rest / length);
        return at;
      });
      value = index.reduce((number, at, axis) => number * (shape[axis] as number) + at, 0);
    }
    const at = HEADER_BYTES + element * 8;
    if (bigEndian) file.writeDoubleBE(value, at);
    else file.writeDoubleLE(value, at);
  }
  const path = join(folder, `${Math.random()}.npy`);
  writeFileSync(path, file.subarray(0, file.length - cutBytes));
  return nameLayer<SourceLayer>("npy", {
    kind: "source",
    inputs: [],
    chunks,
    dtype: "float64",
    generator: { type: "npy", path, byteOffset: HEADER_BYTES, fortranOrder, bigEndian },
  });
}

function read(layer: SourceLayer, block: number): number[] {
  const shape = blockShape(layer.chunks, blockIndexOf(layer.chunks, block));
  const output = emptyBlock("float64", shape);
  readNpyBlock(layer, block, output);
  return Array.from(output.data, Number);
}

describe("readNpyBlock", () => {
  const chunks = [
    [2, 1],
    [3, 2],
  ];

  it("reads a corner of a C-ordered array", () => {
    expect(read(layerOf(chunks, [3, 5]), 1)).toEqual([3, 4, 8, 9]);
    expect(read(layerOf(chunks, [3, 5]), 2)).toEqual([10, 11, 12]);
  });

  it("reads the same from Fortran order and from big-endian files", () => {
    expect(read(layerOf(chunks, [3, 5], { fortranOrder: true }), 1)).toEqual([3, 4, 8, 9]);
    expect(read(layerOf(chunks, [3, 5], { bigEndian: true }), 1)).toEqual([3, 4, 8, 9]);
  });

  it("reads every block of three dimensions in every layout", () => {
    const grid = [
      [1, 2],
      [2, 2],
      [3, 1],
    ];
    const plain = layerOf(grid, [3, 4, 4]);
    const other = layerOf(grid, [3, 4, 4], { fortranOrder: true, bigEndian: true });
    for (let block = 0; block < 8; block++) expect(read(other, block)).toEqual(read(plain, block));
    expect(read(plain, 0)).toEqual([0, 1, 2, 4, 5, 6]);
  });

  it("reads zero dimensions and empty blocks", () => {
    expect(read(layerOf([], []), 0)).toEqual([0]);
    expect(read(layerOf([[0, 4]], [4]), 0)).toEqual([]);
  });

  it("says which file is missing or too short", () => {
    expect(() => read(layerOf([[4]], [4], { cutBytes: 3 }), 0)).toThrow(/ends at byte 53.*up to/);
    const gone = layerOf([[4]], [4]);
    rmSync((gone.generator as { path: string }).path);
    expect(() => read(gone, 0)).toThrow("every worker must see the file");
  });
});
