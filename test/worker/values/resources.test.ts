// Abstract resources, and executions that is no longer wanted.
import { describe, expect, it } from "vitest";
import { FakeShell, LAYER } from "../fake-shell.js";

const GPU = { resources: { GPU: 1 } };

describe("resources", () => {
  it("are taken when a task is given out, and hold up no other task", () => {
    const shell = FakeShell.running({ threads: 4, resources: { GPU: 1 } });
    shell.assign({ task: 1, ...GPU }, { task: 2, ...GPU }, { task: 3 }, { task: 4 });
    expect(shell.tasksExecuting()).toEqual([1, 3, 4]);
    shell.finish([3]);
    expect(shell.tasksExecuting()).toEqual([1, 4]);
    shell.finish([1]);
    expect(shell.tasksExecuting()).toEqual([4, 2]);
  });

  it("bound what is given out ahead, however short the tasks are", () => {
    const shell = FakeShell.running({ threads: 2, resources: { GPU: 2 } });
    shell.assign(...Array.from({ length: 100 }, (_, task) => ({ task, ...GPU })));
    for (let task = 0; task < 98; task += 2) {
      expect(shell.tasksExecuting()).toEqual([task, task + 1]);
      shell.finish([task, task + 1], 8, 0.001);
    }
  });

  it("go to the most urgent of those that fit", () => {
    const shell = FakeShell.running({ threads: 4, resources: { MEM: 10 } });
    const takes = (MEM: number) => ({ resources: { MEM } });
    shell.assign({ task: 1, ...takes(8) }, { task: 2, ...takes(9) }, { task: 3, ...takes(2) });
    expect(shell.tasksExecuting()).toEqual([1, 3]);
    shell.assign({ task: 4, ...takes(1), priority: 0 });
    shell.finish([3]);
    expect(shell.tasksExecuting()).toEqual([1, 4]);
    shell.finish([1]);
    expect(shell.tasksExecuting()).toEqual([4, 2]);
  });

  it("go to the next when a task that they were left for does not begin", () => {
    const leave: ((shell: FakeShell) => void)[] = [
      (shell) => shell.free(2),
      (shell) => shell.tell({ type: "stealTasks", tasks: [2], attempts: [0] }),
    ];
    for (const leaves of leave) {
      const shell = FakeShell.running({ threads: 1, resources: { GPU: 1 } });
      shell.assign({ task: 1, ...GPU }, { task: 2, ...GPU }, { task: 3, ...GPU }, { task: 4 });
      shell.assign({ task: 5, priority: 0 });
      // The thread goes to a more urgent task first.
      shell.finish([1]);
      expect(shell.tasksExecuting()).toEqual([4, 5]);
      leaves(shell);
      shell.finish([4, 5]);
      expect(shell.tasksExecuting()).toEqual([3]);
    }
    const shell = FakeShell.running({ resources: { GPU: 1 } });
    shell.assign({ task: 1, ...GPU }, { task: 2, layer: LAYER + 1, ...GPU }, { task: 3, ...GPU });
    shell.finish([1]);
    expect(shell.sentOf("taskErred")).toMatchObject([{ task: 2 }]);
    expect(shell.tasksExecuting()).toEqual([3]);
  });

  it("go to the next when others take a part of what a task needs in its turn", () => {
    const shell = FakeShell.running({ threads: 4, resources: { GPU: 1, MEM: 1 } });
    shell.assign(
      { task: 1, resources: { GPU: 1, MEM: 1 } },
      { task: 2, resources: { GPU: 1, MEM: 1 } },
      { task: 3, ...GPU },
    );
    const maker = new Uint8Array(1);
    const actor = { actor: "x-1", incarnation: 1, maker, concurrency: 1 } as const;
    shell.tell({ type: "startActor", ...actor, resources: { MEM: 1 } });
    shell.finish([1]);
    expect([shell.actors, shell.tasksExecuting()]).toEqual([["x-1"], [3]]);
  });

  it("come back when a task fails", () => {
    const shell = FakeShell.running({ resources: { GPU: 1 } });
    shell.assign({ task: 1, ...GPU }, { task: 2, ...GPU });
    shell.fail(1);
    expect(shell.tasksExecuting()).toEqual([2]);
  });
});

describe("cancelling", () => {
  it("takes back what no thread has begun, and drops what ends all the same", () => {
    const shell = FakeShell.running({ threads: 1, resources: { GPU: 2 } });
    shell.assign({ task: 1, ...GPU }, { task: 2, ...GPU }, { task: 3, ...GPU }, { task: 4 });
    expect(shell.tasksExecuting()).toEqual([1, 2]);
    shell.free(1, 2, 3);
    expect(shell.cancelled).toEqual([1, 2]);
    shell.withdraw(2);
    expect(shell.tasksExecuting()).toEqual([1, 4]);
    expect([shell.state.executing, shell.state.freeResources.get("GPU")]).toEqual([2, 1]);
    shell.finish([1]);
    expect([...shell.store]).toEqual([]);
    expect(shell.finished()).toEqual([]);
    expect([shell.state.executing, shell.state.freeResources.get("GPU")]).toEqual([1, 2]);
  });

  it("lets a task that is wanted again run after it was taken back", () => {
    const shell = FakeShell.running({ threads: 1 });
    shell.assign({ task: 1 }, { task: 2 });
    shell.free(2);
    shell.assign({ task: 2, attempt: 1 });
    expect(shell.tasksExecuting()).toEqual([1, 2]);
    shell.withdraw(2);
    expect(shell.executing.map(({ task, attempt }) => [task, attempt])).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });
});
