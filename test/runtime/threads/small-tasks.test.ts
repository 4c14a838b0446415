// Tasks that the main thread computes by itself: tiny ones, when there are few, and none that run
// what a user wrote.
import { afterEach, describe, expect, it } from "vitest";
import { random } from "../../../src/array/index.js";
import type { Layer, MapBlocksLayer } from "../../../src/graph/model/layer.js";
import { graphBelow, layersOf } from "../../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { nameLayer } from "../../../src/graph/model/naming.js";
import { optimize } from "../../../src/graph/passes/optimize.js";
import { Executions } from "../../../src/runtime/threads/executions.js";
import { SMALL_TASKS_MAX } from "../../../src/runtime/threads/small-tasks.js";
import { WorkerMemory } from "../../../src/runtime/values/worker-memory.js";
import type { WorkerEvent } from "../../../src/worker/state/events.js";
import type { KnownLayer } from "../../../src/worker/state/task-records.js";
import { blocks, elementwise, source } from "../../graph/example-layers.js";

/** Executions without a worker around them. */
class Scene {
  readonly memory = new WorkerMemory(2 ** 30);
  readonly events: WorkerEvent[] = [];
  readonly executions = new Executions({
    workerName: "test",
    threads: 1,
    memory: this.memory,
    fetchTimeoutMs: 1_000,
    fetcher: { fetch: () => Promise.reject(), forget: () => {}, close: async () => {} },
    report: (event) => this.events.push(event),
    printed: () => undefined,
    refers: () => {},
    lineOpened: () => {},
    threadDied: () => {},
    crashed: (error) => {
      throw error;
    },
  });
  readonly #layers = new Map<number, KnownLayer>();

  /** Makes a layer known; its inputs come first. */
  add(id: number, { layer }: LayerNode, inputs: readonly number[] = []): void {
    const record = { layer, inputs, inlineBytesMax: -1, regions: undefined, durationMs: -1 };
    this.#layers.set(id, record);
    this.executions.keepLayers({ type: "keepLayers", added: [id], dropped: [] }, this.#layers);
  }

  /** Has block `block` of a layer computed as task number `task`. */
  execute(layer: number, block: number, task: number, operands: readonly number[] = []): void {
    this.executions.execute({ type: "execute", task, attempt: 1, layer, block, operands });
  }

  finishedTasks(): number[] {
    return this.events.flatMap((event) =>
      event.type === "executionsFinished" ? [...event.tasks] : [],
    );
  }

  async untilFinished(count: number): Promise<void> {
    while (this.finishedTasks().length < count) {
      await new Promise(setImmediate);
      this.executions.flush();
    }
  }

  valuesOf(task: number): number[] {
    const value = this.memory.store.pin(task);
    if (value === undefined) return [];
    this.memory.store.unpin(value);
    const { buffer, byteOffset } = value.memory;
    return [...new Float64Array(buffer, byteOffset, value.bytes / 8)];
  }
}

let scene: Scene;
afterEach(() => scene.executions.close());

const arange = (count: number, length: number) =>
  source([blocks(count, length)], { type: "arange", start: 0, step: 1 });

describe("Executions", () => {
  it("computes a few tiny blocks at once, and blocks of those", () => {
    scene = new Scene();
    const x = arange(3, 2);
    scene.add(0, x);
    scene.add(1, elementwise("add", x, x), [0]);
    for (let block = 0; block < 3; block++) scene.execute(0, block, block);
    scene.executions.flush();
    expect(scene.finishedTasks()).toEqual([0, 1, 2]);
    scene.execute(1, 2, 3, [2, 2]);
    scene.executions.flush();
    expect(scene.finishedTasks()).toEqual([0, 1, 2, 3]);
    expect(scene.valuesOf(3)).toEqual([8, 10]);
  });

  it("reports what a tiny block throws, and frees its memory", () => {
    scene = new Scene();
    const x = arange(1, 1);
    const y = arange(1, 2);
    scene.add(0, x);
    scene.add(1, y);
    scene.add(2, elementwise("add", x, y), [0, 1]);
    scene.execute(0, 0, 0);
    scene.executions.flush();
    const { bytesInUse } = scene.memory.pool;
    // These kernels throw for no values; an operand that is missing does.
    scene.execute(2, 0, 1, [0]);
    scene.executions.flush();
    expect(scene.events.at(-1)).toMatchObject({ type: "executionFailed", task: 1 });
    expect(scene.memory.pool.bytesInUse).toBe(bytesInUse);
  });

  it.each([
    ["more of them than a thread is worth", SMALL_TASKS_MAX + 1, 2],
    ["a block of some size", 1, 1_000],
  ])("leaves to threads %s", async (_what, count, length) => {
    scene = new Scene();
    scene.add(0, arange(count, length));
    for (let block = 0; block < count; block++) scene.execute(0, block, block);
    scene.executions.flush();
    expect(scene.finishedTasks()).toEqual([]);
    await scene.untilFinished(count);
    expect(scene.valuesOf(count - 1)[0]).toBe(length * (count - 1));
  });

  it("leaves to threads a sum of numbers that are drawn on the way", async () => {
    scene = new Scene();
    const { node } = random([100, 100], { chunks: 100, seed: 1 }).sum();
    const [layer, ...more] = layersOf(optimize(graphBelow([node])));
    expect(more).toEqual([]);
    scene.add(0, { layer: layer as Layer, inputs: [] });
    scene.execute(0, 0, 0);
    scene.executions.flush();
    expect(scene.finishedTasks()).toEqual([]);
    await scene.untilFinished(1);
    expect(scene.valuesOf(0)[0]).toBeCloseTo(5_000, -3);
  });

  it("leaves tiny blocks to a thread that has something to do, which they follow", async () => {
    scene = new Scene();
    scene.add(0, arange(1, 1_000));
    scene.add(1, arange(1, 2));
    scene.execute(0, 0, 0);
    scene.executions.flush();
    scene.execute(1, 0, 1);
    scene.executions.flush();
    expect(scene.finishedTasks()).toEqual([]);
    await scene.untilFinished(2);
    expect(scene.finishedTasks()).toEqual([0, 1]);
  });

  it("leaves users' functions to threads, whatever they take", async () => {
    scene = new Scene();
    const x = arange(1, 2);
    const { chunks, name } = x.layer;
    scene.add(0, x);
    scene.execute(0, 0, 0);
    scene.executions.flush();
    const layer = nameLayer<MapBlocksLayer>("mapBlocks", {
      kind: "mapBlocks",
      inputs: [name],
      chunks,
      dtype: "float64",
      function: { hash: "f", name: "f", source: "(x) => x", captured: {} },
      operands: [{ input: 0, axes: [0] }],
      loopChunks: chunks,
    });
    scene.add(1, { layer, inputs: [x] }, [0]);
    scene.execute(1, 0, 1, [0]);
    scene.executions.flush();
    expect(scene.finishedTasks()).toEqual([0]);
    await scene.untilFinished(2);
    expect(scene.valuesOf(1)).toEqual([0, 1]);
  });
});
