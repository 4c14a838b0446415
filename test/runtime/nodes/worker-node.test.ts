import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inprocTransport } from "../../../src/comm/inproc/inproc-transport.js";
import type { DataFetcher, DataItem, Transport } from "../../../src/comm/interface/transport.js";
import type { Layer, SourceLayer } from "../../../src/graph/model/layer.js";
import { nameLayer } from "../../../src/graph/model/naming.js";
import { startWorkerNode, type WorkerNode } from "../../../src/runtime/nodes/worker-node.js";
import { PATIENCE_MS } from "../../contracts/inbox.js";
import { blocks, elementwise, rechunk, source } from "../../graph/example-layers.js";
import { ScriptedScheduler } from "../scripted-scheduler.js";

const x = source([blocks(4, 8)], { type: "arange", start: 0, step: 1 });
const sum = elementwise("add", x, x);
const layers: readonly (readonly [Layer, readonly number[]])[] = [
  [x.layer, []],
  [sum.layer, [0]],
];

let transport: Transport;
let scheduler: ScriptedScheduler;
let fetcher: DataFetcher;
let workers: WorkerNode[];

beforeEach(async () => {
  transport = inprocTransport();
  scheduler = await ScriptedScheduler.listen(transport);
  fetcher = transport.fetcher();
  workers = [];
});

afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close()));
  await fetcher.close();
  await scheduler.close();
});

async function startWorker(memoryLimitBytes = 0, localDirectory = tmpdir()): Promise<WorkerNode> {
  const worker = await startWorkerNode({
    transport,
    schedulerAddress: scheduler.address,
    dataAddress: "inproc://*",
    name: `w${workers.length}`,
    threads: 1,
    memoryLimitBytes,
    localDirectory,
    log: () => undefined,
  });
  workers.push(worker);
  return worker;
}

async function joinWorker(memoryLimitBytes = 0, localDirectory?: string): Promise<WorkerNode> {
  const worker = await startWorker(memoryLimitBytes, localDirectory);
  await scheduler.workersJoined(workers.length);
  return worker;
}

async function fetchValues(worker: WorkerNode, tasks: number[]): Promise<(number[] | undefined)[]> {
  const items = await fetcher.fetch(worker.address, { type: "getTasks", tasks }, PATIENCE_MS);
  return items.map((item) => item && values(item));
}

