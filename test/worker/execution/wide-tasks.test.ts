// Tasks that take several threads of a worker, or a share of its memory, while they run.
import { describe, expect, it } from "vitest";
import { FakeShell } from "../fake-shell.js";

/** A task that takes that many threads. */
const wide = (threadsPerTask: number) => ({ resources: { threadsPerTask } });
/** A task that takes that many bytes. */
const heavy = (memoryPerTask: number) => ({ resources: { memoryPerTask } });

describe("a task of several threads", () => {
  it("begins when as many are free, and those after it let it have its turn", () => {
    const shell = FakeShell.running({ threads: 3 });
    shell.assign({ task: 1 }, { task: 2 }, { task: 3, ...wide(2) }, { task: 4 }, { task: 5 });
    expect(shell.tasksExecuting()).toEqual([1, 2]);
    shell.finish([1]);
    expect(shell.tasksExecuting()).toEqual([2, 3]);
    shell.finish([2]);
    expect(shell.tasksExecuting()).toEqual([3, 4]);
    shell.finish([3]);
    expect(shell.tasksExecuting().slice(0, 2)).toEqual([4, 5]);
  });

  it("is passed by more urgent ones only", () => {
    const shell = FakeShell.running({ threads: 2 });
    shell.assign({ task: 1 }, { task: 2, ...wide(2), priority: 5 });
    shell.assign({ task: 3, priority: 6 }, { task: 4, priority: 4 });
    expect(shell.tasksExecuting()).toEqual([1, 4]);
    shell.finish([1]);
    expect(shell.tasksExecuting()).toEqual([4]);
    shell.finish([4]);
    expect(shell.tasksExecuting()).toEqual([2]);
  });

  it("takes all threads of a worker that has fewer, and leaves them when it fails", () => {
    const shell = FakeShell.running({ threads: 2 });
    shell.assign({ task: 1, ...wide(9) }, { task: 2, ...wide(2) });
    expect(shell.tasksExecuting()).toEqual([1]);
    shell.fail(1);
    expect(shell.tasksExecuting()).toEqual([2]);
  });

  it("takes none while it waits for others", () => {
    const shell = FakeShell.running({ threads: 2 });
    shell.assign({ task: 1, ...wide(2) }, { task: 2 });
    shell.suspend(1);
    expect(shell.tasksExecuting()).toEqual([1, 2]);
    shell.resume(1);
    shell.assign({ task: 3 });
    shell.finish([2]);
    expect(shell.tasksExecuting()).toEqual([1]);
    shell.finish([1]);
    expect(shell.tasksExecuting()).toEqual([3]);
  });

  it("waits for threads, too, when its operands come back from disk", () => {
    const options = { threads: 2, memoryLimitBytes: 1e6, memoryPause: 0, spillBytesMin: 1 };
    const shell = FakeShell.running(options);
    shell.assign({ task: 1, bytes: 7e5 });
    shell.finish([1], 7e5);
    expect(shell.writing).toEqual([1]);
    shell.write();
    shell.assign({ task: 2, ...wide(2), operands: [[1]] }, { task: 3, bytes: 8 });
    expect([shell.reading, shell.tasksExecuting()]).toEqual([[1], [3]]);
    shell.read();
    expect(shell.tasksExecuting()).toEqual([3]);
    shell.assign({ task: 4 });
    shell.finish([3]);
    expect(shell.tasksExecuting()).toEqual([2]);
  });
});

describe("a share of memory", () => {
  it("is taken while the task runs, beside its operands and its result", () => {
    const shell = FakeShell.running({ threads: 4, memoryLimitBytes: 1_000 });
    shell.assign({ task: 1, bytes: 8, ...heavy(500) }, { task: 2, bytes: 8, ...heavy(500) });
    expect(shell.tasksExecuting()).toEqual([1]);
    shell.assign({ task: 3, bytes: 8, ...heavy(200) });
    shell.finish([1]);
    expect(shell.tasksExecuting()).toEqual([2, 3]);
    expect(shell.state.reservedBytes).toBe(716);
  });

  it("is refused where it can never be had", () => {
    const shell = FakeShell.running({ memoryLimitBytes: 1_000 });
    shell.assign({ task: 1, bytes: 8, ...heavy(1_000) });
    const [failed] = shell.sent.filter(({ type }) => type === "taskErred");
    expect(failed).toMatchObject({
      error: {
        code: "task.memory",
        message: expect.stringContaining("and its own memory (1000 bytes)"),
      },
    });
  });
});
