// Executions that wait for what others compute: as many others begin, and their own keep what they
// have.
import { describe, expect, it } from "vitest";
import { FakeShell } from "../fake-shell.js";

describe("an execution that waits", () => {
  it("leaves its thread to others, and takes one again", () => {
    const shell = FakeShell.running({ threads: 1 });
    shell.assign(...[1, 2, 3, 4].map((task) => ({ task })));
    expect(shell.tasksExecuting()).toEqual([1, 2]);
    shell.suspend(1);
    expect(shell.tasksExecuting()).toEqual([1, 2, 3]);
    shell.suspend(2, 3);
    expect(shell.tasksExecuting()).toEqual([1, 2, 3, 4]);
    expect(shell.state.executing).toBe(1);
    shell.resume(1, 2);
    expect(shell.state.executing).toBe(3);
    shell.assign({ task: 5 });
    expect(shell.tasksExecuting()).toEqual([1, 2, 3, 4]);
    shell.finish([1, 2]);
    shell.finish([3, 4]);
    expect(shell.tasksExecuting()).toEqual([5]);
    expect(shell.state.executing).toBe(1);
  });

  it("learns of, but not when it is no longer wanted", () => {
    const shell = FakeShell.running({ threads: 1 });
    shell.assign({ task: 1 }, { task: 2, attempt: 3 });
    shell.suspend(1, 2);
    shell.free(1);
    shell.resume(1);
    shell.resume(2);
    // Once more changes nothing.
    shell.resume(2);
    const told = shell.sent.filter(
      ({ type }) => type === "tasksSuspended" || type === "tasksResumed",
    );
    expect(told).toEqual([
      { type: "tasksSuspended", tasks: [1, 2], attempts: [0, 3] },
      { type: "tasksResumed", tasks: [2], attempts: [3] },
    ]);
    expect(shell.state.executing).toBe(2);
    shell.finish([1, 2]);
    expect(shell.state.executing).toBe(0);
    expect(shell.state.tasks.has(1)).toBe(false);
  });

  it("keeps its operands and its resources", () => {
    const shell = FakeShell.running({ threads: 1, resources: { GPU: 1 } });
    shell.assign({ task: 1 }, { task: 2, operands: [[1]], resources: { GPU: 1 } });
    shell.finish([1]);
    shell.assign({ task: 3, resources: { GPU: 1 } });
    shell.suspend(2);
    expect(shell.state.tasks.get(1)?.pins).toBe(1);
    expect(shell.tasksExecuting()).toEqual([2]);
    shell.finish([2]);
    expect(shell.tasksExecuting()).toEqual([3]);
  });
});
