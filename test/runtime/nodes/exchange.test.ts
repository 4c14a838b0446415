// Parts of values between two workers, without the workers: cut by the holder's server, run through
// the reader's layer. Whatever is cut and whatever is read whole, blocks come out the same.
import { afterEach, assert, beforeEach, describe, expect, it } from "vitest";
import { type DType, itemBytes, typedView } from "../../../src/base/dtype.js";
import { Rng } from "../../../src/base/rng.js";
import type { DataItem } from "../../../src/comm/interface/transport.js";
import { dependencyMap } from "../../../src/graph/dependencies/dependencies.js";
import { type Cut, operandCuts, type Region } from "../../../src/graph/dependencies/regions.js";
import {
  blockCount,
  blockIndexOf,
  blockShape,
  type Chunks,
  shapeOf,
  sizeOf,
} from "../../../src/graph/model/chunks.js";
import { LayerRunner, type OperandPlace } from "../../../src/runtime/tasks/layer-runner.js";
import { serveValues } from "../../../src/runtime/values/value-serving.js";
import { WorkerMemory } from "../../../src/runtime/values/worker-memory.js";
import { rechunk, source } from "../../graph/example-layers.js";

let memory: WorkerMemory;

beforeEach(() => {
  memory = new WorkerMemory(2 ** 30);
});

afterEach(() => {
  memory.store.clear();
  expect(memory.pool.bytesInUse).toBe(0);
});

/** Stores a value of these elements under `task`. */
function put(task: number, dtype: DType, shape: readonly number[], elements: ArrayLike<number>) {
  const bytes = sizeOf(shape) * itemBytes(dtype);
  const place = memory.pool.allocate(bytes);
  const view = typedView(dtype, place.buffer, place.byteOffset, sizeOf(shape)) as Float64Array;
  view.set(elements);
  memory.store.put(task, { memory: place, dtype, shape, bytes });
}

async function ask(tasks: readonly number[], regions: readonly (Cut | null)[]) {
  return serveValues(memory)({ type: "getTasks", request: 1, tasks, regions });
}

function elementsOf({ dtype, shape, bytes }: DataItem): number[] {
  const copy = Uint8Array.from(bytes);
  return Array.from(typedView(dtype, copy.buffer, 0, sizeOf(shape)), Number);
}

const counting = (count: number) => Array.from({ length: count }, (_, i) => i % 251);

describe("a request for parts", () => {
  it("gets them cut, and whole values as they are", async () => {
    put(1, "float64", [3, 4], counting(12));
    const region = { start: [1, 1], shape: [2, 2] };
    const items = await ask([1, 1, 7], [region, null, region]);
    expect(items.map((item) => item && elementsOf(item))).toEqual([
      [5, 6, 9, 10],
      counting(12),
      undefined,
    ]);
    for (const item of items) item?.release?.();
  });

  it("copies nothing where the part is in one piece", async () => {
    put(1, "float32", [3, 4], counting(12));
    const before = memory.pool.bytesInUse;
    const [rows] = await ask([1], [{ start: [1, 0], shape: [2, 4] }]);
    expect(memory.pool.bytesInUse).toBe(before);
    memory.store.drop(1);
    expect(rows && elementsOf(rows)).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
    rows?.release?.();
  });

  it("gets nothing for a part that reaches beyond the value", async () => {
    put(1, "uint8", [3, 4], counting(12));
    const regions = [
      { start: [2, 0], shape: [2, 4] },
      { start: [0], shape: [3] },
    ];
    expect(await ask([1, 1], regions)).toEqual([undefined, undefined]);
  });

  it("is cut over several turns when it is large", async () => {
    const [rows, columns] = [1_500, 1_000];
    put(1, "float64", [rows, columns], counting(rows * columns));
    let turns = 0;
    const count = () => {
      turns++;
      pending = setImmediate(count);
    };
    let pending = setImmediate(count);
    const [part] = await ask([1], [{ start: [0, 0], shape: [rows, columns - 1] }]);
    clearImmediate(pending);
    expect(turns).toBeGreaterThanOrEqual(5);
    expect(part && elementsOf(part)).toEqual(
      counting(rows * columns).filter((_, i) => i % columns !== columns - 1),
    );
    part?.release?.();
  });
});

