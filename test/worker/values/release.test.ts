import { describe, expect, it } from "vitest";
import { FakeShell } from "../fake-shell.js";

describe("freeing", () => {
  it("drops values, cancels what has not begun, and forgets what ends later", () => {
    const shell = FakeShell.running({ threads: 1 });
    shell.assign({ task: 1 }, { task: 2 }, { task: 3 });
    shell.finish([1]);
    expect(shell.tasksExecuting()).toEqual([2, 3]);
    shell.assign({ task: 4 });
    shell.free(1, 2, 4);
    expect([...shell.store]).toEqual([]);
    shell.finish([2]);
    shell.finish([3]);
    expect(shell.finished()).toEqual([1, 3]);
    expect([...shell.store]).toEqual([3]);
  });

  it("keeps a value until the executions that read it have ended", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1 });
    shell.finish([1], 100);
    shell.assign({ task: 2, operands: [[1], [1]] }, { task: 3, operands: [[1]] });
    shell.free(1);
    expect(shell.state.managedBytes).toBe(100);
    shell.finish([2]);
    expect(shell.store.has(1)).toBe(true);
    shell.finish([3]);
    expect(shell.store.has(1)).toBe(false);
    expect(shell.state.managedBytes).toBe(16);
  });

  it("of producer and consumer together drops both without a word", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1 }, { task: 2, operands: [[1], [10, 1]] });
    shell.finish([1]);
    shell.free(1, 2);
    expect(shell.missing()).toEqual([]);
    expect(shell.store.size).toBe(0);
    shell.arrive();
    expect(shell.store.size).toBe(0);
    expect(shell.replicas()).toEqual([]);
  });

  it("of an operand gives up the consumers that were not freed", () => {
    const shell = FakeShell.running({ threads: 1 });
    shell.assign({ task: 1 }, { task: 8 }, { task: 9 });
    shell.finish([1]);
    shell.assign({ task: 12, operands: [[1]] }, { task: 13, operands: [[12]] });
    shell.free(1);
    expect(shell.missing()).toMatchObject([{ tasks: [12, 13], inputs: [], workers: [] }]);
    expect(shell.store.size).toBe(0);
  });

  it("of something unknown does nothing", () => {
    const shell = FakeShell.running();
    shell.free(1, 2, 3);
    expect(shell.sent).toEqual([]);
  });
});

describe("a number given out again", () => {
  it("waits for the abandoned execution under it", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1 });
    shell.free(1);
    shell.assign({ task: 1 }, { task: 2, operands: [[1]] });
    expect(shell.executing).toHaveLength(1);
    shell.finish([1]);
    expect(shell.finished()).toEqual([]);
    shell.finish([1]);
    expect(shell.finished()).toEqual([1]);
    expect(shell.tasksExecuting()).toEqual([2]);
  });

  it("waits for the executions that read the old value", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1 });
    shell.finish([1]);
    shell.assign({ task: 2, operands: [[1]] });
    shell.free(1, 2);
    shell.assign({ task: 1 });
    expect(shell.tasksExecuting()).toEqual([2]);
    shell.finish([2]);
    expect(shell.tasksExecuting()).toEqual([1]);
  });

  it("waits for the abandoned fetch of it, even when that fails", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 2, operands: [[1, 1]] });
    shell.free(2);
    shell.assign({ task: 3, operands: [[1, 2]] });
    expect(shell.fetching.map(({ worker }) => worker)).toEqual([1]);
    shell.failFetch();
    expect(shell.fetching.map(({ worker }) => worker)).toEqual([2]);
    shell.arrive();
    expect(shell.replicas()).toEqual([1]);
  });

  it("fails and goes on like any other", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1 });
    shell.free(1);
    shell.assign({ task: 1 });
    shell.fail(1);
    expect(shell.sentOf("taskErred")).toEqual([]);
    expect(shell.tasksExecuting()).toEqual([1]);
  });
});
