import { describe, expect, it } from "vitest";
import { FakeShell } from "../fake-shell.js";

const MEBI = 2 ** 20;

describe("transfers", () => {
  it("ask each peer once for many values, and never twice for one", () => {
    const shell = FakeShell.running();
    shell.assign(
      { task: 1, operands: [[10, 1]] },
      {
        task: 2,
        operands: [
          [10, 1],
          [20, 2],
        ],
      },
      {
        task: 3,
        operands: [
          [11, 1],
          [12, 1],
          [20, 2],
        ],
      },
    );
    // What was wanted when the first message came goes at once, the rest when that is back.
    expect(shell.fetching.map(({ worker, tasks }) => [worker, tasks])).toEqual([
      [1, [10, 11, 12]],
      [2, [20]],
    ]);
    shell.arrive();
    expect(shell.tasksExecuting()).toEqual([1]);
    shell.arrive();
    expect(shell.tasksExecuting()).toEqual([1, 2, 3]);
    expect(shell.sentOf("replicasAdded")).toEqual([
      { type: "replicasAdded", tasks: [10, 11, 12], bytes: [8, 8, 8], transferMs: 2 },
      { type: "replicasAdded", tasks: [20], bytes: [8], transferMs: 2 },
    ]);
  });

  it("note how long a request was at the peer, if it was not answered at once", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1, operands: [[10, 1]] }, { task: 2, operands: [[20, 2]] });
    shell.arrive([], 8, 1.5);
    shell.arrive([], 8, 0.01);
    const { spans } = shell.state;
    expect(spans.sumsOf("held")).toMatchObject({ count: 1, totalMs: 1.5 });
    expect(spans.sumsOf("transfer")).toMatchObject({ count: 2, totalMs: 4 });
  });

  it("collect what is wanted while a request is under way, most urgent first", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1, operands: [[10, 1]] });
    shell.assign({ task: 2, priority: 9, operands: [[11, 1]] });
    shell.assign({ task: 3, priority: 4, operands: [[12, 1]] });
    expect(shell.fetching).toHaveLength(1);
    shell.arrive();
    expect(shell.fetching.map(({ tasks }) => tasks)).toEqual([[12, 11]]);
  });

  it("fill a large peer's link with two requests, and keep all within the bound", () => {
    const shell = FakeShell.running({ fetchesMax: 3 });
    const large = (task: number, worker: number) => ({
      task,
      operands: [[task + 100, worker, 12 * MEBI] as const],
    });
    shell.assign(large(1, 1), large(2, 1), large(3, 1), large(4, 2), large(5, 2));
    expect(shell.fetching.map(({ tasks }) => tasks)).toEqual([[101], [102], [104]]);
    shell.arrive();
    expect(shell.fetching.map(({ tasks }) => tasks)).toEqual([[102], [104], [103]]);
  });

  it("report what is not available, with all the tasks given up for it", () => {
    const shell = FakeShell.running();
    shell.assign(
      { task: 1, operands: [[10, 1]] },
      {
        task: 2,
        operands: [
          [10, 1],
          [20, 2],
        ],
      },
      { task: 3, operands: [[2]] },
      { task: 4, operands: [[11, 1]] },
    );
    shell.arrive([10]);
    expect(shell.missing()).toEqual([
      {
        type: "inputsMissing",
        tasks: [1, 2, 3],
        attempts: [0, 0, 0],
        inputs: [10],
        workers: [1],
      },
    ]);
    expect(shell.tasksExecuting()).toEqual([4]);
    // No one needs 20 any more: it is dropped when it comes, and no one hears of it.
    shell.arrive();
    expect(shell.replicas()).toEqual([11]);
    expect([...shell.store]).toEqual([11]);
  });

  it("that fail as a whole lose all their values", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1, operands: [[10, 1]] }, { task: 2, operands: [[11, 1]] });
    shell.failFetch();
    expect(shell.missing()[0]).toMatchObject({ tasks: [1, 2], inputs: [10, 11], workers: [1, 1] });
    expect(shell.missing()[0]).toMatchObject({ unreachable: [1] });
  });

  it("from a lost worker fail at once, and its late answer is dropped", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1, operands: [[10, 1]] });
    shell.assign({ task: 2, operands: [[11, 1]] });
    shell.tell({ type: "workerLost", worker: 1 });
    expect(shell.missing()[0]).toMatchObject({ tasks: [1, 2], inputs: [10, 11], workers: [1, 1] });
    shell.assign({ task: 1, attempt: 1, operands: [[10, 2]] });
    expect(shell.fetching.map(({ worker }) => worker)).toEqual([1]);
    shell.arrive();
    expect(shell.store.size).toBe(0);
    expect(shell.fetching.map(({ worker, tasks }) => [worker, tasks])).toEqual([[2, [10]]]);
    shell.arrive();
    expect(shell.executing).toMatchObject([{ task: 1, attempt: 1 }]);
  });

  it("from a silent worker are given up: others are asked, and it is for what only it has", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1, operands: [[10, 1]] }, { task: 2, operands: [[11, 1]] });
    expect(shell.fetching.map(({ worker, tasks }) => [worker, tasks])).toEqual([[1, [10, 11]]]);
    shell.free(1);
    shell.tell({ type: "workerSilent", worker: 1 });
    shell.assign({ task: 1, attempt: 1, operands: [[10, 2]] });
    shell.failFetch();
    expect(shell.missing()).toEqual([]);
    const asked = shell.fetching.map(({ worker, tasks }) => [worker, tasks]);
    expect(new Set(asked)).toEqual(
      new Set([
        [1, [11]],
        [2, [10]],
      ]),
    );
    while (shell.fetching.length > 0) shell.arrive();
    expect(shell.tasksExecuting().sort()).toEqual([1, 2]);
    // A request that fails later is a failure again.
    shell.assign({ task: 3, operands: [[12, 1]] });
    shell.failFetch();
    expect(shell.missing()[0]).toMatchObject({ tasks: [3], inputs: [12], workers: [1] });
  });

  it("cannot be obtained of unknown workers, nor of this one when nothing makes the value here", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1, operands: [[10, 55]] }, { task: 2, operands: [[20], [21, 1]] });
    expect(shell.missing()).toEqual([
      {
        type: "inputsMissing",
        tasks: [1, 2],
        attempts: [0, 0],
        inputs: [10, 20],
        workers: [55, 7],
      },
    ]);
    expect(shell.fetching).toEqual([]);
  });

  it("give way when the task itself is to be run here", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 2, operands: [[1, 1]] });
    shell.assign({ task: 1 });
    expect(shell.executing).toEqual([]);
    shell.arrive();
    expect(shell.tasksExecuting()).toEqual([1]);
    shell.finish([1]);
    expect(shell.tasksExecuting()).toEqual([2]);
  });
});
