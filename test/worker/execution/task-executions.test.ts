import { describe, expect, it } from "vitest";
import type { SourceLayer } from "../../../src/graph/model/layer.js";
import { nameLayer } from "../../../src/graph/model/naming.js";
import type { KnownLayer } from "../../../src/worker/state/task-records.js";
import { FakeShell, LAYER } from "../fake-shell.js";

describe("executions", () => {
  it("run by priority, then by arrival, one more than there are threads", () => {
    const shell = FakeShell.running({ threads: 1 });
    shell.assign(
      { task: 1, priority: 5 },
      { task: 2, priority: 3 },
      { task: 3, priority: 3 },
      { task: 4, priority: 1 },
    );
    expect(shell.tasksExecuting()).toEqual([4, 2]);
    shell.finish([4]);
    shell.finish([2]);
    shell.finish([3]);
    shell.finish([1]);
    expect(shell.finished()).toEqual([4, 2, 3, 1]);
    expect(shell.state.managedBytes).toBe(32);
  });

  it("are given out in heaps while they are tiny, and sparingly while they are long", () => {
    const shell = FakeShell.running({ threads: 2 });
    shell.assign(...Array.from({ length: 2000 }, (_, task) => ({ task })));
    expect(shell.executing.length).toBe(3);
    shell.finish([0, 1, 2], 8, 0.001);
    expect(shell.executing.length).toBe(512);
    shell.finish(shell.tasksExecuting(), 8, 10);
    expect(shell.executing.length).toBe(4);
  });

  it("are no more than one ahead of all threads where values take a third of memory", () => {
    const shell = FakeShell.running({ threads: 2, memoryLimitBytes: 1_000 });
    shell.assign(...Array.from({ length: 10 }, (_, task) => ({ task })));
    shell.finish([0, 1], 8, 10);
    expect(shell.executing.length).toBe(4);
    shell.finish([2, 3, 4, 5], 80, 10);
    expect(shell.executing.length).toBe(3);
  });

  it("keep about two milliseconds of work before each thread", () => {
    const shell = FakeShell.running({ threads: 2 });
    shell.assign(...Array.from({ length: 100 }, (_, task) => ({ task })));
    shell.finish([0, 1, 2], 8, 0.5);
    expect(shell.executing.length).toBe(8);
  });

  it("wait for operands that earlier tasks here will make", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1 }, { task: 2, operands: [[1], [1]] }, { task: 3, operands: [[2, 7]] });
    expect(shell.tasksExecuting()).toEqual([1]);
    shell.finish([1]);
    expect(shell.executing[0]?.operands).toEqual([1, 1]);
    shell.finish([2]);
    shell.finish([3]);
    expect(shell.finished()).toEqual([1, 2, 3]);
  });

  it("answer a client that follows before the report, where the result is inline", () => {
    const shell = FakeShell.running();
    const layer = shell.state.layers.get(LAYER) as KnownLayer;
    shell.state.layers.set(LAYER, { ...layer, inlineBytesMax: 8 });
    const follower = (task: number) => ({ name: "client", graph: `graph-${task}`, task });
    const actions: string[] = [];
    shell.onAction = (action) => {
      if (action.type === "answerFollower") actions.push(action.follower.graph);
      if (action.type === "send") actions.push(action.message.type);
    };
    for (const [task, bytes] of [8, 9].entries()) {
      shell.assign({ task, follower: follower(task) });
      shell.finish([task], bytes);
    }
    shell.assign({ task: 3 });
    shell.finish([3], 8);
    expect(actions).toEqual(["graph-0", "tasksFinished", "tasksFinished", "tasksFinished"]);
  });

  it("report in one message what finished in one event", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1 }, { task: 2 });
    shell.finish([1, 2], 16, 3);
    expect(shell.sent).toEqual([
      {
        type: "tasksFinished",
        tasks: [1, 2],
        attempts: [0, 0],
        bytes: [16, 16],
        durationsMs: [3, 3],
      },
    ]);
  });

  it("let reports wait while what reads their results goes on here, as long as all are short", () => {
    const shell = FakeShell.running({ threads: 1 });
    const reports: string[] = [];
    shell.onAction = (action) => {
      if (action.type !== "send") return;
      reports.push(action.canWait === true ? "waits" : "at once");
    };
    const chain = Array.from({ length: 12 }, (_, task) => ({
      task,
      operands: task === 0 ? [] : [[task - 1] as const],
    }));
    shell.assign(...chain);
    for (const { task } of chain.slice(0, 8)) shell.finish([task], 8, 0.1);
    expect(reports.splice(0)).toEqual([...new Array(6).fill("waits"), "at once", "waits"]);
    shell.finish([8], 8, 20);
    expect(reports.splice(0)).toEqual(["at once"]);
    for (const { task } of chain.slice(9)) shell.finish([task], 8, 0.1);
    expect(reports.splice(0)).toEqual(["waits", "waits", "at once"]);
  });

  it("report a failure with its attempt and give up what waits for it", () => {
    const shell = FakeShell.running();
    shell.assign(
      { task: 1, attempt: 4 },
      { task: 2, operands: [[1]] },
      { task: 3, operands: [[2]] },
    );
    shell.fail(1);
    expect(shell.sentOf("taskErred")).toMatchObject([{ task: 1, attempt: 4 }]);
    expect(shell.missing()).toEqual([
      { type: "inputsMissing", tasks: [2, 3], attempts: [0, 0], inputs: [], workers: [] },
    ]);
    expect(shell.state.tasks.size).toBe(0);
  });

  it("report a task whose layer never came", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1, layer: 99 }, { task: 2 });
    expect(shell.sentOf("taskErred")).toMatchObject([
      { task: 1, error: { message: "task 1 belongs to layer 99, which is not here" } },
    ]);
    expect(shell.tasksExecuting()).toEqual([2]);
  });

  it("are not begun twice for the same attempt, and an end that no one awaits is only logged", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1, attempt: 2 });
    shell.assign({ task: 1, attempt: 2 });
    shell.assign({ task: 1, attempt: 1 });
    expect(shell.tasksExecuting()).toEqual([1]);
    const columns = { bytes: [8], durationsMs: [1] };
    shell.tell({ type: "executionsFinished", tasks: [1], attempts: [1], ...columns });
    shell.tell({ type: "executionsFinished", tasks: [5], attempts: [0], ...columns });
    expect(shell.finished()).toEqual([]);
    expect(shell.logged.slice(-2)).toEqual([
      "an unknown execution ended",
      "an unknown execution ended",
    ]);
  });

  it("start again for a higher attempt, once the earlier one has ended", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1 }, { task: 2, operands: [[1]] });
    shell.assign({ task: 1, attempt: 1 });
    expect(shell.executing).toMatchObject([{ task: 1, attempt: 0 }]);
    shell.finish([1]);
    expect(shell.finished()).toEqual([]);
    expect(shell.executing).toMatchObject([{ task: 1, attempt: 1 }]);
    shell.finish([1]);
    expect(shell.tasksExecuting()).toEqual([2]);
  });

  it("are reported at once when the value is here already", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1 });
    shell.finish([1]);
    shell.assign({ task: 1, attempt: 1 });
    expect(shell.sentOf("tasksFinished").at(-1)).toMatchObject({ tasks: [1], attempts: [1] });
    expect(shell.executing).toEqual([]);
  });
});

