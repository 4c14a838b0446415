import { describe, expect, it } from "vitest";
import { FakeShell } from "../fake-shell.js";

function ask(shell: FakeShell, tasks: readonly number[], attempts = tasks.map(() => 0)): void {
  shell.tell({ type: "stealTasks", tasks, attempts });
}

function outcomes(shell: FakeShell) {
  return shell.sentOf("stealAnswered").map((answer) => answer.outcomes);
}

describe("giving tasks up for another worker", () => {
  it("releases what waits or is ready, and of the fetch that only it waited for", () => {
    const shell = FakeShell.running({ threads: 1 });
    shell.assign({ task: 1 }, { task: 2 }, { task: 3 }, { task: 4, operands: [[10, 1]] });
    expect(shell.tasksExecuting()).toEqual([1, 2]);
    ask(shell, [3, 4]);
    expect(outcomes(shell)).toEqual([["givenUp", "givenUp"]]);
    shell.arrive();
    expect(shell.store.size).toBe(0);
    shell.finish([1]);
    shell.finish([2]);
    expect(shell.finished()).toEqual([1, 2]);
    expect(shell.tasksExecuting()).toEqual([]);
  });

  it("keeps what has begun or is done, and knows nothing of other runs", () => {
    const shell = FakeShell.running({ threads: 1 });
    shell.assign({ task: 1 }, { task: 2 }, { task: 3 });
    shell.finish([1]);
    ask(shell, [1, 2, 3, 9], [0, 0, 7, 0]);
    expect(outcomes(shell)).toEqual([["begun", "unknown", "unknown"]]);
    shell.giveBack(2);
    expect(outcomes(shell)[1]).toEqual(["begun"]);
    shell.finish([2]);
    shell.finish([3]);
    expect(shell.finished()).toEqual([1, 2, 3]);
  });

  it("has the shell take back what no thread has, and its operands go", () => {
    const shell = FakeShell.running({ threads: 1 });
    shell.assign({ task: 1 }, { task: 2, operands: [[10, 1]] }, { task: 3 });
    shell.arrive();
    shell.finish([1]);
    expect(shell.tasksExecuting()).toEqual([3, 2]);
    ask(shell, [3, 2]);
    expect(outcomes(shell)).toEqual([]);
    shell.giveBack(3);
    expect(outcomes(shell)).toEqual([["begun", "givenUp"]]);
    expect(shell.tasksExecuting()).toEqual([3]);
    shell.free(10);
    expect(shell.store.has(10)).toBe(false);
    // It comes home.
    shell.assign({ task: 2, attempt: 1 });
    expect(shell.tasksExecuting()).toEqual([3, 2]);
  });

  it("knows nothing of a task that was released, or asked for again, before the shell has answered", () => {
    const shell = FakeShell.running({ threads: 1 });
    shell.assign({ task: 1 }, { task: 2 });
    ask(shell, [2]);
    shell.assign({ task: 2, attempt: 1 });
    shell.giveBack();
    expect(outcomes(shell)).toEqual([["unknown"]]);
    expect(shell.executing.map(({ task, attempt }) => [task, attempt])).toEqual([
      [1, 0],
      [2, 1],
    ]);
    ask(shell, [2], [1]);
    shell.free(2);
    shell.giveBack();
    expect(outcomes(shell)).toEqual([["unknown"], ["unknown"]]);
    expect(shell.state.tombstones.size).toBe(0);
    expect(shell.tasksExecuting()).toEqual([1]);
  });

  it("takes a task back that comes home", () => {
    const shell = FakeShell.running({ threads: 1 });
    shell.assign({ task: 1 }, { task: 2 }, { task: 3 });
    ask(shell, [3]);
    shell.assign({ task: 3, attempt: 3 });
    shell.finish([1]);
    expect(shell.tasksExecuting()).toEqual([2, 3]);
  });

  it("gives the shell no long task ahead, so that another worker may take it", () => {
    const shell = FakeShell.running({ threads: 1 });
    shell.assign({ task: 1 }, { task: 2 }, { task: 3 }, { task: 4 });
    shell.finish([1], 8, 1_000);
    shell.finish([2], 8, 1_000);
    expect(shell.tasksExecuting()).toEqual([3]);
    ask(shell, [4]);
    expect(outcomes(shell)).toEqual([["givenUp"]]);
  });
});
