// Random but repeatable lives of a worker: whatever order things happen in, the shell is never
// asked for the impossible, the invariants hold after every step, and nothing is left at the end.
import { describe, expect, it } from "vitest";
import { Rng } from "../../src/base/rng.js";
import type { WorkerId } from "../../src/protocol/values/ids.js";
import { type Assignment, FakeShell } from "./fake-shell.js";

const TASKS = 24;
const STEPS = 300;
const SEEDS = process.env.WORKER_SEED ? [Number(process.env.WORKER_SEED)] : range(1, 150);

describe("random lives of a worker", () => {
  it("keep the invariants and leave nothing behind", () => {
    for (const seed of SEEDS) {
      try {
        live(seed);
      } catch (error) {
        const replay = `WORKER_SEED=${seed} npx vitest run --config test/vitest.config.ts test/worker/random-events`;
        throw new Error(`seed ${seed} failed; replay it with: ${replay}`, { cause: error });
      }
    }
  });
});

function live(seed: number): void {
  const rng = new Rng(seed);
  const memoryLimitBytes = rng.pick([80, 130, 1000, 2 ** 30]);
  const spillBytesMin = rng.pick([1, 10]);
  const threads = 1 + rng.below(3);
  const shell = FakeShell.running({
    threads,
    memoryLimitBytes,
    spillBytesMin,
    memoryTerminate: 0,
    fetchesMax: 2,
    resources: { GPU: 2 },
  });
  for (let i = 0; i < STEPS; i++) act(shell, rng);
  shell.free(...range(0, TASKS - 1));
  while (shell.askedBack.length > 0) shell.giveBack();
  while (shell.executing.length > 0) shell.finish([rng.pick(shell.tasksExecuting())]);
  while (shell.fetching.length > 0) shell.arrive();
  while (shell.writing.length > 0) shell.write();
  while (shell.reading.length > 0) shell.read();
  expect(shell.store.size).toBe(0);
  expect(shell.disk.size).toBe(0);
  expect(shell.state.tasks.size).toBe(0);
  expect(shell.state.transfers.size).toBe(0);
  expect(shell.state.tombstones.size).toBe(0);
  expect(shell.state.managedBytes).toBe(0);
  expect(shell.state.reservedBytes).toBe(0);
  expect(shell.state.freeResources.get("GPU")).toBe(2);
  expect(shell.state.spilledBytes).toBe(0);
}

function act(shell: FakeShell, rng: Rng): void {
  if (shell.writing.length > 0 && rng.chance(0.3))
    rng.chance(0.9) ? shell.write() : shell.failWrite();
  if (shell.reading.length > 0 && rng.chance(0.3))
    rng.chance(0.9) ? shell.read() : shell.failRead();
  const unwanted = shell.cancelled
    .splice(0)
    .filter((task) => shell.tasksExecuting().includes(task));
  if (unwanted.length > 0 && rng.chance(0.5)) shell.withdraw(...new Set(unwanted));
  if (rng.chance(0.1)) {
    const tasks = shell.tasksExecuting().filter(() => rng.chance(0.3));
    const attempts = tasks.map((task) => shell.state.tasks.get(task)?.attempt ?? 0);
    shell.tell({ type: "stealTasks", tasks, attempts });
  }
  if (shell.askedBack.length > 0 && rng.chance(0.5)) {
    shell.giveBack(...shell.tasksExecuting().filter(() => rng.chance(0.4)));
  }
  if (rng.chance(0.2)) shell.suspend(...shell.tasksExecuting().filter(() => rng.chance(0.3)));
  if (rng.chance(0.2)) shell.resume(...shell.tasksExecuting().filter(() => rng.chance(0.5)));
  const dice = rng.below(100);
  if (dice < 35) {
    shell.assign(...Array.from({ length: 1 + rng.below(4) }, () => randomAssignment(rng)));
  } else if (dice < 45) {
    shell.free(...range(0, TASKS - 1).filter(() => rng.chance(0.2)));
  } else if (dice < 75 && shell.executing.length > 0) {
    const ended = shell.tasksExecuting().filter(() => rng.chance(0.6));
    shell.finish(ended, 1 + rng.below(20), rng.uniform());
  } else if (dice < 80 && shell.executing.length > 0) {
    shell.fail(rng.pick(shell.tasksExecuting()));
  } else if (dice < 92 && shell.fetching.length > 0) {
    const missing = shell.fetching[0]?.tasks.filter(() => rng.chance(0.2));
    shell.arrive(missing, 1 + rng.below(20));
  } else if (dice < 94 && shell.fetching.length > 0) {
    shell.failFetch();
  } else if (dice < 95) {
    shell.nowMs += 1_000;
    shell.tell({ type: "heartbeatAnswered" });
    shell.tell({
      type: "ticked",
      processBytes: rng.below(2 * shell.state.options.memoryLimitBytes),
    });
  } else if (dice < 97) {
    const type = rng.chance(0.5) ? "workerLost" : "workerSilent";
    shell.tell({ type, worker: 1 + rng.below(2) });
  } else {
    shell.join(1 + rng.below(2));
  }
}

/** Operands have smaller numbers, so that tasks never wait in a circle. */
function randomAssignment(rng: Rng): Assignment {
  const task = rng.below(TASKS);
  const count = task === 0 ? 0 : rng.below(4);
  const operands = Array.from(
    { length: count },
    () => [rng.below(task), rng.pick([-1, 1, 2]) as WorkerId, 1 + rng.below(20)] as const,
  );
  const resources = rng.chance(0.2) ? { resources: { GPU: 1 + rng.below(2) } } : {};
  return {
    task,
    attempt: rng.below(5),
    priority: rng.below(10),
    bytes: rng.below(20),
    operands,
    ...resources,
  };
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