describe("a request for parts of a value on disk", () => {
  const shape = [4, 300, 250];
  const regions: readonly Region[] = [
    { start: [1, 10, 20], shape: [2, 3, 100] },
    { start: [1, 298, 0], shape: [3, 2, 250] },
    { start: [3, 0, 0], shape: [1, 300, 250] },
    { start: [0, 0, 249], shape: [4, 300, 1] },
  ];

  it("reads what it takes of the file", async () => {
    put(1, "float64", shape, counting(sizeOf(shape)));
    const expected = await ask([1, 1, 1, 1], regions);
    const elements = expected.map((item) => item && elementsOf(item));
    for (const item of expected) item?.release?.();
    const value = memory.store.pin(1);
    assert(value);
    await memory.disk.write(1, value);
    memory.store.unpin(value);
    memory.store.drop(1);
    const [few] = await ask([1], regions.slice(0, 1));
    expect(memory.pool.bytesInUse).toBeLessThan(10_000);
    few?.release?.();
    const items = await ask([1, 1, 1, 1], regions);
    expect(items.map((item) => item && elementsOf(item))).toEqual(elements);
    for (const item of items) item?.release?.();
    await memory.disk.close();
  });
});

describe("a rechunked block", () => {
  const rng = new Rng(7);
  const axis = (length: number): number[] => {
    const lengths: number[] = [];
    for (let left = length; left > 0; left -= lengths.at(-1) as number) {
      lengths.push(Math.min(left, 1 + rng.below(5)));
    }
    return lengths;
  };

  it("is the same of cut and of whole operands", async () => {
    for (let round = 0; round < 40; round++) {
      const shape = Array.from({ length: 1 + rng.below(3) }, () => 1 + rng.below(12));
      const grid = (): Chunks => shape.map(axis);
      const dtype = rng.pick(["bool", "int32", "float64"] as const);
      await checkRechunk(grid(), grid(), dtype);
      memory.store.clear();
    }
  });

  async function checkRechunk(from: Chunks, to: Chunks, dtype: DType): Promise<void> {
    const input = source(from, undefined, dtype).layer;
    const { layer } = rechunk({ layer: input, inputs: [] }, to);
    for (let block = 0; block < blockCount(from); block++) {
      const extents = blockShape(from, blockIndexOf(from, block));
      const size = sizeOf(shapeOf(from));
      put(block, dtype, extents, counting(size).slice(0, sizeOf(extents)));
    }
    const operandsOf = dependencyMap(layer, [input]);
    const cutsOf = operandCuts(layer, [input]);
    const runner = new LayerRunner(layer, [input]);
    for (let block = 0; block < blockCount(to); block++) {
      const operands: number[] = [];
      operandsOf(block, (_input, operand) => operands.push(operand));
      const regions = (cutsOf?.(block) ?? []).map((region) => region ?? null);
      const whole = regions.map(() => null);
      const some = regions.map((region) => (rng.chance(0.5) ? region : null));
      const expected = await run(runner, block, to, dtype, operands, whole);
      expect(await run(runner, block, to, dtype, operands, regions)).toEqual(expected);
      expect(await run(runner, block, to, dtype, operands, some)).toEqual(expected);
    }
  }

  async function run(
    runner: LayerRunner,
    block: number,
    grid: Chunks,
    dtype: DType,
    operands: readonly number[],
    regions: readonly (Cut | null)[],
  ): Promise<number[]> {
    const items = await ask(operands, regions);
    const places = items.map((item, k): OperandPlace => {
      const bytes = (item as DataItem).bytes;
      const buffer = new SharedArrayBuffer(bytes.length);
      new Uint8Array(buffer).set(bytes);
      item?.release?.();
      return { buffer, byteOffset: 0, isCut: regions[k] !== null };
    });
    const size = sizeOf(blockShape(grid, blockIndexOf(grid, block)));
    const buffer = new SharedArrayBuffer(size * itemBytes(dtype));
    runner.run(block, { places }, { buffer, byteOffset: 0 });
    return Array.from(typedView(dtype, buffer, 0, size), Number);
  }
});