describe("memory", () => {
  it("is too little for a task whose input, of a size that no one knew, turns out too large", () => {
    for (const [bytes, errors] of [
      [92, []],
      [93, [2]],
    ] as const) {
      const shell = FakeShell.running({ memoryLimitBytes: 100 });
      const layer = nameLayer<SourceLayer>("dynamic", {
        kind: "source",
        inputs: [],
        chunks: [[Number.NaN]],
        dtype: "float64",
        generator: { type: "full", value: 0 },
      });
      shell.tell({ type: "addLayers", layers: [{ id: 50, layer, inputs: [] }] });
      shell.assign(
        { task: 1, layer: 50, bytes: 1_000 },
        { task: 2, operands: [[1, -1, 0]] },
        { task: 3, operands: [[2]] },
      );
      shell.finish([1], bytes);
      expect(shell.sentOf("taskErred").map(({ task }) => task)).toEqual(errors);
      expect(shell.tasksExecuting()).toEqual(errors.length === 0 ? [2] : []);
      expect(shell.missing().flatMap(({ tasks }) => tasks)).toEqual(errors.length === 0 ? [] : [3]);
    }
  });

  it("holds roots back above the limit while something else can bring it down", () => {
    const shell = FakeShell.running({ threads: 4, memoryLimitBytes: 100 });
    shell.assign(...[1, 2, 3, 4].map((task) => ({ task, bytes: 30 })));
    expect(shell.tasksExecuting()).toEqual([1, 2]);
    expect(shell.state.reservedBytes).toBe(60);
    shell.finish([1], 30);
    expect(shell.tasksExecuting()).toEqual([2]);
    shell.assign({ task: 5, bytes: 15, operands: [[1]] });
    expect(shell.tasksExecuting()).toEqual([2, 5]);
  });

  it("runs one task at a time rather than none when everything is too large", () => {
    const shell = FakeShell.running({ memoryLimitBytes: 70 });
    shell.assign({ task: 1, bytes: 30 }, { task: 2, bytes: 30 });
    expect(shell.tasksExecuting()).toEqual([1]);
    shell.finish([1], 30);
    expect(shell.tasksExecuting()).toEqual([2]);
  });

  it("fetches operands before it begins more roots", () => {
    const shell = FakeShell.running({ memoryLimitBytes: 70 });
    shell.assign({ task: 1, bytes: 30 });
    shell.assign({ task: 3, bytes: 30 }, { task: 2, operands: [[9, 1, 30]] });
    expect(shell.fetching).toEqual([]);
    shell.finish([1], 30);
    expect(shell.fetching).toHaveLength(1);
    expect(shell.executing).toEqual([]);
    shell.arrive([], 30);
    expect(shell.tasksExecuting()).toEqual([2]);
  });

  it("is counted exactly, peak included", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1 }, { task: 2, operands: [[9, 1]] });
    shell.finish([1], 100);
    shell.arrive([], 50);
    shell.free(1);
    expect(shell.state.managedBytes).toBe(50);
    expect(shell.state.peakManagedBytes).toBe(150);
  });
});
