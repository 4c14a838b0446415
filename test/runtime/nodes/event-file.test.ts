// A scheduler that records, and its events run through a fresh core: the same state, the same
// story.
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runReplay } from "../../../src/cli/look/replay.js";
import { connectClient } from "../../../src/client/client.js";
import { inprocTransport } from "../../../src/comm/inproc/inproc-transport.js";
import { graphBelow } from "../../../src/graph/model/layer-graph.js";
import { taskKey } from "../../../src/graph/model/naming.js";
import { PROTOCOL_VERSION } from "../../../src/protocol/values/ids.js";
import { EventRecorder, readRecording } from "../../../src/runtime/nodes/event-file.js";
import { startSchedulerNode } from "../../../src/runtime/nodes/scheduler-node.js";
import { storyOf } from "../../../src/scheduler/inspect/story.js";
import { createSchedulerState } from "../../../src/scheduler/state/scheduler-state.js";
import { step } from "../../../src/scheduler/step.js";
import { blocks, source } from "../../graph/example-layers.js";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tilework-events-"));
  path = join(folder, "events.bin");
});

afterEach(() => rmSync(folder, { recursive: true }));

/**
 * Four tasks on one worker, which does as it is notified; the scheduler that heard of it, ended.
 */
async function record() {
  const transport = inprocTransport();
  const log = () => undefined;
  const address = "inproc://*";
  const scheduler = await startSchedulerNode({ transport, address, log, recordTo: path });
  const worker = await transport.connect(scheduler.address);
  worker.onMessage((message) => {
    if (message.type !== "computeTasks") return;
    const { tasks, attempts, outputBytes: bytes } = message;
    const durationsMs = tasks.map(() => 1);
    worker.send({ type: "tasksFinished", tasks, attempts, bytes, durationsMs });
  });
  const vitals = { threads: 1, memoryLimitBytes: 1e9, pid: 1 };
  const known = { name: "alice", address: "inproc://alice", version: PROTOCOL_VERSION };
  worker.send({ type: "registerWorker", ...known, ...vitals });
  const client = await connectClient(scheduler.address, { current: false }, { transport });
  const node = source([blocks(4, 100)]);
  await client.persist(graphBelow([node]), { optimizeGraph: false });
  const key = taskKey(node.layer.name, [2]);
  const story = await client.story(key);
  await client.dump({ file: join(folder, "state.json") });
  await client.close();
  await scheduler.close();
  return { scheduler, key, story };
}

test("a client hears the story, and a replay tells the same", async () => {
  const { scheduler, key, story } = await record();
  expect(story.map((line) => line.replace(/^.* s {2}/, ""))).toEqual([
    "released → waiting  [submitGraph]",
    "waiting → queued  [submitGraph]",
    expect.stringMatching(/^queued → processing, alice/),
    "processing → memory, alice  [tasksFinished]",
  ]);
  const { options, events } = readRecording(path);
  const state = createSchedulerState(options);
  for (const { event, nowMs } of events) step(state, event, nowMs);
  expect(storyOf(state, key)).toEqual(storyOf(scheduler.state, key));
  expect([...state.statusCounts]).toEqual([...scheduler.state.statusCounts]);
  expect(state.stopped).toBe(true);
});

test("a dump tells the story offline", async () => {
  const { key, story } = await record();
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const exitCode = runReplay(join(folder, "state.json"), { story: [key, "alice"] });
  const text = written.mock.calls.map(([chunk]) => chunk).join("");
  written.mockRestore();
  expect(exitCode).toBe(0);
  expect(text).toContain("4 tasks: 4 memory");
  expect(text).toContain(story.join("\n"));
  expect(text).toMatch(/alice:\n.*joined/);
});

test("a dump names tasks, workers and graphs", async () => {
  const { key } = await record();
  const dump = JSON.parse(readFileSync(join(folder, "state.json"), "utf8"));
  expect(dump).toMatchObject({ taskCount: 4, tasksByState: { memory: 4 } });
  expect(dump.workers).toMatchObject([{ name: "alice", processing: 0, results: 4 }]);
  expect(dump.graphs).toMatchObject([{ missing: 0, finished: true }]);
  expect(dump.tasks[2]).toMatchObject({ key, state: "memory", worker: "alice", attempt: 1 });
});

test("`tilework replay` prints where it led; a record that was cut off is left out", async () => {
  const { key } = await record();
  const printed: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  try {
    const { events } = readRecording(path);
    expect(runReplay(path, { story: [key] })).toBe(0);
    truncateSync(path, statSync(path).size - 3);
    expect(readRecording(path).events.length).toBeLessThan(events.length);
    expect(runReplay(path, { story: [] })).toBe(0);
  } finally {
    write.mockRestore();
  }
  const [whole = ""] = printed
    .join("")
    .split(/^\d+ events of .*\n/m)
    .slice(1);
  expect(whole).toContain("1 worker\n  alice: 1 thread");
  expect(whole).toContain(`${key}:\n`);
});

test("another file is refused", () => {
  writeFileSync(path, "hello, this is no recording");
  expect(() => readRecording(path)).toThrow(/no recording of a scheduler/);
});

test("a file that cannot be is refused, one that cannot be written on ends the recording", () => {
  const nowhere = join(folder, "none", "events.bin");
  const { options } = createSchedulerState({});
  const code = "argument.value";
  expect(() => readRecording(nowhere)).toThrow(expect.objectContaining({ code }));
  const fail = vi.fn();
  expect(() => new EventRecorder(nowhere, options, fail)).toThrow(
    expect.objectContaining({ code }),
  );
  const recorder = new EventRecorder("/dev/full", options, fail);
  for (let k = 0; k < 3; k++) recorder.record({ type: "ticked" }, k);
  recorder.close();
  expect(fail.mock.calls).toEqual([[expect.stringMatching(/no space left/)]]);
});
