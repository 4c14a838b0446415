// Several stretches of memory: when there are more, what threads have of them, and that results are
// the same wherever blocks are.
import { afterEach, describe, expect, it } from "vitest";
import { defined } from "../../../src/base/assert.js";
import { InvariantError } from "../../../src/base/errors.js";
import { SCRATCH_BYTES } from "../../../src/kernels/tiles/tile-memory.js";
import type { ArenaRange } from "../../../src/runtime/values/arena.js";
import { Arenas } from "../../../src/runtime/values/arenas.js";
import { WorkerMemory } from "../../../src/runtime/values/worker-memory.js";
import { findMemoryCalls } from "../../../src/system/memory-calls.js";
import { blocks, elementwise, source } from "../../graph/example-layers.js";
import { ThreadScene } from "../thread-scene.js";

const MB = 2 ** 20;
const STRETCH = { stretchBytes: 16 * MB };

/** Ranges of so many bytes each, until there is none. */
function takeAll(arenas: Arenas, bytes: number): ArenaRange[] {
  const ranges: ArenaRange[] = [];
  for (;;) {
    const range = arenas.take(bytes);
    if (range === undefined) return ranges;
    ranges.push(range);
  }
}

const buffersOf = (ranges: readonly { readonly buffer: ArrayBufferLike }[]) => [
  ...new Set(ranges.map(({ buffer }) => buffer)),
];

describe("Arenas", () => {
  it("are as many as there are bytes for, each when those before it are full", () => {
    const arenas = new Arenas(50 * MB, STRETCH);
    const ranges = takeAll(arenas, 5 * MB);
    expect(ranges).toHaveLength(9);
    const buffers = buffersOf(ranges);
    expect(buffers.map(({ byteLength }) => byteLength)).toEqual([16 * MB, 16 * MB, 16 * MB]);
    expect(ranges.map(({ buffer }) => buffers.indexOf(buffer))).toEqual([
      0, 0, 0, 1, 1, 1, 2, 2, 2,
    ]);
  });

  it("take back what they gave, where it was", () => {
    const arenas = new Arenas(32 * MB, STRETCH);
    const ranges = takeAll(arenas, 5 * MB);
    expect(arenas.idleBytes).toBe(0);
    const [first, , , fourth] = ranges as [ArenaRange, ArenaRange, ArenaRange, ArenaRange];
    arenas.giveBack(fourth);
    expect(arenas.idleBytes).toBe(5 * MB);
    expect(arenas.take(5 * MB)).toEqual(fourth);
    arenas.giveBack(first);
    arenas.giveBack(fourth);
    expect(arenas.take(4 * MB)?.buffer).toBe(first.buffer);
    expect(() => arenas.giveBack(fourth)).toThrow(InvariantError);
  });

  it("have nothing for what no stretch has room for, and make none for it", () => {
    const arenas = new Arenas(64 * MB, STRETCH);
    expect(arenas.take(16 * MB)).toBeUndefined();
    expect(buffersOf(takeAll(arenas, 5 * MB))).toHaveLength(4);
    expect(new Arenas(0).take(1)).toBeUndefined();
  });

  it("set a piece of each aside for each thread", () => {
    const arenas = new Arenas(32 * MB, STRETCH);
    arenas.serveThreads(2);
    const buffers = buffersOf(takeAll(arenas, 3 * MB));
    expect(buffers).toHaveLength(2);
    for (const buffer of buffers) {
      const places = [0, 1].map((thread) => {
        const piece = defined(arenas.pieceIn(buffer, thread), "a piece");
        expect(piece.memory.buffer).toBe(buffer);
        return piece.scratchByteOffset;
      });
      expect(Math.abs((places[0] as number) - (places[1] as number))).toBeGreaterThanOrEqual(
        SCRATCH_BYTES,
      );
      expect(arenas.pieceIn(buffer, 2)).toBeUndefined();
    }
    expect(arenas.pieceIn(new SharedArrayBuffer(8), 0)).toBeUndefined();
  });

  it.skipIf("missing" in findMemoryCalls())(
    "are files that peers find places in, all of them",
    () => {
      const arenas = new Arenas(32 * MB, { ...STRETCH, isShared: true });
      const files = defined(arenas.files, "files");
      const ranges = takeAll(arenas, 7 * MB);
      const views = ranges.map(
        (range) => new Uint8Array(range.buffer, range.byteOffset, range.bytes),
      );
      const places = views.map((view) => files.placeOf(view));
      expect(places.map((place) => place?.byteOffset)).toEqual(ranges.map((at) => at.byteOffset));
      expect(new Set(places.map((place) => place?.fd)).size).toBe(2);
      for (const view of views) view.fill(1);
      const full = files.residentBytes;
      arenas.giveBack(ranges[3] as ArenaRange);
      expect(full - files.residentBytes).toBe(7 * MB);
      expect(views[3]?.every((byte) => byte === 0)).toBe(true);
      expect(arenas.idleBytes).toBe(0);
      files.close();
    },
  );
});

describe("threads", () => {
  let scene: ThreadScene | undefined;
  afterEach(() => scene?.pool.close());

  it("compute the same wherever blocks are", async () => {
    const memory = new WorkerMemory(100 * MB, undefined, new Arenas(48 * MB, STRETCH));
    scene = new ThreadScene(2, memory);
    const length = 2 ** 18;
    const x = source([blocks(20, length)], { type: "arange", start: 0, step: 1 });
    const sources = scene.tasksOf(x);
    await scene.run(sources);
    const squares = scene.tasksOf(elementwise("square", x), sources);
    await scene.run(squares);
    expect(scene.failed).toEqual([]);
    const places = [...sources, ...squares].map(({ output }) => output);
    expect(
      places.filter(({ buffer }) => memory.arenas.pieceIn(buffer, 0) === undefined),
    ).not.toEqual([]);
    expect(buffersOf(places.filter(({ buffer }) => memory.arenas.pieceIn(buffer, 0)))).toHaveLength(
      3,
    );
    for (const { output, block } of squares) {
      const found = new Float64Array(output.buffer, output.byteOffset, length);
      expect(found.findIndex((y, i) => y !== (block * length + i) ** 2)).toBe(-1);
    }
  });
});
