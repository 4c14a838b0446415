// Stories of values that go to disk and come back. Eight bytes are much here: the limit is 100.
import { describe, expect, it } from "vitest";
import { CallsBuilder } from "../../../src/graph/model/calls-layer.js";
import type { QueryLayer } from "../../../src/graph/model/layer.js";
import { nameLayer } from "../../../src/graph/model/naming.js";
import { shipFunction } from "../../../src/shipping/ship-function.js";
import type { WorkerOptions } from "../../../src/worker/state/options.js";
import { PLACE_EDGES } from "../../../src/worker/state/transitions.js";
import { FakeShell } from "../fake-shell.js";

/** A worker of 100 bytes: 60 are its target, 80 its pause threshold. */
function smallShell(options: Partial<WorkerOptions> = {}): FakeShell {
  return FakeShell.running({ memoryLimitBytes: 100, spillBytesMin: 1, threads: 1, ...options });
}

/** Makes values of these sizes, tasks 1, 2, …, one after another. */
function make(shell: FakeShell, ...sizes: number[]): void {
  sizes.forEach((bytes, i) => {
    shell.assign({ task: i + 1, bytes });
    shell.finish([i + 1], bytes);
  });
}

const places = (shell: FakeShell) =>
  [...shell.state.tasks.values()].map(({ task, place }) => `${task} ${place}`);

describe("past the target", () => {
  it("the least recently used value goes to disk, and leaves memory when it is there", () => {
    const shell = smallShell();
    make(shell, 20, 20, 20);
    expect(shell.writing).toEqual([]);
    shell.assign({ task: 4, bytes: 10 });
    expect(shell.writing).toEqual([1]);
    expect(shell.tasksExecuting()).toEqual([4]);
    expect(shell.state.managedBytes).toBe(60);
    shell.write();
    expect([...shell.store]).toEqual([2, 3]);
    expect(shell.state).toMatchObject({ managedBytes: 40, spilledBytes: 20, writingBytes: 0 });
  });

  it("values leave the engine of tables its part while it runs a query", () => {
    const shell = smallShell();
    const none = new Int32Array();
    const layer = nameLayer<QueryLayer>("query", {
      kind: "query",
      holds: "values",
      inputs: [],
      chunks: [[Number.NaN]],
      dtype: "uint8",
      sql: "SELECT 1 AS one",
      tables: [],
      operandStart: Int32Array.of(0, 0),
      operandInput: none,
      operandBlock: none,
      operandTable: none,
    });
    shell.tell({ type: "addLayers", layers: [{ id: 9, layer, inputs: [] }] });
    make(shell, 20, 20, 20);
    shell.assign({ task: 4, layer: 9, bytes: 0 });
    expect(shell.tasksExecuting()).toEqual([4]);
    expect(shell.writing).toEqual([1, 2]);
    shell.write();
    shell.write();
    shell.finish([4], 0);
    expect(shell.state).toMatchObject({ managedBytes: 20, spilledBytes: 40, queries: 0 });
  });

  it("what was read last goes last, and what tasks here need goes after what they do not", () => {
    const shell = smallShell({ threads: 1 });
    make(shell, 20, 20, 20);
    shell.assign({ task: 4, bytes: 1, operands: [[1]] }, { task: 5, bytes: 1, operands: [[2]] });
    shell.finish([4], 0);
    // 2 is being read, 1 was read just now, 3 has not been used at all.
    shell.assign({ task: 6, priority: 9, bytes: 20 });
    expect(shell.writing).toEqual([3, 1]);
    shell.finish([5], 0);
    expect(places(shell)).toEqual([
      "1 writing",
      "2 here",
      "3 writing",
      "4 here",
      "5 here",
      "6 absent",
    ]);
  });

  it("of the values that tasks here need, the one goes that is needed last", () => {
    const shell = smallShell({ threads: 1 });
    make(shell, 15, 15, 15, 15);
    shell.assign(
      { task: 10, priority: 1, bytes: 1, operands: [[4]] },
      { task: 12, priority: 3, bytes: 1, operands: [[2]] },
      { task: 13, priority: 9, bytes: 1, operands: [[1]] },
      { task: 14, priority: 5, bytes: 1, operands: [[3]] },
    );
    expect(shell.tasksExecuting()).toEqual([10, 12]);
    shell.write();
    expect(places(shell)).toContain("1 spilled");
  });

  it("a value that someone began to read while it was written stays, with its copy", () => {
    const shell = smallShell();
    make(shell, 30, 30);
    shell.assign({ task: 3, bytes: 10 });
    expect(shell.writing).toEqual([1]);
    shell.free(2);
    shell.assign({ task: 4, bytes: 1, operands: [[1]] });
    expect(shell.tasksExecuting()).toEqual([3, 4]);
    shell.write();
    expect(shell.store.has(1)).toBe(true);
    shell.finish([4], 1);
    // The next time nothing is written: the copy is still good.
    shell.finish([3], 10);
    shell.assign({ task: 5, bytes: 30 });
    expect(shell.writing).toEqual([]);
    expect(shell.store.has(1)).toBe(false);
    expect(shell.state.spilledBytesTotal).toBe(30);
  });

  it("values that are smaller than a page of a file stay", () => {
    const shell = smallShell({ spillBytesMin: 30 });
    make(shell, 20, 20, 20);
    shell.assign({ task: 4, bytes: 20 });
    expect(shell.writing).toEqual([]);
    expect(shell.tasksExecuting()).toEqual([4]);
  });

  it("nothing is written when the target is off", () => {
    const shell = smallShell({ memoryTarget: 0 });
    make(shell, 30, 30, 30);
    expect(shell.writing).toEqual([]);
    expect(shell.state.managedBytes).toBe(90);
  });
});

