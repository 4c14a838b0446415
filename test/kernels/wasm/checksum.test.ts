import { afterEach, expect, test, vi } from "vitest";
import { Rng } from "../../../src/base/rng.js";
import { checksum } from "../../../src/kernels/wasm/checksum.js";
import { newWasmMemory } from "../../../src/kernels/wasm/wasm-instances.js";

afterEach(() => void vi.unstubAllGlobals());

function randomBytes(rng: Rng, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => rng.below(256));
}

test("in place, from anywhere else and without WebAssembly it is the same", () => {
  const rng = new Rng(3);
  const shared = new Uint8Array(newWasmMemory(2 ** 17).buffer);
  const lengths = [0, 1, 3, 4, 127, 128, 129, 8191, 8192, 8320, 70_000];
  for (const length of [...lengths, ...lengths.map(() => rng.below(20_000))]) {
    const bytes = randomBytes(rng, length + 5).subarray(5);
    const start = rng.below(1_000);
    shared.set(bytes, start);
    const inPlace = checksum(shared.subarray(start, start + length));
    expect(checksum(bytes)).toBe(inPlace);
    vi.stubGlobal("WebAssembly", undefined);
    expect(checksum(bytes)).toBe(inPlace);
    vi.unstubAllGlobals();
  }
});

test("it is sent to other processes: one that differs is another version of the protocol", () => {
  expect(checksum(Uint8Array.from({ length: 1_003 }, (_, k) => k % 251))).toBe(836_109_683);
});

test("every bit counts, and so do the order and the number of zeros", () => {
  const rng = new Rng(8);
  const bytes = randomBytes(rng, 700);
  const found = new Set([checksum(bytes)]);
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const changed = bytes.slice();
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    found.add(checksum(changed));
  }
  expect(found.size).toBe(1 + 8 * bytes.length);
  const halves = [bytes.subarray(0, 256), bytes.subarray(256, 512)] as const;
  expect(checksum(Buffer.concat([halves[1], halves[0]]))).not.toBe(
    checksum(Buffer.concat([halves[0], halves[1]])),
  );
  const zeros = Array.from({ length: 300 }, (_, length) => checksum(new Uint8Array(length)));
  expect(new Set(zeros).size).toBe(zeros.length);
});
