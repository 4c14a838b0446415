import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { MapBlocksLayer } from "../../../src/graph/model/layer.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { nameLayer } from "../../../src/graph/model/naming.js";
import { blocks, elementwise, source } from "../../graph/example-layers.js";
import { type Task, ThreadScene } from "../thread-scene.js";

const LENGTH = 4;

let scene: ThreadScene;
afterEach(() => scene.pool.close());

function arange(count: number): LayerNode {
  return source([blocks(count, LENGTH)], { type: "arange", start: 0, step: 1 });
}

function mapBlocks(input: LayerNode, text: string): LayerNode {
  const layer = nameLayer<MapBlocksLayer>("mapBlocks", {
    kind: "mapBlocks",
    inputs: [input.layer.name],
    chunks: input.layer.chunks,
    dtype: "float64",
    function: { hash: text, name: "userFunction", source: text, captured: {} },
    operands: [{ input: 0, axes: [0] }],
    loopChunks: input.layer.chunks,
  });
  return { layer, inputs: [input] };
}

function valuesOf({ output }: Task): number[] {
  return [...new Float64Array(output.buffer, output.byteOffset, LENGTH)];
}

function expectedValues({ block }: Task): number[] {
  return Array.from({ length: LENGTH }, (_, i) => LENGTH * block + i);
}

