// Minima and maxima of tiles go by instructions that know neither NaN nor the signs of zeros: each
// may stand anywhere, and has to come out as Math.min and Math.max say.
import { describe, expect, it } from "vitest";
import { TileFold } from "../../../src/kernels/tiles/tile-codes.js";
import { SCRATCH_BYTES, wasmTileMemory } from "../../../src/kernels/tiles/tile-memory.js";
import { newWasmMemory } from "../../../src/kernels/wasm/wasm-instances.js";

const { kernels, buffer } = wasmTileMemory({
  memory: newWasmMemory(SCRATCH_BYTES + 2 ** 20),
  scratchByteOffset: 0,
});
const FOLDS = [
  [TileFold.min, Math.min, "least"],
  [TileFold.max, Math.max, "greatest"],
] as const;

/** Folds `rows` rows of the numbers at once, and expects what the engine says. */
function expectFold(values: readonly number[], rows: number): void {
  const columns = values.length / rows;
  const x = new Float64Array(buffer, SCRATCH_BYTES, values.length);
  const out = new Float64Array(buffer, SCRATCH_BYTES + 2 ** 19, rows);
  x.set(values);
  for (const [fold, reference, word] of FOLDS) {
    kernels.foldAll(fold, rows, columns, x.byteOffset, columns * 8, out.byteOffset);
    expect(out[0], `${word} of ${values}`).toBe(reference(...values));
    kernels.foldRows(fold, rows, columns, x.byteOffset, columns * 8, out.byteOffset);
    const lines = Array.from({ length: rows }, (_, r) =>
      values.slice(r * columns, (r + 1) * columns),
    );
    expect(Array.from(out), `${word} of rows`).toEqual(lines.map((line) => reference(...line)));
    const across = new Float64Array(buffer, out.byteOffset, columns);
    kernels.foldColumns(fold, rows, columns, x.byteOffset, columns * 8, across.byteOffset);
    const wanted = Array.from(across, (_, c) =>
      reference(...lines.map((line) => line[c] as number)),
    );
    expect(Array.from(across), `${word} of columns`).toEqual(wanted);
    kernels.foldColumns(fold, columns, rows, x.byteOffset, rows * 8, out.byteOffset);
    const turned = Array.from(out, (_, c) =>
      reference(...values.filter((_value, i) => i % rows === c)),
    );
    expect(Array.from(out), `${word} of long columns`).toEqual(turned);
  }
}

describe("extremes", () => {
  const LENGTHS = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 40];
  it.each(LENGTHS)("of %i numbers, with each special one at each place", (length) => {
    for (const special of [NaN, 0, -0, Infinity, -Infinity, 5e-324]) {
      for (const others of [1, -1, 0, -0]) {
        for (let at = 0; at < length; at++) {
          const values = new Array<number>(length).fill(others);
          values[at] = special;
          expectFold(values, 1);
        }
      }
    }
  });

  it("of both infinities, and of rows", () => {
    const values = Array.from({ length: 48 }, (_, i) => Math.sin(i));
    values[3] = Infinity;
    values[5] = -Infinity;
    expectFold(values, 1);
    expectFold(values, 3);
    values[40] = NaN;
    expectFold(values, 3);
    expectFold(values.fill(-0), 4);
  });
});
