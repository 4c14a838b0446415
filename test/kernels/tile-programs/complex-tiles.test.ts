// What tiles read of complex operands: magnitudes, real and imaginary parts, in WebAssembly and in
// JavaScript, of blocks that are in the kernels' memory and of others, against numbers that are
// worked out one by one.
import { afterEach, describe, expect, it } from "vitest";
import type { Block } from "../../../src/base/block.js";
import { type NumberArray, typedView } from "../../../src/base/dtype.js";
import type { Program } from "../../../src/graph/model/program.js";
import { magnitude } from "../../../src/kernels/math/scalar-functions.js";
import { ProgramLoop } from "../../../src/kernels/programs/program-loop.js";
import { type ComplexPart, tileProgram } from "../../../src/kernels/tile-programs/tile-program.js";
import {
  SCRATCH_BYTES,
  type TileMemory,
  wasmTileMemory,
} from "../../../src/kernels/tiles/tile-memory.js";
import { newWasmMemory } from "../../../src/kernels/wasm/wasm-instances.js";
import { jsTileMemory, useTileMemory } from "../tile-memories.js";

afterEach(() => useTileMemory());

const SPECIAL = [
  0,
  -0,
  1,
  3,
  -4,
  5e-324,
  1e-160,
  -3e-200,
  4e200,
  1.7e308,
  Infinity,
  -Infinity,
  NaN,
];
const FLOATS = {
  complex128: { real: "float64", bytes: 8, round: (x: number) => x },
  complex64: { real: "float32", bytes: 4, round: Math.fround },
} as const;
type Complex = keyof typeof FLOATS;

/** Real and imaginary parts in every pairing of special values, and some between. */
function numbers(count: number): number[] {
  const n = SPECIAL.length;
  return Array.from({ length: 2 * count }, (_, i) => {
    const at = i >> 1;
    if (at < n * n) return (i % 2 ? SPECIAL[Math.floor(at / n)] : SPECIAL[at % n]) as number;
    return Math.sin(i) * 10 ** (i % 40 > 20 ? 3 : -3);
  });
}

const PARTS: Record<ComplexPart, (re: number, im: number) => number> = {
  abs: magnitude,
  real: (re) => re,
  imag: (_re, im) => im,
};

const LAYOUTS = {
  "side by side": { shape: [37, 30], stride: [30, 1], count: 37 * 30 },
  "turned over": { shape: [30, 37], stride: [1, 30], count: 37 * 30 },
  "with gaps": { shape: [17, 21], stride: [66, 3], count: 17 * 66 },
  backwards: { shape: [9, 1025], stride: [1025, -1], count: 9 * 1025, offset: 1024 },
  "one row for all": { shape: [19, 300], stride: [0, 1], count: 300 },
} as const;

const shared = wasmTileMemory({
  memory: newWasmMemory(SCRATCH_BYTES + 2 ** 21),
  scratchByteOffset: 0,
});
const MEMORIES: Record<string, () => { memory: TileMemory; buffer: ArrayBufferLike; at: number }> =
  {
    "WebAssembly, in its memory": () => ({
      memory: shared,
      buffer: shared.buffer,
      at: SCRATCH_BYTES,
    }),
    "WebAssembly, elsewhere": () => ({ memory: shared, buffer: new ArrayBuffer(2 ** 20), at: 0 }),
    "JavaScript, in its memory": () => {
      const memory = jsTileMemory();
      return { memory, buffer: memory.buffer, at: SCRATCH_BYTES };
    },
    "JavaScript, elsewhere": () => ({
      memory: jsTileMemory(),
      buffer: new ArrayBuffer(2 ** 20),
      at: 0,
    }),
  };

function programOf(dtype: Complex, part: ComplexPart): Program {
  const nodes: Program["nodes"] = [
    { op: "load", operand: 0, dtype },
    { op: part, args: [0], dtype: FLOATS[dtype].real },
  ];
  return { nodes };
}

const CASES = Object.keys(FLOATS).flatMap((dtype) =>
  Object.keys(PARTS).map((part) => [part as ComplexPart, dtype as Complex] as const),
);

