// Which memory a thread's kernels work in, where it shares several with others.
import { afterEach, beforeEach, expect, it } from "vitest";
import { currentHost, installHost } from "../../../src/base/host.js";
import {
  SCRATCH_BYTES,
  TILE_MEMORIES,
  TileMemories,
  tileMemory,
} from "../../../src/kernels/tiles/tile-memory.js";
import { newWasmMemory } from "../../../src/kernels/wasm/wasm-instances.js";

const host = currentHost();
let memories: TileMemories;
beforeEach(() => {
  memories = new TileMemories();
  installHost(host.with(TILE_MEMORIES, memories));
});
afterEach(() => installHost(host));

const share = () => {
  const memory = newWasmMemory(2 * SCRATCH_BYTES);
  memories.share({ memory, scratchByteOffset: 65_536 });
  return memory.buffer;
};
const PLACE = 65_536 + SCRATCH_BYTES;

it("is its own as long as it shares none", () => {
  const { buffer } = tileMemory([new Float64Array(4)]);
  expect(tileMemory().buffer).toBe(buffer);
  const shared = share();
  expect(tileMemory().buffer).toBe(shared);
});

it("is the one in which most of the data is, and the first where none does", () => {
  const [first, second] = [share(), share()];
  const few = new Float64Array(first, PLACE, 10);
  const many = new Float32Array(second, PLACE, 30);
  expect(tileMemory([few, many]).buffer).toBe(second);
  expect(tileMemory([few, many, few]).buffer).toBe(first);
  expect(tileMemory([undefined, many, new Float64Array(99)]).buffer).toBe(second);
  expect(tileMemory([new Float64Array(99)]).buffer).toBe(first);
});

it("has kernels that add up what is there", () => {
  share();
  const second = share();
  const x = new Float64Array(second, PLACE, 100).fill(0.5);
  const { kernels, memory } = tileMemory([x]);
  expect(memory?.buffer).toBe(second);
  const out = PLACE + 800;
  kernels.binary64(0, 1, 100, x.byteOffset, 0, x.byteOffset, 0, out, 0);
  const y = new Float64Array(second, out, 100);
  expect(new Set(y)).toEqual(new Set([1]));
});
