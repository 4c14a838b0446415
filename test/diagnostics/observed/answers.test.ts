// Answers of `tilework observe`, from runs of the simulator.
import { describe, expect, it } from "vitest";
import {
  criticalPathAnswer,
  layersAnswer,
  memoryAnswer,
  overviewAnswer,
  stragglersAnswer,
  taskAnswer,
  timelineAnswer,
  transfersAnswer,
} from "../../../src/diagnostics/observed/answers.js";
import { namedSpans } from "../../../src/protocol/values/named-spans.js";
import type { Observation, ObservedLayer } from "../../../src/protocol/values/observation.js";
import { simulate } from "../../../src/sim/simulate.js";
import { unfusedHeadline } from "../../sim/example-graphs.js";

const { observation: run, ...report } = simulate({
  graph: unfusedHeadline(6),
  workers: 3,
  seed: 1,
  // Workers report twice a second.
  runs: 60,
});

describe("answers about a run", () => {
  it("say how much was done, and what held it back", () => {
    const answer = overviewAnswer(run);
    expect(answer).toMatchObject({ workers: 3, tasksDone: report.tasksRun, tasksFailed: 0 });
    expect(answer.computingMs).toBeCloseTo(report.busyMs);
    expect(answer.movedBytes).toBe(report.bytesMoved);
    expect(answer.bottleneck).toMatch(/^(computing|transfers|the disk|too little work)/);
  });

  it("put the layers first that took most time", () => {
    const times = layersAnswer(run).map(({ busyMs }) => busyMs);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it("show a stretch of the timeline, with everything that touches it", () => {
    const all = timelineAnswer(run, {});
    expect(all.length).toBeGreaterThan(10);
    const middleMs = (all[Math.floor(all.length / 2)] as (typeof all)[number]).startMs;
    const part = timelineAnswer(run, { startMs: middleMs, durationMs: 1 });
    expect(part.length).toBeGreaterThan(0);
    expect(part.length).toBeLessThan(all.length);
    for (const { startMs, durationMs } of part) {
      expect(startMs).toBeLessThan(middleMs + 1);
      expect(startMs + durationMs).toBeGreaterThanOrEqual(middleMs);
    }
  });

  it("know of samples which worker holds how much of each layer", () => {
    const held = run.samples.filter(({ layers }) => layers.length > 0);
    expect(held.length).toBeGreaterThan(0);
    const sum = (bytes: readonly number[]) => bytes.reduce((total, each) => total + each, 0);
    for (const { layerBytes, layerBytesOn = [], heldBytes = [] } of held) {
      expect(layerBytesOn.map(sum)).toEqual(layerBytes);
      heldBytes.forEach((bytes, k) => {
        expect(sum(layerBytesOn.map((on) => on[k] as number))).toBeLessThanOrEqual(bytes);
      });
      expect(sum(heldBytes)).toBeGreaterThanOrEqual(sum(layerBytes));
    }
  });

  it("know of samples how many tasks had run", () => {
    const done = run.samples.map((sample) => sample.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBeGreaterThan(0);
    expect(done.at(-1)).toBeLessThanOrEqual(run.overview.tasks.done);
  });

  it("name both ends of transfers", () => {
    const rows = transfersAnswer(run);
    const names = run.workers.map(({ name }) => name);
    for (const { from, to, bytes } of rows) {
      expect(names).toContain(from);
      expect(names).toContain(to);
      expect(bytes).toBeGreaterThan(0);
    }
    expect(rows.length).toBeGreaterThan(0);
    const waitedMs = rows.reduce((sum, { queuedMs }) => sum + queuedMs, 0);
    expect(waitedMs).toBeGreaterThan(0);
  });

  it("tell a task's life by phases, and what it reads", () => {
    const moved = namedSpans(run).find(({ kind, key }) => kind === "transfer" && key !== "");
    const story = [
      "1.5 s  released → waiting  [submitGraph]",
      "2 s  waiting → processing, w-1  [tasksFinished]",
      "2.25 s  processing → memory, w-1  [tasksFinished]",
      "9 s  memory → released  [tasksFinished]",
    ];
    const begun = { ...run, overview: { ...run.overview, startedMs: 1_250 } };
    const told = taskAnswer(begun, moved?.key ?? "", story);
    const { inputs, phases, spans } = told;
    // As those of spans, its times are since the start of the run.
    expect(told.story[1]).toBe("0.7500 s  waiting → processing, w-1  [tasksFinished]");
    expect(inputs.length).toBeGreaterThan(0);
    expect(spans.map(({ from }) => from)).toContain(moved?.from);
    const took = Object.fromEntries(phases.map(({ phase, totalMs }) => [phase, totalMs]));
    expect(took).toMatchObject({ waiting: 500, processing: 250 });
    expect(took.transfer).toBeGreaterThan(0);
    expect(took.task).toBeGreaterThan(0);
  });

  it("give the most memory of each worker and layer", () => {
    const { workers, layers } = memoryAnswer(run);
    expect(workers).toHaveLength(3);
    expect(layers[0]?.peakBytes).toBeGreaterThan(0);
  });

  it("find a task that took far longer than others of its layer", () => {
    const [first] = run.layers as [ObservedLayer];
    const layer = { ...first, done: 10, busyMs: 100, longestMs: 91, longestKey: "slow-1(3)" };
    const slow: Observation = { ...run, layers: [layer] };
    expect(stragglersAnswer(slow)).toMatchObject([{ longestKey: "slow-1(3)", meanMs: 10 }]);
    expect(stragglersAnswer({ ...slow, layers: [{ ...layer, longestMs: 11 }] })).toEqual([]);
  });

  it("follow the chain of layers back from the one that ended last", () => {
    const path = criticalPathAnswer(run);
    expect(path.length).toBeGreaterThan(2);
    expect(path.at(-1)?.tasks).toBe(1);
    const ends = path.map(({ lastMs }) => lastMs);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
  });

  it("have the runs of one task", () => {
    const key = timelineAnswer(run, {}).find(({ kind }) => kind === "task")?.key as string;
    const { spans } = taskAnswer(run, key, []);
    expect(spans.length).toBeGreaterThan(0);
    expect(new Set(spans.map((span) => span.key))).toEqual(new Set([key]));
  });
});