describe.each(Object.keys(MEMORIES))("%s", (where) => {
  it.each(CASES)("%s of %s", (part, dtype) => {
    const program = programOf(dtype, part);
    expect(tileProgram(program)).toBeDefined();
    const { memory, buffer, at } = (MEMORIES[where] as (typeof MEMORIES)[string])();
    const { bytes, real, round } = FLOATS[dtype];
    useTileMemory(memory);
    for (const [layout, { shape, stride, count, ...rest }] of Object.entries(LAYOUTS)) {
      const offset = "offset" in rest ? rest.offset : 0;
      const data = typedView(dtype, buffer, at, count) as NumberArray;
      data.set(numbers(count));
      const x: Block = { dtype, data, shape, stride, offset };
      const [rows, columns] = shape;
      const outAt = at + count * 2 * bytes;
      const out = typedView(real, buffer, outAt + (-outAt & 15), rows * columns) as NumberArray;
      const output = { dtype: real, data: out, shape, stride: [columns, 1], offset: 0 };
      const range = { extents: [...shape], offsets: [0, 0] };
      new ProgramLoop(program, [[0, 1]]).run(range, [x], output);
      const wanted = Array.from({ length: rows * columns }, (_, i) => {
        const from = offset + Math.floor(i / columns) * stride[0] + (i % columns) * stride[1];
        return round(PARTS[part](data[2 * from] as number, data[2 * from + 1] as number));
      });
      expect(Array.from(out), layout).toEqual(wanted);
    }
  });
});

describe("magnitude", () => {
  it("is right where squares are no numbers", () => {
    expect(magnitude(3e-200, 4e-200)).toBeCloseTo(5e-200, 210);
    expect(magnitude(3e200, -4e200) / 5e200).toBeCloseTo(1, 15);
    expect(magnitude(5e-324, 0)).toBe(5e-324);
    expect(magnitude(1.7e308, 1.7e308)).toBe(Number.POSITIVE_INFINITY);
    expect(magnitude(Number.NaN, Number.NEGATIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(magnitude(Number.NaN, 1)).toBeNaN();
    expect(magnitude(-0, 0)).toBe(0);
  });

  it("is within two units of what the engine says", () => {
    for (let k = -320; k <= 308; k++) {
      const [x, y] = [1.2345 * 10 ** k, -0.6789 * 10 ** k];
      const exact = Math.hypot(x, y);
      expect(Math.abs(magnitude(x, y) - exact)).toBeLessThanOrEqual(
        Math.max(2 * Number.EPSILON * exact, 5e-324),
      );
    }
  });
});

describe("programs of complex numbers", () => {
  it("are loops where they need more than parts", () => {
    const load = { op: "load", operand: 0, dtype: "complex128" } as const;
    const nodes: Program["nodes"] = [
      load,
      { op: "conj", args: [0], dtype: "complex128" },
      { op: "imag", args: [1], dtype: "float64" },
    ];
    expect(tileProgram({ nodes })).toBeUndefined();
    expect(tileProgram({ nodes: [load] })).toBeUndefined();
    const same: Program["nodes"] = [load, load, { op: "equal", args: [0, 1], dtype: "bool" }];
    expect(tileProgram({ nodes: same })).toBeUndefined();
  });

  it("read several parts of one operand, and fold them", () => {
    useTileMemory(shared);
    const data = typedView("complex128", shared.buffer, SCRATCH_BYTES, 1000) as NumberArray;
    data.forEach((_, i) => void (data[i] = Math.sin(i)));
    const nodes: Program["nodes"] = [
      { op: "load", operand: 0, dtype: "complex128" },
      { op: "real", args: [0], dtype: "float64" },
      { op: "imag", args: [0], dtype: "float64" },
      { op: "abs", args: [0], dtype: "float64" },
      { op: "multiply", args: [1, 2], dtype: "float64" },
      { op: "add", args: [3, 4], dtype: "float64" },
    ];
    const reduction = {
      name: "max",
      axes: [0],
      count: 1000,
      correction: 0,
      stateDType: "float64",
      dtype: "float64",
      keepdims: false,
      shape: [1000],
    } as const;
    const out = new Float64Array(1);
    const output = { dtype: "float64", data: out, shape: [], stride: [], offset: 0 } as const;
    const x = { dtype: "complex128", data, shape: [1000], stride: [1], offset: 0 } as const;
    const loop = new ProgramLoop({ nodes }, [[0]], { reduction, finish: "result" });
    loop.run({ extents: [1000], offsets: [0] }, [x], output);
    const values = Array.from({ length: 1000 }, (_, i) => {
      const [re, im] = [Math.sin(2 * i), Math.sin(2 * i + 1)];
      return magnitude(re, im) + re * im;
    });
    expect(out[0]).toBe(Math.max(...values));
  });
});
