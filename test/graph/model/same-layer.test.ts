import { describe, expect, test } from "vitest";
import type { Layer } from "../../../src/graph/model/layer.js";
import { sameLayer } from "../../../src/graph/model/same-layer.js";
import { source } from "../example-layers.js";

const { layer } = source([[2]], { type: "data", data: Float64Array.of(1, Number.NaN) });

/** The layer with other data. */
const holding = (data: unknown) => ({ ...layer, generator: { type: "data", data } }) as Layer;

describe("layers are the same", () => {
  test("as copies of each other", () => {
    expect(sameLayer(layer, structuredClone(layer))).toBe(true);
  });

  test("where a field is undefined in one and missing in the other", () => {
    expect(sameLayer(layer, { ...layer, holds: undefined } as unknown as Layer)).toBe(true);
    expect(sameLayer({ ...layer, holds: undefined } as unknown as Layer, layer)).toBe(true);
  });
});

describe("layers are not the same", () => {
  test.each([
    ["with other elements", holding(Float64Array.of(1, 2))],
    ["with elements of another type", holding(new Int32Array(4))],
    ["with more elements", holding(Float64Array.of(1, Number.NaN, 3))],
    ["with a list for a typed array", holding([1, Number.NaN])],
    ["with a further field", { ...layer, again: 1 } as Layer],
    ["with another grid", { ...layer, chunks: [[1, 1]] } as Layer],
    ["with zero of another sign", { ...layer, chunks: [[-0]] } as Layer],
  ])("%s", (_how, other) => {
    expect(sameLayer(layer, other)).toBe(false);
    expect(sameLayer(other, layer)).toBe(false);
  });
});
