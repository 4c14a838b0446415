// Copies that the scheduler wants here although no task reads them, and being given up by it.
import { describe, expect, test } from "vitest";
import { FakeShell } from "../fake-shell.js";

const acquire = (shell: FakeShell, task: number, worker = 1) =>
  shell.tell({ type: "acquireReplicas", tasks: [task], bytes: [100], workers: [worker] });

const answer = (shell: FakeShell, found: number[], missing: number[] = []) =>
  shell.tell({
    type: "fetchFinished",
    request: shell.fetching.at(-1)?.request ?? -1,
    found,
    bytes: found.map(() => 100),
    missing,
    transferMs: 1,
  });

const said = (shell: FakeShell, type: string) => shell.sent.filter((one) => one.type === type);

describe("a copy that the scheduler asks for", () => {
  test("is fetched and reported, and kept until it is freed", () => {
    const shell = FakeShell.running();
    acquire(shell, 5);
    expect(shell.fetching).toMatchObject([{ worker: 1, tasks: [5] }]);
    shell.store.add(5);
    answer(shell, [5]);
    expect(said(shell, "replicasAdded")).toMatchObject([{ tasks: [5], bytes: [100] }]);
    expect(shell.state.managedBytes).toBe(100);
    acquire(shell, 5);
    expect(said(shell, "replicasAdded")).toHaveLength(1);
    shell.free(5);
    expect(shell.store.has(5)).toBe(false);
  });

  test("serves a task that comes to read it, and stays when that is cancelled", () => {
    const shell = FakeShell.running();
    acquire(shell, 5);
    shell.assign({ task: 8, operands: [[5, 1]] });
    expect(shell.fetching).toHaveLength(1);
    shell.free(8);
    shell.store.add(5);
    answer(shell, [5]);
    expect(shell.state.tasks.get(5)).toMatchObject({ status: "memory", readers: 0 });
  });

  test("that does not come is reported; its holder only where that has said that it has none", () => {
    const shell = FakeShell.running();
    acquire(shell, 5);
    answer(shell, [], [5]);
    expect(said(shell, "inputsMissing")).toEqual([
      { type: "inputsMissing", tasks: [], attempts: [], inputs: [5], workers: [1] },
    ]);
    acquire(shell, 6);
    const request = shell.fetching.at(-1)?.request ?? -1;
    shell.tell({ type: "fetchFailed", request, reason: "no answer" });
    acquire(shell, 7, 2);
    shell.tell({ type: "workerLost", worker: 2 });
    expect(said(shell, "inputsMissing").slice(1)).toMatchObject([
      { tasks: [], inputs: [], workers: [], unreachable: [1] },
    ]);
    acquire(shell, 9, 99);
    expect(shell.state.transfers.has(9)).toBe(false);
    expect(said(shell, "copiesFailed")).toEqual(
      [5, 6, 7, 9].map((task) => ({ type: "copiesFailed", tasks: [task] })),
    );
  });

  test("is not asked for when it is to be made here", () => {
    const shell = FakeShell.running();
    acquire(shell, 5);
    shell.assign({ task: 5 });
    expect(shell.state.transfers.size).toBe(0);
    expect(shell.state.tasks.get(5)?.readers).toBe(0);
  });
});

test("a worker that was given up ends, so that a new one can take its place", () => {
  const shell = FakeShell.running();
  shell.tell({ type: "registerAgain", reason: "given up for lost" });
  expect(shell.stopped).toMatchObject({ failed: true, cause: "givenUp" });
});