describe("coming back", () => {
  /** Values 1 and 2 are on disk, 3 is in memory. */
  function spilled(): FakeShell {
    const shell = smallShell();
    make(shell, 30, 30);
    shell.assign({ task: 3, bytes: 55 });
    while (shell.writing.length > 0) shell.write();
    shell.finish([3], 55);
    while (shell.writing.length > 0) shell.write();
    expect(places(shell)).toEqual(["1 spilled", "2 spilled", "3 here"]);
    return shell;
  }

  it("a task begins when all its operands are in memory", () => {
    const shell = spilled();
    shell.free(3);
    shell.assign({ task: 4, bytes: 5, operands: [[1], [2], [1]] });
    expect(shell.reading).toEqual([1, 2]);
    expect(shell.state).toMatchObject({ restoringBytes: 60, reservedBytes: 5, staging: 1 });
    shell.read();
    expect(shell.tasksExecuting()).toEqual([]);
    shell.read();
    expect(shell.executing[0]?.operands).toEqual([1, 2, 1]);
    shell.finish([4], 5);
    expect(shell.finished().at(-1)).toBe(4);
  });

  it("room is made first, without a write where a copy is on disk already", () => {
    const shell = spilled();
    shell.assign({ task: 4, bytes: 5, operands: [[1], [2]] });
    // 55 here, 65 needed, 100 at most.
    expect([shell.reading, shell.writing]).toEqual([[], [3]]);
    shell.write();
    expect(shell.reading).toEqual([1, 2]);
  });

  it("a task is not staged ahead of memory, but the disk works ahead of the threads", () => {
    const shell = spilled();
    shell.assign({ task: 4, bytes: 5, operands: [[1]] }, { task: 5, bytes: 5, operands: [[2]] });
    expect([shell.reading, shell.writing]).toEqual([[], [3]]);
    shell.write();
    expect(shell.reading).toEqual([1, 2]);
  });

  it("what was freed while it was read back is dropped when it is here", () => {
    const shell = spilled();
    shell.free(3);
    shell.assign({ task: 4, bytes: 5, operands: [[1]] });
    shell.free(4, 1);
    expect(shell.state.tombstones.size).toBe(1);
    shell.read();
    expect([shell.store.has(1), shell.disk.has(1)]).toEqual([false, false]);
    expect(shell.state.tombstones.size).toBe(0);
  });

  it("a value that cannot be read back is lost: who needs it is decided again", () => {
    const shell = spilled();
    shell.free(3);
    shell.assign({ task: 4, bytes: 5, operands: [[1]] }, { task: 5, bytes: 5, operands: [[2]] });
    shell.failRead();
    expect(shell.missing()).toEqual([
      { type: "inputsMissing", tasks: [], attempts: [], inputs: [1], workers: [7] },
      { type: "inputsMissing", tasks: [4], attempts: [0], inputs: [], workers: [] },
    ]);
    expect(shell.state.tasks.has(1)).toBe(false);
    shell.read();
    expect(shell.tasksExecuting()).toEqual([5]);
  });
});

describe("a disk that fails", () => {
  it("leaves the value in memory, is said once, and is tried again after a while", () => {
    const shell = smallShell();
    make(shell, 20, 20, 15);
    shell.assign({ task: 4, bytes: 10 });
    shell.failWrite();
    expect(shell.logged.filter((text) => text.includes("cannot be written"))).toHaveLength(1);
    shell.finish([4], 10);
    shell.assign({ task: 5, bytes: 20 }, { task: 6, bytes: 20 });
    expect(shell.writing).toEqual([]);
    // One goes on, since nothing else can bring relief; the other waits for it.
    expect(shell.tasksExecuting()).toEqual([5]);
    shell.nowMs = 1_000;
    shell.tell({ type: "ticked", processBytes: 0 });
    expect(shell.writing.length).toBeGreaterThan(0);
    shell.write();
    expect(shell.logged.at(-1)).toBe("values can be written to disk again");
  });
});