function values({ bytes, shape, release }: DataItem): number[] {
  const copy = [...new Float64Array(bytes.buffer, bytes.byteOffset, shape[0])];
  release?.();
  return copy;
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe("WorkerNode", () => {
  it("computes tasks, serves their results and frees them", async () => {
    const worker = await joinWorker();
    scheduler.addLayers(0, layers);
    scheduler.compute(0, [
      { task: 10, layer: 0, block: 2 },
      { task: 11, layer: 1, block: 2, operands: [10, 10] },
    ]);
    await scheduler.finished(2);
    const doubled = range(16, 24).map((v) => 2 * v);
    expect(await fetchValues(worker, [11, 99, 10])).toEqual([doubled, undefined, range(16, 24)]);
    scheduler.say(0, { type: "freeTasks", tasks: [10, 11] });
    scheduler.say(0, { type: "shutdownWorker", reason: "done" });
    expect(await worker.closed).toMatchObject({ failed: false, reason: "done" });
    expect(worker.memory.pool.bytesInUse).toBe(0);
  });

  it("fetches operands from the worker that holds them", async () => {
    await joinWorker();
    const second = await joinWorker();
    scheduler.addLayers(0, layers);
    scheduler.compute(0, [{ task: 1, layer: 0, block: 1 }]);
    await scheduler.finished(1);
    scheduler.addLayers(1, layers);
    scheduler.compute(1, [{ task: 2, layer: 1, block: 1, operands: [1, 1], operandWorker: 0 }]);
    await scheduler.finished(1);
    expect(await scheduler.hear("replicasAdded")).toMatchObject({ tasks: [1], bytes: [64] });
    expect(await fetchValues(second, [2])).toEqual([range(8, 16).map((v) => 2 * v)]);
  });

  it("fetches only the parts of operands that a task reads", async () => {
    const turned = rechunk(x, [[5, 11, 16]]);
    const exchange = [[x.layer, []] as const, [turned.layer, [0]] as const];
    await joinWorker();
    const second = await joinWorker();
    scheduler.addLayers(0, exchange);
    scheduler.compute(
      0,
      [0, 1].map((block) => ({ task: block, layer: 0, block })),
    );
    await scheduler.finished(2);
    scheduler.addLayers(1, exchange);
    scheduler.compute(1, [{ task: 9, layer: 1, block: 1, operands: [0, 1], operandWorker: 0 }]);
    await scheduler.finished(1);
    // Three elements of the first block; the second is read whole, and may be of use to others.
    expect(await scheduler.hear("piecesFetched")).toMatchObject({ tasks: [9], bytes: [24] });
    expect(await scheduler.hear("replicasAdded")).toMatchObject({ tasks: [1], bytes: [64] });
    expect(await fetchValues(second, [9])).toEqual([range(5, 16)]);
    expect(second.memory.store.size).toBe(2);
  });

  it("learns of layers before those that they read", async () => {
    const worker = await joinWorker();
    scheduler.addLayers(0, [layers[1] as (typeof layers)[number]], 1);
    scheduler.addLayers(0, [layers[0] as (typeof layers)[number]]);
    scheduler.compute(0, [
      { task: 10, layer: 0, block: 2 },
      { task: 11, layer: 1, block: 2, operands: [10, 10] },
    ]);
    await scheduler.finished(2);
    expect(await fetchValues(worker, [11])).toEqual([range(16, 24).map((v) => 2 * v)]);
  });

  it("fetches blocks of arrays that a client holds", async () => {
    const worker = await joinWorker();
    const server = await transport.serveData("inproc://*", (request) => {
      if (request.type !== "getServed" || request.layer !== held.name) return [undefined];
      const bytes = new Uint8Array(Float64Array.of(request.block, 7).buffer);
      return [{ dtype: "float64", shape: [2], bytes }];
    });
    const held = nameLayer<SourceLayer>("data", {
      kind: "source",
      inputs: [],
      chunks: [blocks(3, 2)],
      dtype: "float64",
      generator: { type: "held", address: server.address },
    });
    scheduler.addLayers(0, [[held, []]]);
    scheduler.compute(0, [{ task: 5, layer: 0, block: 2 }]);
    await scheduler.finished(1);
    expect(await fetchValues(worker, [5])).toEqual([[2, 7]]);
    await server.close();
    scheduler.compute(0, [{ task: 6, layer: 0, block: 1 }]);
    const { error } = await scheduler.hear("taskErred");
    expect(error.message).toMatch(/^data-\w{7}\(1\) failed on worker w0: .*is gone/);
  });

  it("reports a task that failed with its key, the worker and the stack", async () => {
    const missing = nameLayer<SourceLayer>("npy", {
      kind: "source",
      inputs: [],
      chunks: [[2]],
      dtype: "float64",
      generator: {
        type: "npy",
        path: "/nowhere/data.npy",
        byteOffset: 128,
        fortranOrder: false,
        bigEndian: false,
      },
    });
    await joinWorker();
    scheduler.addLayers(0, [[missing, []]]);
    scheduler.compute(0, [{ task: 1, layer: 0, block: 0 }]);
    const { task, error } = await scheduler.hear("taskErred");
    expect(task).toBe(1);
    expect(error).toMatchObject({
      code: "task.failed",
      message: expect.stringMatching(/^npy-\w{7}\(0\) failed on worker w0: .*nowhere/),
      data: { worker: "w0", remoteStack: expect.stringContaining("readNpyBlock") },
      cause: { name: "ArgumentError" },
    });
  });

  it("refuses a block that is larger than its memory", async () => {
    const large = source([[1_000_000]]);
    await joinWorker(1_000_000);
    scheduler.addLayers(0, [[large.layer, []]]);
    scheduler.compute(0, [{ task: 1, layer: 0, block: 0, bytes: 8_000_000 }]);
    const { error } = await scheduler.hear("taskErred");
    expect(error).toMatchObject({ code: "task.memory" });
    expect(error.message).toMatch(/needs 8000000 bytes .* more than the 1000000 bytes/);
  });

  it("spills what does not fit, serves it from disk and reads it back for tasks", async () => {
    const directory = mkdtempSync(join(tmpdir(), "worker-node-"));
    const worker = await joinWorker(1_000_000, directory);
    const y = source([blocks(10, 20_000)], { type: "arange", start: 0, step: 1 });
    const twice = elementwise("add", y, y);
    scheduler.addLayers(0, [
      [y.layer, []],
      [twice.layer, [0]],
    ]);
    const bytes = 160_000;
    scheduler.compute(
      0,
      range(0, 10).map((task) => ({ task, layer: 0, block: task, bytes })),
    );
    await scheduler.finished(10);
    await expect.poll(() => worker.state.spilledBytes).toBeGreaterThanOrEqual(1_000_000);
    expect(worker.memory.store.bytes).toBe(worker.state.managedBytes);
    const fetched = await fetchValues(worker, range(0, 10));
    fetched.forEach((block, k) => {
      expect([block?.[0], block?.at(-1)]).toEqual([k * 20_000, k * 20_000 + 19_999]);
    });
    scheduler.compute(
      0,
      range(0, 10).map((k) => ({ task: 10 + k, layer: 1, block: k, bytes, operands: [k, k] })),
    );
    await scheduler.finished(10);
    const [third] = await fetchValues(worker, [13]);
    expect(third?.[5]).toBe(2 * 60_005);
    expect(worker.state.peakManagedBytes).toBeLessThanOrEqual(1_000_000);
    await worker.close();
    expect(readdirSync(directory)).toEqual([]);
    rmSync(directory, { recursive: true });
  });

  it("goes on without a disk, and says that a value is lost whose file is broken", async () => {
    const directory = mkdtempSync(join(tmpdir(), "worker-node-"));
    const worker = await joinWorker(1_000_000, directory);
    const y = source([blocks(10, 20_000)], { type: "arange", start: 0, step: 1 });
    const twice = elementwise("add", y, y);
    scheduler.addLayers(0, [
      [y.layer, []],
      [twice.layer, [0]],
    ]);
    const make = (tasks: number[]) =>
      scheduler.compute(
        0,
        tasks.map((task) => ({ task, layer: 0, block: task, bytes: 160_000 })),
      );
    make(range(0, 5));
    await scheduler.finished(5);
    await expect.poll(() => worker.state.tasks.get(0)?.place).toBe("spilled");
    await expect.poll(() => worker.state.writes).toBe(0);
    rmSync(join(directory, readdirSync(directory)[0] as string), { recursive: true });
    expect(await fetchValues(worker, [0])).toEqual([undefined]);
    scheduler.compute(0, [{ task: 20, layer: 1, block: 0, bytes: 160_000, operands: [0, 0] }]);
    expect(await scheduler.hear("inputsMissing")).toMatchObject({ inputs: [0], workers: [0] });
    expect(await scheduler.hear("inputsMissing")).toMatchObject({ tasks: [20] });
    make(range(5, 7));
    await scheduler.finished(2);
    await expect.poll(() => worker.state.diskFault).toContain(directory);
    expect(await fetchValues(worker, [6])).toMatchObject([range(120_000, 140_000)]);
    rmSync(directory, { recursive: true });
  });

  it("ends when it is refused", async () => {
    scheduler.refuseWorkers();
    const worker = await startWorker();
    expect(await worker.closed).toMatchObject({
      failed: true,
      reason: expect.stringContaining("wrong version"),
    });
  });

  it("ends when its scheduler is gone", async () => {
    const worker = await joinWorker();
    await scheduler.close();
    expect(await worker.closed).toMatchObject({ failed: true });
  });

  it("takes leave when it is closed", async () => {
    const worker = await joinWorker();
    expect(await worker.close("enough")).toMatchObject({ failed: false, reason: "enough" });
    expect(await scheduler.hear("closeWorker")).toMatchObject({ reason: "enough" });
  });
});
