import { describe, expect, it } from "vitest";
import { PROTOCOL_VERSION } from "../../src/protocol/values/ids.js";
import type { WorkerEvent } from "../../src/worker/state/events.js";
import { computeTasks, FakeShell } from "./fake-shell.js";

function tickUntil(shell: FakeShell, untilMs: number): void {
  while (shell.nowMs < untilMs) {
    shell.nowMs += 500;
    shell.tell({ type: "ticked", processBytes: 0 });
  }
}

describe("a worker's life", () => {
  it("begins with its registration", () => {
    const shell = new FakeShell({ memoryLimitBytes: 1000 });
    expect(shell.sent).toEqual([
      {
        type: "registerWorker",
        version: PROTOCOL_VERSION,
        name: "worker-7",
        address: "inproc://worker-7",
        threads: 2,
        memoryLimitBytes: 1000,
        pid: 1234,
        resources: {},
      },
    ]);
  });

  it("goes on with heartbeats", () => {
    const shell = FakeShell.running();
    shell.assign({ task: 1 }, { task: 2 });
    shell.finish([1], 100);
    shell.nowMs = 100;
    shell.tell({ type: "ticked", processBytes: 4000 });
    shell.nowMs = 599;
    shell.tell({ type: "ticked", processBytes: 9000 });
    expect(shell.sentOf("workerHeartbeat")).toMatchObject([{ processBytes: 4000 }]);
    shell.nowMs = 601;
    shell.tell({ type: "ticked", processBytes: 5000 });
    shell.tell({ type: "ticked", processBytes: 5000 });
    expect(shell.sentOf("workerHeartbeat").slice(1)).toEqual([
      {
        type: "workerHeartbeat",
        managedBytes: 100,
        peakManagedBytes: 100,
        processBytes: 5000,
        peakProcessBytes: 9000,
        spilledBytes: 0,
        spilledBytesTotal: 0,
        executing: 1,
      },
    ]);
  });

  it("ends when the scheduler refuses it", () => {
    const shell = new FakeShell();
    const error = { name: "ClusterError", message: "version 1 was expected, 2 was given" };
    shell.tell({ type: "peerRefused", error });
    expect(shell.stopped).toMatchObject({ failed: true, reason: error.message });
  });

  it("ends when the scheduler is silent for too long, accepted or not", () => {
    const lives = [
      { shell: new FakeShell(), reason: "no scheduler answered within 30 s" },
      { shell: FakeShell.running(), reason: "scheduler lost: no message from it for 30 s" },
    ];
    for (const { shell, reason } of lives) {
      tickUntil(shell, 29_500);
      expect(shell.stopped).toBeUndefined();
      tickUntil(shell, 30_000);
      expect(shell.stopped).toMatchObject({ failed: true, reason });
    }
  });

  it("is kept by any word of the scheduler, and when its own process was held up", () => {
    const shell = FakeShell.running();
    for (let i = 0; i < 4; i++) {
      tickUntil(shell, shell.nowMs + 20_000);
      shell.tell({ type: "heartbeatAnswered" });
    }
    shell.nowMs += 100_000;
    shell.tell({ type: "ticked", processBytes: 0 });
    expect(shell.stopped).toBeUndefined();
  });

  it("ends when the transport loses the scheduler", () => {
    const shell = FakeShell.running();
    shell.tell({ type: "schedulerLost", reason: "the link closed" });
    expect(shell.stopped).toMatchObject({
      failed: true,
      reason: "scheduler lost: the link closed",
    });
  });

  it.each([
    { type: "shutdownWorker", reason: "the cluster closes" },
    { type: "closeRequested", reason: "SIGTERM" },
  ] as const)("ends with a goodbye on $type, and does nothing after", (event) => {
    const shell = FakeShell.running();
    shell.tell(event);
    expect(shell.sent).toEqual([{ type: "closeWorker", reason: event.reason }]);
    expect(shell.stopped).toMatchObject({ failed: false, reason: event.reason });
    shell.assign({ task: 1 });
    expect(shell.executing).toEqual([]);
  });

  it("keeps layers and forgets them", () => {
    const shell = FakeShell.running();
    const layer = [...shell.state.layers.values()][0]?.layer;
    expect([...shell.state.layers.keys()]).toEqual([3]);
    shell.tell({ type: "addLayers", layers: [{ id: 4, layer: layer as never, inputs: [3] }] });
    shell.tell({ type: "dropLayers", layers: [3, 17] });
    expect([...shell.state.layers.keys()]).toEqual([4]);
  });
});

describe("the door", () => {
  const good = computeTasks([{ task: 1, operands: [[2, 1]] }]);
  const malformed: readonly (readonly [string, unknown])[] = [
    ["a column too short", { ...good, attempts: [] }],
    ["a column missing", { ...good, priorities: undefined }],
    ["text for a number", { ...good, tasks: ["1"] }],
    ["a negative task", { ...good, tasks: [-1] }],
    ["a fraction", { ...good, blocks: [0.5] }],
    ["NaN", { ...good, outputBytes: [Number.NaN] }],
    ["operand columns of unequal length", { ...good, operandWorkers: [] }],
    ["operand bytes missing", { ...good, operandBytes: null }],
    ["counts that do not add up", { ...good, operandCounts: [2] }],
    ["a negative count", { ...good, operandCounts: [-1] }],
    ["tasks to free that are none", { type: "freeTasks", tasks: "all" }],
    ["layers that are none", { type: "addLayers", layers: [null] }],
    ["a layer without a number", { type: "addLayers", layers: [{ layer: {}, inputs: [] }] }],
    ["layers to drop that are none", { type: "dropLayers" }],
    ["workers that are none", { type: "workersJoined", workers: [{ worker: 1 }] }],
    ["a lost worker that is none", { type: "workerLost", worker: "one" }],
    ["an acceptance without a number", { type: "workerAccepted", heartbeatIntervalMs: 5 }],
    ["a refusal without a reason", { type: "peerRefused" }],
    ["an unknown message", { type: "dance" }],
  ];

  it.each(malformed)("drops %s", (_name, message) => {
    const shell = FakeShell.running();
    shell.tell(message as WorkerEvent);
    expect(shell.logged.at(-1)).toBe("dropped a malformed message");
    expect(shell.sent).toEqual([]);
    expect(shell.state.tasks.size).toBe(0);
    expect(shell.stopped).toBeUndefined();
  });

  it("takes the well-formed one", () => {
    const shell = FakeShell.running();
    shell.tell(good);
    expect(shell.fetching).toHaveLength(1);
  });

  it("lets nothing in before the worker was accepted", () => {
    const shell = new FakeShell();
    shell.assign({ task: 1 });
    expect(shell.state.tasks.size).toBe(0);
  });

  it("logs a second acceptance and an unknown request", () => {
    const shell = FakeShell.running();
    shell.tell({ type: "workerAccepted", worker: 9, heartbeatIntervalMs: 5, scheduler: "t" });
    shell.tell({ type: "fetchFailed", request: 99, reason: "?" });
    expect(shell.logged.slice(-2)).toEqual([
      "accepted by the scheduler a second time",
      "an unknown request ended",
    ]);
    expect(shell.state.self).toBe(7);
  });
});
