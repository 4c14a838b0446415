import { describe, expect, it } from "vitest";
import type { DType } from "../../../src/base/dtype.js";
import type { SourceLayer } from "../../../src/graph/model/layer.js";
import { nameLayer } from "../../../src/graph/model/naming.js";
import type { SourceGenerator } from "../../../src/graph/model/source-generator.js";
import { philox4x32 } from "../../../src/kernels/uniform/philox.js";
import { uniformRun } from "../../../src/kernels/uniform/uniform.js";
import {
  jsUniformSource,
  TILE,
  wasmUniformSource,
} from "../../../src/kernels/uniform/uniform-source.js";
import { computeWhole, regular } from "../layers.js";

function source(
  generator: SourceGenerator,
  chunks: readonly number[][],
  dtype: DType = "float64",
): SourceLayer {
  return nameLayer("random", { kind: "source", inputs: [], chunks, dtype, generator });
}
const uniform = (seed: number, low = 0, high = 1): SourceGenerator => ({
  type: "uniform",
  seed,
  low,
  high,
});

describe("philox4x32", () => {
  // kat_vectors of the Random123 distribution: rounds, counter, key, result.
  const ones = 0xffffffff;
  const pi = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
  const piKey: [number, number] = [0xa4093822, 0x299f31d0];
  it.each([
    [7, [0, 0, 0, 0], [0, 0], "5f6fb709 0d893f64 4f121f81 4f730a48"],
    [7, [ones, ones, ones, ones], [ones, ones], "5207ddc2 45165e59 4d8ee751 8c52f662"],
    [7, pi, piKey, "4dfccaba 190a87f0 c47362ba b6b5242a"],
    [10, [0, 0, 0, 0], [0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
    [10, [ones, ones, ones, ones], [ones, ones], "408f276d 41c83b0e a20bc7c6 6d5451fd"],
    [10, pi, piKey, "d16cfe09 94fdcceb 5001e420 24126ea1"],
  ] as const)("gives the published answers: %i rounds of %j", (rounds, counter, key, words) => {
    const state = Uint32Array.from(counter);
    philox4x32(state, [key[0], key[1]], rounds);
    expect([...state].map((word) => word.toString(16).padStart(8, "0")).join(" ")).toBe(words);
  });
});

describe("xoroshiro128+ within a unit", () => {
  it("follows the reference from the state that Philox gives", () => {
    // The authors' C code (xoroshiro128plus.c), started from the published Philox answer for key
    // and counter 0: 6627e8d5 e169c58d bc57ac4c 9b00dbd8. Run 0 of a unit has every fourth
    // position.
    const words = [
      0x7c6aa166227f9521n,
      0x376376fc982bf817n,
      0xe0787bd9a773d944n,
      0xa69f1962e3259c44n,
      0xa394f5ccac273e60n,
    ];
    const numbers = new Float64Array(20);
    uniformRun({ seed: 0, low: 0, width: 1 }, 0, numbers, 0, 20);
    expect([...numbers].filter((_, position) => position % 4 === 0)).toEqual(
      words.map((word) => Number(((word >> 12n) << 1n) | (word & 1n)) * 2 ** -53),
    );
  });
});

describe("the WebAssembly generator", () => {
  it.each([
    [0, 1, 100, 0, 0],
    [42, 1, 99, 7, 0],
    [2 ** 52 + 12_345, 3, 33, 1_000_001, 77_777],
    [7, 2, 40, 2 ** 33 - 4, 2 ** 34 + 1],
    [7, 2, 1, 2 ** 52 - 3, 1],
  ])(
    "equals the plain one: seed %d, %d rows of %d from %d by %d",
    (seed, rows, length, first, pitch) => {
      const wasm = wasmUniformSource();
      const plain = jsUniformSource();
      const stream = { seed, low: -2, width: 5 };
      wasm.fill(stream, rows, length, first, pitch);
      plain.fill(stream, rows, length, first, pitch);
      expect(wasm.tile.subarray(0, rows * length)).toEqual(plain.tile.subarray(0, rows * length));
    },
  );
});

describe("uniform sources", () => {
  it("have at each position the number of that position, whatever the chunks", () => {
    const shape = [7, 11, 13];
    const expected = new Float64Array(7 * 11 * 13);
    uniformRun({ seed: 5, low: 0, width: 1 }, 0, expected, 0, expected.length);
    for (const size of [
      [7, 11, 13],
      [7, 4, 13],
      [3, 5, 4],
      [2, 11, 13],
      [1, 1, 5],
    ]) {
      const whole = computeWhole([source(uniform(5), regular(shape, size))]);
      expect(whole.values).toEqual(Array.from(expected));
    }
  });

  it("fill blocks longer than a tile", () => {
    const length = 3 * TILE + 5;
    const expected = new Float64Array(2 * length);
    uniformRun({ seed: 1, low: 0, width: 1 }, 0, expected, 0, expected.length);
    expect(computeWhole([source(uniform(1), [[1, 1], [length]])]).values).toEqual(
      Array.from(expected),
    );
    expect(computeWhole([source(uniform(1), [[2], [length - 1, 1]])]).values).toEqual(
      Array.from(expected),
    );
  });

  it("stay below the upper end in float32 too, and are those of float64 cut to 24 bits", () => {
    const chunks = [[5000]];
    const { values } = computeWhole([source(uniform(3), chunks, "float32")]);
    const exact = computeWhole([source(uniform(3), chunks)]).values;
    expect(values).toEqual(exact.map((value) => Math.floor(value * 2 ** 24) / 2 ** 24));
  });

  it("are uniform: means, neighbours and a chi-square over 100 cells", () => {
    const n = 100_000;
    const { values } = computeWhole([source(uniform(2024), [[n]])]);
    const cells = new Array<number>(100).fill(0);
    let serial = 0;
    values.forEach((value, i) => {
      cells[Math.floor(value * 100)] = (cells[Math.floor(value * 100)] as number) + 1;
      serial += (value - 0.5) * ((values[i + 1] ?? 0.5) - 0.5);
    });
    const chiSquare = cells.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeGreaterThan(60); // 99 degrees of freedom: 0.1 % below 61, above 149
    expect(chiSquare).toBeLessThan(149);
    expect(Math.abs(serial / n) * 12 * Math.sqrt(n)).toBeLessThan(4);
  });
});