describe("a worker that is full and can write nothing", () => {
  const wait = (shell: FakeShell, ms: number) => {
    for (const end = shell.nowMs + ms; shell.nowMs < end; ) {
      shell.nowMs += 500;
      shell.tell({ type: "heartbeatAnswered" });
      shell.tell({ type: "ticked", processBytes: 0 });
    }
  };

  it("waits for others to free something, then fails the most urgent task and says why", () => {
    const shell = smallShell({ memoryTarget: 0, memoryWaitMs: 10_000 });
    make(shell, 40, 50);
    shell.assign({ task: 3, bytes: 30 }, { task: 4, bytes: 30 });
    wait(shell, 9_500);
    expect(shell.sentOf("taskErred")).toEqual([]);
    wait(shell, 1_000);
    expect(shell.sentOf("taskErred")).toMatchObject([
      {
        task: 3,
        error: {
          code: "task.memory",
          message: expect.stringMatching(
            /needs 30 bytes, and 6 of the 100 bytes that worker worker-7 may use are free: .* memoryTarget is off/,
          ),
        },
      },
    ]);
    shell.free(1);
    expect(shell.tasksExecuting()).toEqual([4]);
  });

  it("fails what is stuck, not what waits for it, however urgent", () => {
    const shell = smallShell({ memoryTarget: 0, memoryWaitMs: 10_000 });
    make(shell, 40, 50);
    shell.assign(
      { task: 3, bytes: 1, priority: 5, operands: [[10, 1, 30]] },
      { task: 4, bytes: 1, priority: 1, operands: [[3]] },
    );
    wait(shell, 10_500);
    expect(shell.sentOf("taskErred").map(({ task }) => task)).toEqual([3]);
    expect(shell.sentOf("inputsMissing")).toMatchObject([{ tasks: [4], inputs: [] }]);
  });

  it("waits less for a full disk, and says which one, what was wanted and what to do", () => {
    const shell = smallShell({ brokenDiskWaitMs: 4_000 });
    make(shell, 40, 20);
    shell.assign({ task: 3, bytes: 20 });
    shell.failWrite();
    shell.finish([3], 20);
    shell.assign({ task: 4, bytes: 30 });
    for (let second = 0; second < 4; second++) {
      expect(shell.sentOf("taskErred")).toEqual([]);
      wait(shell, 1_000);
      while (shell.writing.length > 0) shell.failWrite();
    }
    wait(shell, 500);
    expect(shell.sentOf("taskErred").map(({ error }) => error.message)).toMatchObject([
      expect.stringMatching(
        /needs 30 bytes, and 16 of the 100 .* cannot be written to disk: ENOSPC: no space left on device. Make room there, choose another localDirectory/,
      ),
    ]);
  });

  it("does not lose its patience with a disk that works again", () => {
    const shell = smallShell({ brokenDiskWaitMs: 8_000 });
    make(shell, 40, 20);
    shell.assign({ task: 3, bytes: 20 });
    shell.failWrite();
    shell.finish([3], 20);
    shell.assign({ task: 4, bytes: 30 });
    wait(shell, 5_000);
    shell.failWrite();
    wait(shell, 5_500);
    shell.write();
    expect(shell.tasksExecuting()).toEqual([4]);
    expect(shell.sentOf("taskErred")).toEqual([]);
  });
});

describe("what never fits", () => {
  it("is refused with what it needs, and nothing else is lost", () => {
    const shell = smallShell();
    make(shell, 60);
    shell.assign(
      { task: 2, bytes: 50, operands: [[1, -1, 60]] },
      { task: 3, bytes: 1, operands: [[2]] },
      {
        task: 4,
        bytes: 40,
        operands: [
          [1, -1, 60],
          [1, -1, 60],
        ],
      },
    );
    const error = shell.sentOf("taskErred")[0]?.error;
    expect(error?.code).toBe("task.memory");
    expect(error?.message).toMatch(
      /^full-\w{7}\(0\) needs 110 bytes for its inputs and its result \(50 bytes\), more than the 100 bytes that worker worker-7 may use/,
    );
    expect(shell.missing().at(-1)).toMatchObject({ tasks: [3] });
    // An operand that is read twice counts once.
    expect(shell.tasksExecuting()).toEqual([4]);
  });

  it("never keeps a lone task waiting, not even above the target", () => {
    const shell = smallShell();
    shell.assign({ task: 1, bytes: 100 });
    shell.finish([1], 100);
    shell.write();
    shell.assign({ task: 2, bytes: 0, operands: [[1, -1, 100]] });
    shell.read();
    expect(shell.tasksExecuting()).toEqual([2]);
  });
});

