// A run as a file that is kept up to date: while a job runs, after its end, and at the end of the
// scheduler.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { inprocTransport } from "../../src/comm/inproc/inproc-transport.js";
import { RunFile } from "../../src/dashboard/run-file.js";
import { namedSpans } from "../../src/protocol/values/named-spans.js";
import type { Observation } from "../../src/protocol/values/observation.js";
import { savedStory } from "../../src/protocol/values/told-notes.js";
import { type SchedulerNode, startSchedulerNode } from "../../src/runtime/nodes/scheduler-node.js";
import { startWorkerNode, type WorkerNode } from "../../src/runtime/nodes/worker-node.js";
import { submitSixBlocks } from "./submitted-blocks.js";

const quiet = () => undefined;
const transport = inprocTransport();
const folder = mkdtempSync(join(tmpdir(), "tilework-run-file-"));
const file = join(folder, "run.json");
let scheduler: SchedulerNode;
let worker: WorkerNode | undefined;

beforeAll(async () => {
  scheduler = await startSchedulerNode({ transport, address: "inproc://*", log: quiet });
  await submitSixBlocks(transport, scheduler.address);
  while (scheduler.state.graphs.size === 0) await new Promise(setImmediate);
});

afterAll(async () => {
  await worker?.close();
  await scheduler.close();
  rmSync(folder, { recursive: true });
});

function written(): Observation | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Observation;
  } catch {
    return undefined;
  }
}

it("is written while a job runs, and whole after its end", async () => {
  const runFile = new RunFile({ scheduler, file, note: quiet });
  await expect.poll(() => written()?.overview.tasks).toMatchObject({ total: 6, done: 0, ready: 6 });
  worker = await startWorkerNode({
    ...{ transport, schedulerAddress: scheduler.address, dataAddress: "inproc://*" },
    ...{ name: "worker-0", threads: 1, memoryLimitBytes: 1e9, log: quiet },
  });
  const spansIn = (run: Observation | undefined) =>
    run === undefined ? [] : namedSpans(run).filter(({ kind }) => kind === "task");
  await expect.poll(() => spansIn(written()).length).toBe(6);
  const run = written() as Observation;
  expect(run.jobs).toMatchObject([{ id: "g", state: "finished" }]);
  const [first] = spansIn(run);
  expect(savedStory(run, `${first?.key}`).join()).toContain("processing → memory, worker-0");
  expect(run.logs?.map(({ text }) => text).join()).toContain("worker-0 joined");
  rmSync(file);
  await runFile.close();
  expect(written()?.overview.tasks.done).toBe(6);
});

it("is refused where it cannot be written, and says so once where that comes later", async () => {
  const notes: string[] = [];
  const inFolder = join(folder, "other", "run.json");
  const start = { scheduler, file: inFolder, note: (text: string) => notes.push(text) };
  expect(() => new RunFile(start)).toThrow(`the run file ${inFolder} cannot be written`);
  mkdirSync(join(folder, "other"));
  const runFile = new RunFile(start);
  rmSync(join(folder, "other"), { recursive: true });
  await expect.poll(() => notes.length).toBe(1);
  await runFile.close();
  expect(notes).toEqual([expect.stringContaining("cannot write the run to")]);
});