describe("ThreadPool", () => {
  it("computes blocks, and blocks of those, in shared memory", async () => {
    scene = new ThreadScene(2);
    const x = arange(50);
    const sources = scene.tasksOf(x);
    await scene.run(sources);
    const sums = scene.tasksOf(elementwise("add", x, x), sources);
    // One operand, used twice.
    await scene.run(
      sums.map((task) => ({ ...task, operands: [...task.operands, ...task.operands] })),
    );
    expect(scene.ended).toHaveLength(50);
    for (const task of sources) expect(valuesOf(task)).toEqual(expectedValues(task));
    for (const task of sums) expect(valuesOf(task)).toEqual(expectedValues(task).map((v) => 2 * v));
  });

  it("runs thousands of tiny tasks, each once", async () => {
    scene = new ThreadScene(2);
    const tasks = scene.tasksOf(arange(10_000));
    await scene.run(tasks);
    expect(new Set(scene.ended).size).toBe(10_000);
    expect(tasks.every((task) => valuesOf(task)[0] === LENGTH * task.block)).toBe(true);
  });

  it("reports what a task throws and runs the others", async () => {
    scene = new ThreadScene(1);
    const x = arange(6);
    const sources = scene.tasksOf(x);
    await scene.run(sources);
    const text = "(x) => { if (x.data[x.offset] === 8) throw new RangeError('eight'); return x; }";
    await scene.run(scene.tasksOf(mapBlocks(x, text), sources));
    expect(scene.ended.map(({ block }) => block)).toEqual([0, 1, 3, 4, 5]);
    expect(scene.failed.map(({ task, error }) => [task.block, error.name, error.message])).toEqual([
      [2, "RangeError", "eight"],
    ]);
  });

  it("takes back tasks that no thread was given, and runs the others", async () => {
    scene = new ThreadScene(1);
    const tasks = scene.tasksOf(arange(5));
    const done = scene.run(tasks.filter(({ block }) => block === 0));
    // No one knows how long they take: the thread has one, the others wait.
    const others = tasks.filter(({ block }) => block !== 0);
    for (const task of others) scene.pool.submit(task);
    scene.pool.flush();
    const withdrawn = scene.pool.withdraw(({ block }) => block % 3 !== 0);
    expect(withdrawn.map(({ block }) => block)).toEqual([1, 2, 4]);
    await done;
    await scene.run(scene.tasksOf(arange(1)));
    expect(withdrawn.map((task) => valuesOf(task)[1])).toEqual([0, 0, 0]);
    expect(valuesOf(tasks[3] as Task)).toEqual(expectedValues(tasks[3] as Task));
  });

  describe("where a task takes longer than those before it", () => {
    /** A layer that is known to be short, and whose first block waits for a file. */
    function held(threads: number) {
      scene = new ThreadScene(threads);
      const x = arange(5);
      const path = join(mkdtempSync(join(tmpdir(), "tw-held-")), "go");
      const text = `(x) => {
        const { existsSync } = process.getBuiltinModule("node:fs");
        while (x.data[x.offset] === 0 && !existsSync(${JSON.stringify(path)}));
        return x;
      }`;
      return { x, text, go: () => writeFileSync(path, "") };
    }
    const blocksEnded = () => scene.ended.map(({ block }) => block).sort();

    it("takes back what its thread was given and has not begun", async () => {
      const { x, text, go } = held(1);
      const sources = scene.tasksOf(x);
      await scene.run(sources);
      const tasks = scene.tasksOf(mapBlocks(x, text), sources);
      tasks[0]?.threadLayer.learn(0.01);
      void scene.run(tasks);
      const withdrawn = scene.pool.withdraw(({ block }) => block % 3 !== 0);
      expect(withdrawn.map(({ block }) => block)).toEqual([1, 2, 4]);
      expect(scene.pool.withdraw(() => false)).toEqual([]);
      scene.pool.flush();
      go();
      await expect.poll(blocksEnded).toEqual([0, 3]);
      await scene.run(withdrawn);
      expect(blocksEnded()).toEqual([1, 2, 4]);
      for (const task of tasks) expect(valuesOf(task)).toEqual(expectedValues(task));
    });

    it("gives what waits on its thread to one that is idle", async () => {
      const { x, text, go } = held(2);
      const sources = scene.tasksOf(x);
      await scene.run(sources);
      const tasks = scene.tasksOf(mapBlocks(x, text), sources);
      tasks[0]?.threadLayer.learn(0.01);
      const done = scene.run(tasks);
      const afterLook = () => {
        scene.pool.noteMemory(0);
        scene.pool.flush();
        return blocksEnded();
      };
      await expect.poll(afterLook).toEqual([1, 2, 3, 4]);
      go();
      await done;
      expect(blocksEnded()).toEqual([0, 1, 2, 3, 4]);
    });

    it("gives the next task of a busy thread to one that is idle, at once", async () => {
      const { x, text, go } = held(2);
      const sources = scene.tasksOf(x);
      await scene.run(sources);
      const tasks = scene.tasksOf(mapBlocks(x, text), sources).slice(0, 3);
      tasks[0]?.threadLayer.learn(10);
      const done = scene.run(tasks);
      const afterFlush = () => {
        scene.pool.flush();
        return blocksEnded();
      };
      await expect.poll(afterFlush).toEqual([1, 2]);
      go();
      await done;
      expect(blocksEnded()).toEqual([0, 1, 2]);
    });
  });

  it("replaces a thread that a task ends, blames that task and runs the others again", async () => {
    scene = new ThreadScene(1);
    const x = arange(40);
    const sources = scene.tasksOf(x);
    await scene.run(sources);
    const text = "(x) => { if (x.data[x.offset] === 8) process.exit(3); return x; }";
    const tasks = scene.tasksOf(mapBlocks(x, text), sources);
    await scene.run(tasks);
    expect(scene.deaths).toHaveLength(1);
    expect(scene.failed.map(({ task, error }) => [task.block, error.message])).toEqual([
      [2, "its thread was ended: process.exit(3) was called"],
    ]);
    expect(scene.ended).toHaveLength(39);
    for (const task of scene.ended) expect(valuesOf(task)).toEqual(expectedValues(task));
  });

  it("goes on with layers and buffers that threads were asked to forget", async () => {
    scene = new ThreadScene(1);
    const [task] = scene.tasksOf(arange(1)) as [Task];
    await scene.run([task]);
    scene.pool.forgetLayer(task.threadLayer);
    scene.pool.forgetBuffers([task.output.bufferId], true);
    await scene.run([task]);
    expect(valuesOf(task)).toEqual([0, 1, 2, 3]);
    // What it was to forget travels with the same layer, again; then without a task, at a tick.
    scene.pool.forgetLayer(task.threadLayer);
    await scene.run([task]);
    scene.pool.forgetLayer(task.threadLayer);
    scene.pool.noteMemory(0);
    await scene.run([task]);
    expect(scene.ended).toEqual([task]);
  });

  it("ends threads that never come to an end by themselves", async () => {
    scene = new ThreadScene(2);
    const x = arange(1);
    const sources = scene.tasksOf(x);
    await scene.run(sources);
    void scene.run(scene.tasksOf(mapBlocks(x, "() => { for (;;); }"), sources));
    await scene.pool.close();
    expect(scene.ended).toEqual([]);
  });
});
