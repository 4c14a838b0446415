// An engine without WebAssembly (`--jitless`) computes in generated loops what kernels compute
// elsewhere.
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { ChunkedArray } from "../../../src/entries/array.js";
import * as t from "../../../src/entries/array.js";

beforeAll(() => void vi.stubGlobal("WebAssembly", undefined));
afterAll(() => void vi.unstubAllGlobals());

const x = () => t.random([60, 50], { chunks: [25, 20], seed: 4 });
const CASES: Readonly<Record<string, () => ChunkedArray>> = {
  "random numbers": x,
  "normal numbers": () => t.normal([100], { seed: 1 }),
  "elementary functions": () => t.exp(t.sin(x()).multiply(x())),
  sums: () => x().sum(0),
  "moments of float32": () => x().astype("float32").var(1),
  "places of extremes": () => x().argmax(1),
  integers: () => t.arange(1000, { chunks: 90 }).multiply(7).remainder(11).cumsum(),
  "complex magnitudes": () => t.abs(t.fft.fft(x())) as ChunkedArray,
  sorting: () => t.sort(x(), { axis: 1 }),
  products: () => x().matmul(x().T),
};

it.each(Object.keys(CASES))("%s are the same, but for how sums are rounded", async (name) => {
  const make = CASES[name] as () => ChunkedArray;
  const plain = (await make().compute()) as { data: ArrayLike<number | bigint> };
  vi.unstubAllGlobals();
  const wanted = (await make().compute()) as { data: ArrayLike<number | bigint> };
  vi.stubGlobal("WebAssembly", undefined);
  expect(plain.data.length).toBe(wanted.data.length);
  for (let i = 0; i < wanted.data.length; i++) {
    expect(Number(plain.data[i])).toBeCloseTo(Number(wanted.data[i]), 5);
  }
});
