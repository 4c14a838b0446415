import { describe, expect, it } from "vitest";
import { emptyBlock } from "../../../src/base/block.js";
import type { DType } from "../../../src/base/dtype.js";
import { functionRef } from "../../../src/functions/function-ref.js";
import type { MapBlocksLayer } from "../../../src/graph/model/layer.js";
import { nameLayer } from "../../../src/graph/model/naming.js";
import { compileLayer } from "../../../src/kernels/compile-layer.js";
import type { BlockInfo } from "../../../src/kernels/user-functions/map-blocks-kernel.js";
import { computeWhole, dataSource } from "../layers.js";

interface View {
  readonly data: Float64Array;
  readonly shape: number[];
  readonly stride: number[];
  readonly offset: number;
  readonly size: number;
  get(...index: number[]): number;
}

const chunks = [[2, 1], [3]];
const source = dataSource(
  "float64",
  Float64Array.from({ length: 9 }, (_, i) => i),
  chunks,
);

function mapLayer(
  f: (x: View, info: BlockInfo) => unknown,
  dtype: DType = "float64",
  outChunks = chunks,
): MapBlocksLayer {
  return nameLayer<MapBlocksLayer>("map", {
    kind: "mapBlocks",
    inputs: [source.name],
    chunks: outChunks,
    dtype,
    function: functionRef(f),
    operands: [{ input: 0, axes: [0, 1] }],
    loopChunks: chunks,
  });
}

function mapped(...parameters: Parameters<typeof mapLayer>): number[] {
  return computeWhole([source, mapLayer(...parameters)]).values;
}

describe("mapBlocks", () => {
  it("hands over ndarrays and takes a typed array, row-major", () => {
    const doubled = mapped((x) =>
      Float64Array.from({ length: x.size }, (_, i) => 2 * x.get(Math.floor(i / 3), i % 3)),
    );
    expect(doubled).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16]);
  });

  it("keeps what a function writes to its operands from everybody else", () => {
    const layer = mapLayer((x) => {
      x.data.fill(-1);
      return x;
    });
    const operand = emptyBlock("float64", [2, 3]);
    (operand.data as Float64Array).fill(7);
    const output = emptyBlock("float64", [2, 3]);
    compileLayer(layer, [source])(0, [operand], output);
    expect([...output.data]).toEqual(new Array(6).fill(-1));
    expect([...operand.data]).toEqual(new Array(6).fill(7));
  });

  it("hands over the block's elements and nothing else, in memory that is not shared", () => {
    const sizes = mapped((x) =>
      x.data.buffer instanceof SharedArrayBuffer
        ? [0]
        : new Float64Array(x.size).fill(x.data.length),
    );
    expect(sizes).toEqual([6, 6, 6, 6, 6, 6, 3, 3, 3]);
  });

  it("takes an ndarray, strided as it may be, and converts to the declared dtype", () => {
    const reversed = mapped(
      (x) => ({ data: x.data, shape: x.shape, stride: [3, -1], offset: x.offset + 2 }),
      "uint8",
    );
    expect(reversed).toEqual([2, 1, 0, 5, 4, 3, 8, 7, 6]);
    expect(mapped((x) => x, "bool")).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it("takes a number for a block of one element, and tells which block it is", () => {
    const corner = (_x: View, info: BlockInfo) =>
      100 * (info.offset[0] ?? 0) + 10 * (info.blockIndex[0] ?? 0) + (info.numBlocks[0] ?? 0);
    expect(mapped(corner, "int32", [[1, 1], [1]])).toEqual([2, 112]);
    expect(mapped((_x, info) => info.shape, "int32", [[1, 1], [2]])).toEqual([1, 2, 1, 2]);
  });

  it.each<[string, (x: View) => unknown, string]>([
    ["nothing", () => undefined, "nothing (is there a `return`?)"],
    [
      "a number for many",
      () => 3,
      "the number 3: expected an ndarray or typed array of shape [2, 3]",
    ],
    ["the wrong length", () => new Float64Array(5), "5 elements: expected"],
    [
      "the wrong shape",
      (x) => ({ data: x.data, shape: [6], stride: [1], offset: 0 }),
      "an ndarray of shape [6]",
    ],
    ["text", () => "abc", "a string"],
    ["raw memory", () => new DataView(new ArrayBuffer(6)), "an object of class DataView"],
  ])("refuses %s and says what was expected", (_what, f, message) => {
    expect(() => mapped(f)).toThrow(message);
  });

  it("lets the function's own error through", () => {
    const fail = () => {
      throw new RangeError("no such luck");
    };
    expect(() => mapped(fail)).toThrow(RangeError);
  });
});
