import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Child, type ChildExit, exitReason } from "../../src/cluster/child-process.js";
import { WorkerSupervisor } from "../../src/cluster/worker-supervisor.js";

/** Children that end when the test says so. */
class FakeChildren {
  readonly spawned: string[] = [];
  readonly reported: string[] = [];
  readonly warnings: string[] = [];
  readonly left: boolean[] = [];
  #exit: (exit: ChildExit) => void = () => {};
  ended = 0;

  readonly supervision = {
    spawn: (name: string) => {
      this.spawned.push(name);
      const exited = new Promise<ChildExit>((resolve) => {
        this.#exit = resolve;
      });
      const end = async () => {
        this.ended++;
        this.#exit({ code: 0, signal: null });
      };
      return { name, pid: 1, exited, end } as unknown as Child;
    },
    reportExit: (name: string, exit: ChildExit) =>
      this.reported.push(`${name}: ${exitReason(exit)}`),
    left: (_supervisor: WorkerSupervisor, isAsItShould: boolean) => this.left.push(isAsItShould),
    warn: (text: string) => this.warnings.push(text),
  };

  /** The latest child is gone. */
  async die(exit: ChildExit = { code: null, signal: "SIGKILL" }): Promise<void> {
    this.#exit(exit);
    await vi.advanceTimersByTimeAsync(5_000);
  }
}

let children: FakeChildren;

beforeEach(() => {
  vi.useFakeTimers();
  children = new FakeChildren();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("WorkerSupervisor", () => {
  it("tells the scheduler at once and puts another worker in the place", async () => {
    const supervisor = new WorkerSupervisor("worker-0", children.supervision);
    await children.die();
    expect(children.reported).toEqual(["worker-0: killed by SIGKILL"]);
    await children.die({ code: 1, signal: null });
    expect(children.reported).toEqual(["worker-0: killed by SIGKILL", "worker-0-2: exit code 1"]);
    expect(children.spawned).toEqual(["worker-0", "worker-0-2", "worker-0-3"]);
    expect(supervisor.child.name).toBe("worker-0-3");
    expect(children.warnings[0]).toBe(
      "worker-0 ended unexpectedly (killed by SIGKILL); starting worker-0-2 in its place",
    );
  });

  it("gives up a worker that keeps dying", async () => {
    new WorkerSupervisor("worker-0", children.supervision);
    for (let i = 0; i < 6; i++) await children.die();
    expect(children.spawned).toHaveLength(6);
    expect(children.warnings.at(-1)).toMatch(/is not started again: it ended 6 times/);
    expect(children.left).toEqual([false]);
  });

  it("puts no one in place of a worker that was sent away", async () => {
    new WorkerSupervisor("worker-0", children.supervision);
    await children.die({ code: 0, signal: null });
    expect(children.left).toEqual([true]);
    expect(children.spawned).toEqual(["worker-0"]);
    expect(children.reported).toEqual([]);
  });

  it("starts nothing after its end", async () => {
    const supervisor = new WorkerSupervisor("worker-0", children.supervision);
    await supervisor.end(100);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(children.ended).toBe(1);
    expect(children.spawned).toEqual(["worker-0"]);
    expect(children.reported).toEqual([]);
  });
});
