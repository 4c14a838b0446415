// Tasks of an executor thread that wait: what the main thread receives, and when the thread goes on
// to others.
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { currentTask, type RunningTask, runAs } from "../../../src/runtime/tasks/running-task.js";
import { asError, type Outcome } from "../../../src/runtime/threads/task-outcomes.js";
import type { FromThread } from "../../../src/runtime/threads/thread-messages.js";
import { SuspendedTasks } from "../../../src/runtime/threads/thread-suspensions.js";

/** Something that a task waits for, and the one that ends the wait. */
function promised<T = void>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

class Scene {
  readonly told: FromThread[] = [];
  readonly tasks = new SuspendedTasks((message) => void this.told.push(message));

  /**
   * Runs a function as a task; it waits by `wait`, which says when the wait is over or given up.
   */
  run(body: (wait: (promise: Promise<void>) => Promise<void>) => Promise<void>) {
    const task = this.tasks.begin(0, 0);
    const outcome = runAs(task, () => body((promise) => waitFor(promise))).then(
      (): Outcome => ({}),
      asError,
    );
    return { task, outcome };
  }

  get types(): string[] {
    return this.told.map(({ type }) => type);
  }
}

/** As whileWaiting() does, in whatever task it is called. */
function waitFor(promise: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (currentTask() as RunningTask).beginWait(reject);
    void promise.then(() => {
      end();
      resolve();
    });
  });
}

describe("a task that waits", () => {
  it("is followed to its end when it does not wait for anything", async () => {
    const scene = new Scene();
    const { task, outcome } = scene.run(async () => {});
    expect(await scene.tasks.follow(task, outcome)).toEqual({});
    expect(scene.told).toEqual([]);
  });

  it("is left when it waits, told of when it goes on, and reported by itself", async () => {
    const scene = new Scene();
    const [first, second] = [promised(), promised()];
    const { task, outcome } = scene.run(async (wait) => {
      await wait(first.promise);
      await wait(second.promise);
    });
    expect(await scene.tasks.follow(task, outcome)).toBeUndefined();
    scene.tasks.detach(task, outcome);
    expect(scene.tasks.isQuiet).toBe(true);
    first.resolve();
    await first.promise;
    await Promise.resolve();
    await Promise.resolve();
    expect(scene.types).toEqual(["suspended", "resumed", "suspended"]);
    second.resolve();
    await outcome;
    await Promise.resolve();
    expect(scene.types).toEqual(["suspended", "resumed", "suspended", "resumed", "endedLate"]);
    expect(scene.told.at(-1)).toMatchObject({ sequence: 0, end: { errors: [] } });
  });

  it("comes before tasks that have not begun when it goes on", async () => {
    const scene = new Scene();
    const [wait, work] = [promised(), promised()];
    const { task, outcome } = scene.run(async (waiting) => {
      await waiting(wait.promise);
      await work.promise;
    });
    await scene.tasks.follow(task, outcome);
    scene.tasks.detach(task, outcome);
    wait.resolve();
    await wait.promise;
    await Promise.resolve();
    expect(scene.tasks.isQuiet).toBe(false);
    const quiet = scene.tasks.whenQuiet();
    work.resolve();
    await quiet;
    expect(scene.types.at(-1)).toBe("endedLate");
  });

  it("ends when it is given up: what it waits for rejects", async () => {
    const scene = new Scene();
    const { task, outcome } = scene.run((wait) => wait(new Promise(() => {})));
    await scene.tasks.follow(task, outcome);
    scene.tasks.detach(task, outcome);
    scene.tasks.giveUp({ type: "giveUp", sequence: 7, reason: "another" });
    expect(scene.types).toEqual(["suspended"]);
    scene.tasks.giveUp({ type: "giveUp", sequence: 0, reason: "it is not wanted" });
    await outcome;
    await Promise.resolve();
    const end = scene.told.at(-1);
    expect(end).toMatchObject({ type: "endedLate", end: { errors: [{ code: "task.cancelled" }] } });
  });

  it("counts the time that it takes the thread, not that of its waits", () => {
    const clock = vi.spyOn(performance, "now");
    onTestFinished(() => clock.mockRestore());
    const task = new Scene().tasks.begin(0, 100);
    clock.mockReturnValue(103);
    const end = task.beginWait(() => {});
    clock.mockReturnValue(200);
    end();
    expect(task.end(207)).toBe(10);
  });
});
