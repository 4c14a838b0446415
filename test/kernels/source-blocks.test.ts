import { describe, expect, it } from "vitest";
import type { DType } from "../../src/base/dtype.js";
import type { SourceLayer } from "../../src/graph/model/layer.js";
import { nameLayer } from "../../src/graph/model/naming.js";
import type { SourceGenerator } from "../../src/graph/model/source-generator.js";
import { compileLayer } from "../../src/kernels/compile-layer.js";
import { computeWhole, dataSource, regular } from "./layers.js";
import { numberOf, readCases, type TableValue } from "./numeric-cases.js";

function source(
  generator: SourceGenerator,
  chunks: readonly (readonly number[])[],
  dtype: DType = "float64",
) {
  return nameLayer<SourceLayer>("source", { kind: "source", inputs: [], chunks, dtype, generator });
}

interface RangeCase {
  readonly group: string;
  readonly args: readonly number[];
  readonly start: number;
  readonly stop: number;
  readonly num: number;
  readonly endpoint: boolean;
  readonly result: readonly TableValue[];
}

const cases = readCases<RangeCase>("numeric.json");
/** Blocks of three and a rest. */
const cut = (length: number) => regular([length], [3]);

describe("sources", () => {
  it.each(cases.filter((c) => c.group === "arange").map((c) => [c.args, c] as const))(
    "arange %j",
    (_args, c) => {
      const [start = 0, , step = 1] = c.args;
      const layer = source({ type: "arange", start, step }, cut(c.result.length));
      expect(computeWhole([layer]).values).toEqual(c.result.map(numberOf));
    },
  );

  it.each(cases.filter((c) => c.group === "linspace").map((c, i) => [i, c] as const))(
    "linspace %i",
    (_i, { start, stop, num, endpoint, result }) => {
      const generator: SourceGenerator = { type: "linspace", start, stop, count: num, endpoint };
      expect(computeWhole([source(generator, cut(num))]).values).toEqual(result.map(numberOf));
    },
  );

  it("full, in the dtype's own values", () => {
    const full = (value: number, dtype: DType) =>
      computeWhole([source({ type: "full", value }, [[2, 1]], dtype)]).values;
    expect(full(2.5, "float64")).toEqual([2.5, 2.5, 2.5]);
    expect(full(2.5, "int32")).toEqual([2, 2, 2]);
    expect(full(0.5, "bool")).toEqual([1, 1, 1]);
    expect(full(257, "uint8")).toEqual([1, 1, 1]);
  });

  it.each([0, 1, -2, 9])("eye with its diagonal moved by %i", (offset) => {
    const { values } = computeWhole([source({ type: "eye", offset }, regular([5, 7], [2, 3]))]);
    const expected = Array.from({ length: 35 }, (_, k) =>
      (k % 7) - Math.floor(k / 7) === offset ? 1 : 0,
    );
    expect(values).toEqual(expected);
  });

  it("data, in any chunks", () => {
    const data = Float64Array.from({ length: 60 }, (_, i) => i);
    for (const size of [
      [3, 4, 5],
      [2, 3, 2],
      [1, 4, 5],
    ]) {
      const layer = dataSource("float64", data, regular([3, 4, 5], size));
      expect(computeWhole([layer]).values).toEqual(Array.from(data));
    }
  });

  it("refuses what other rooms read", () => {
    const held = source({ type: "held", address: "tcp://127.0.0.1:1" }, [[1]]);
    expect(() => compileLayer(held, [])).toThrow("source of type held");
  });
});