describe("a process that takes too much", () => {
  const tick = (shell: FakeShell, processBytes: number) => {
    shell.nowMs += 100;
    shell.tell({ type: "ticked", processBytes });
  };

  /** Task 1 runs a user's function. */
  const call = (shell: FakeShell) => {
    const calls = new CallsBuilder();
    calls.add(
      shipFunction(() => 1),
      new Uint8Array(),
      [],
    );
    const { layer } = calls.node("call", "one", undefined);
    shell.tell({ type: "addLayers", layers: [{ id: 9, layer, inputs: [] }] });
    shell.assign({ task: 1, layer: 9 });
  };

  it("first gives back what it only keeps, then spills, and says how much is on disk", () => {
    const shell = smallShell({ processBaseBytes: 1_000 });
    make(shell, 20, 20);
    tick(shell, 1_069);
    expect(shell.memoryReleases).toBe(0);
    tick(shell, 1_075);
    expect([shell.memoryReleases, shell.writing]).toEqual([1, []]);
    for (let k = 0; k < 9; k++) tick(shell, 1_075);
    expect(shell.writing).toEqual([1]);
    shell.write();
    tick(shell, 1_050);
    expect(shell.sentOf("workerHeartbeat").at(-1)).toMatchObject({
      managedBytes: 20,
      spilledBytes: 20,
      spilledBytesTotal: 20,
    });
  });

  it("pauses: nothing begins that only adds to memory, until it takes less", () => {
    const shell = smallShell({ memorySpill: 0 });
    shell.assign({ task: 1 });
    tick(shell, 81);
    shell.assign({ task: 2 }, { task: 3, operands: [[9, 1]] });
    expect([shell.tasksExecuting(), shell.fetching]).toEqual([[1], []]);
    // One thing at a time goes on when nothing is under way.
    shell.finish([1]);
    expect([shell.tasksExecuting(), shell.fetching.length]).toEqual([[], 1]);
    tick(shell, 79);
    expect(shell.tasksExecuting()).toEqual([2]);
    expect(shell.logged).toContain("resumed: the process takes less memory");
  });

  it("ends without a goodbye when that lasts at the terminate threshold", () => {
    const shell = smallShell();
    for (let k = 0; k < 4; k++) tick(shell, 96);
    tick(shell, 50);
    for (let k = 0; k < 4; k++) tick(shell, 96);
    expect(shell.memoryReleases).toBe(2);
    expect(shell.stopped).toBeUndefined();
    tick(shell, 96);
    expect(shell.stopped).toMatchObject({ failed: true, reason: expect.stringContaining("95 %") });
    expect(shell.sentOf("closeWorker")).toEqual([]);
  });

  it("ends users' functions before that, and gives what they leave time to be collected", () => {
    const shell = smallShell();
    call(shell);
    for (let k = 0; k < 5; k++) tick(shell, 96);
    expect([shell.callsEnded, shell.stopped]).toEqual([1, undefined]);
    for (let k = 0; k < 5; k++) tick(shell, 96);
    expect([shell.callsEnded, shell.stopped]).toEqual([2, undefined]);
    shell.finish([1]);
    for (let k = 0; k < 9; k++) tick(shell, 96);
    expect([shell.callsEnded, shell.stopped]).toEqual([2, undefined]);
    tick(shell, 96);
    expect(shell.stopped).toMatchObject({ cause: "outOfMemory" });
  });

  it("fails a function that cannot be ended, and then ends, so that no other worker does", () => {
    const shell = smallShell();
    call(shell);
    for (let k = 0; k < 54; k++) tick(shell, 96);
    expect([shell.callsEnded, shell.stopped]).toEqual([10, undefined]);
    tick(shell, 96);
    expect(shell.stopped).toMatchObject({ cause: "outOfMemory" });
    expect(shell.sentOf("taskErred")).toMatchObject([
      {
        task: 1,
        error: { code: "task.memory", message: expect.stringContaining("could not be stopped") },
      },
    ]);
  });

  it("blames no one for memory of an ended function that the engine keeps for a while", () => {
    const shell = smallShell({ freedMemoryMs: 2_000 });
    call(shell);
    for (let k = 0; k < 5; k++) tick(shell, 96);
    expect(shell.callsEnded).toBe(1);
    for (let k = 0; k < 20; k++) tick(shell, 108);
    expect(shell.callsEnded).toBe(1);
    for (let k = 0; k < 5; k++) tick(shell, 108);
    expect(shell.callsEnded).toBe(2);
    for (let k = 0; k < 5; k++) tick(shell, 121);
    expect([shell.callsEnded, shell.stopped]).toEqual([3, undefined]);
  });
});

it("every place of a value can be left again", () => {
  for (const edges of Object.values(PLACE_EDGES)) expect(edges.length).toBeGreaterThan(0);
});
