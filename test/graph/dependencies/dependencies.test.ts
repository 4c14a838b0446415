import { describe, expect, it } from "vitest";
import { dependencyMap } from "../../../src/graph/dependencies/dependencies.js";
import { blockCount } from "../../../src/graph/model/chunks.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { identityProgram } from "../../../src/graph/model/program.js";
import {
  blocks,
  blockwise,
  concatenate,
  contract,
  elementwise,
  rechunk,
  reduce,
  reshape,
  slice,
  source,
  transpose,
} from "../example-layers.js";

/** Per block of the node: its operands as "input:block". */
function operandsOf(node: LayerNode): string[] {
  const map = dependencyMap(
    node.layer,
    node.inputs.map(({ layer }) => layer),
  );
  return Array.from({ length: blockCount(node.layer.chunks) }, (_, block) => {
    const operands: string[] = [];
    map(block, (input, inputBlock) => operands.push(`${input}:${inputBlock}`));
    return operands.join(" ");
  });
}

const square = source([blocks(2, 3), blocks(2, 3)]);

describe("dependencyMap", () => {
  it("knows that sources need nothing", () => {
    expect(operandsOf(square)).toEqual(["", "", "", ""]);
  });

  it("follows a transposed operand", () => {
    expect(operandsOf(transpose(square))).toEqual(["0:0", "0:2", "0:1", "0:3"]);
  });

  it("emits a block twice that stands twice among the operands", () => {
    const sum = blockwise(
      "add",
      square.layer.chunks,
      [
        [square, [0, 1]],
        [square, [1, 0]],
      ],
      {
        nodes: [
          { op: "load", operand: 0, dtype: "float64" },
          { op: "load", operand: 1, dtype: "float64" },
          { op: "add", args: [0, 1], dtype: "float64" },
        ],
      },
    );
    expect(operandsOf(sum)).toEqual(["0:0 0:0", "0:1 0:2", "0:2 0:1", "0:3 0:3"]);
  });

  it("reads the one block along axes that are broadcast or dropped", () => {
    const row = source([[1], blocks(2, 3)]);
    const wide = blockwise(
      "broadcast",
      square.layer.chunks,
      [[row, [-1, 1]]],
      identityProgram("float64"),
    );
    expect(operandsOf(wide)).toEqual(["0:0", "0:1", "0:0", "0:1"]);
    const scalar = blockwise(
      "fill",
      square.layer.chunks,
      [[source([]), []]],
      identityProgram("float64"),
    );
    expect(operandsOf(scalar)).toEqual(["0:0", "0:0", "0:0", "0:0"]);
  });

  it("groups states row-major, with the last group short", () => {
    const tree = reduce(source([blocks(3, 5), blocks(3, 5)]), "sum");
    expect(operandsOf(tree.inputs[0] as LayerNode)).toEqual([
      "0:0 0:1 0:3 0:4",
      "0:2 0:5",
      "0:6 0:7",
      "0:8",
    ]);
    expect(operandsOf(tree)).toEqual(["0:0 0:1 0:2 0:3"]);
  });

  it("does not mistake the axis of fields for an axis of the loop", () => {
    const deviation = reduce(source([blocks(2, 5), blocks(3, 5)]), "var", [0]);
    expect(deviation.layer.chunks).toEqual([[5, 5, 5]]);
    expect(operandsOf(deviation)).toEqual(["0:0 0:3", "0:1 0:4", "0:2 0:5"]);
  });

  it("lists what a rechunked block overlaps, row-major and without empty overlaps", () => {
    const input = source([
      [2, 0, 4],
      [3, 3],
    ]);
    expect(operandsOf(rechunk(input, [[3, 3], [6]]))).toEqual(["0:0 0:1 0:4 0:5", "0:4 0:5"]);
    expect(operandsOf(rechunk(input, [[0, 6], [6]]))[0]).toBe("");
  });

  it("takes one block for each block of a slice", () => {
    const input = source([blocks(3, 4), blocks(2, 5)]);
    const rows = { type: "range", start: 10, step: -3, count: 4 } as const;
    const node = slice(input, [rows, { type: "index", at: 7 }]);
    expect(node.layer.chunks).toEqual([[1, 2, 1]]);
    expect(operandsOf(node)).toEqual(["0:5", "0:3", "0:1"]);
    const nothing = slice(input, [
      { type: "range", start: 0, step: 1, count: 0 },
      { type: "range", start: 4, step: 1, count: 2 },
    ]);
    expect(nothing.layer.chunks).toEqual([[0], [1, 1]]);
    expect(operandsOf(nothing)).toEqual(["0:0", "0:1"]);
  });

  it("finds the block behind each block of a concatenation", () => {
    const other = source([[3, 3], [1]], { type: "full", value: 1 });
    const node = concatenate([square, other, square], 1);
    expect(operandsOf(node)).toEqual([
      "0:0",
      "0:1",
      "1:0",
      "0:0",
      "0:1",
      "0:2",
      "0:3",
      "1:1",
      "0:2",
      "0:3",
    ]);
  });

  it("keeps block numbers through a reshape", () => {
    expect(operandsOf(reshape(square, [blocks(4, 9)]))).toEqual(["0:0", "0:1", "0:2", "0:3"]);
  });

  it("pairs left and right blocks along the contraction, a group at a time", () => {
    const left = source([blocks(1, 2), blocks(3, 2)]);
    const right = source([blocks(3, 2), blocks(2, 2)], { type: "full", value: 2 });
    expect(operandsOf(contract(left, right, 2))).toEqual([
      "0:0 1:0 0:1 1:2",
      "0:2 1:4",
      "0:0 1:1 0:1 1:3",
      "0:2 1:5",
    ]);
    expect(operandsOf(contract(square, square, 2))[0]).toBe("0:0 0:0 0:1 0:2");
  });

  it("answers for elementwise operands of one grid", () => {
    expect(operandsOf(elementwise("negative", square))).toEqual(["0:0", "0:1", "0:2", "0:3"]);
  });
});
