// Operands by position: what the edges of the graph of layers say, and what layers read after a
// change of them.
import { describe, expect, it } from "vitest";
import type { CallsLayer, Layer, LayerName } from "../../../src/graph/model/layer.js";
import {
  operandInputs,
  operandPositions,
  withOperands,
} from "../../../src/graph/model/layer-operands.js";
import { blocks, concatenate, elementwise, source, transpose } from "../example-layers.js";

const square = [blocks(2, 10), blocks(2, 10)];
const x = source(square);
const y = source(square, { type: "full", value: 1 });
const [a, b] = [x.layer.name, y.layer.name];

describe("operands", () => {
  it("are as many as are read, however often one input is", () => {
    const { layer } = concatenate([x, y, x], 0);
    expect(layer.inputs).toEqual([a, b]);
    expect(operandInputs(layer)).toEqual([0, 1, 0]);
    expect(operandPositions(layer)).toEqual([[0, 2], [1]]);
    expect(operandPositions(transpose(x).layer)).toEqual([[0]]);
    expect(operandPositions(x.layer)).toEqual([]);
  });

  it("stay what they are when they are put where they were", () => {
    for (const { layer } of [elementwise("add", x, y), concatenate([y, x, y], 0), transpose(x)]) {
      const names = operandInputs(layer).map((input) => layer.inputs[input] as LayerName);
      expect(withOperands(layer, names)).toEqual(layer);
    }
  });

  it("can be exchanged, split and joined", () => {
    const { layer } = concatenate([x, y, x], 0);
    const parts = (names: LayerName[]) => {
      const changed = withOperands(layer, names);
      return [changed.inputs, operandInputs(changed)];
    };
    expect(parts([b, a, b])).toEqual([
      [b, a],
      [0, 1, 0],
    ]);
    expect(parts([a, b, b])).toEqual([
      [a, b],
      [0, 1, 1],
    ]);
    expect(parts([a, a, a])).toEqual([[a], [0, 0, 0]]);
  });

  it("of calls are their inputs, and calls of their own layer stay such", () => {
    const calls = {
      kind: "calls",
      name: "f-0" as LayerName,
      inputs: [a, b],
      // Call 0 reads y, call 1 reads x and call 0.
      operandInput: Int32Array.of(1, 0, 2),
      operandBlock: Int32Array.of(0, 0, 0),
    } as unknown as Layer;
    expect(operandInputs(calls)).toEqual([0, 1]);
    const joined = withOperands(calls, [a, a]) as CallsLayer;
    expect(joined.inputs).toEqual([a]);
    expect([...joined.operandInput]).toEqual([0, 0, 1]);
  });
});
