// What explain() predicts of a run, against real runs on a cluster: what holds whatever else the
// machine does. How far bytes depend on when messages come is
// test/diagnostics/predictions/predicted-cost.test.ts, in virtual time; how near predictions are on
// a quiet machine is bench/prediction.mjs.

import { describe, expect, it } from "vitest";
import { outputsOf } from "../../src/graph/model/layer-graph.js";
import type { ComputeStatistics } from "../../src/graph/ports/executor.js";
import { LocalCluster } from "../../src/index.js";
import {
  PREDICTED_PROGRAMS,
  type ProgramName,
  predictProgram,
} from "../diagnostics/predicted-programs.js";

const NAMES = Object.keys(PREDICTED_PROGRAMS) as ProgramName[];

async function measure(name: ProgramName, workers: number): Promise<ComputeStatistics> {
  const cluster = await LocalCluster.start({ workers, threadsPerWorker: 1 });
  try {
    let statistics: ComputeStatistics | undefined;
    await PREDICTED_PROGRAMS[name]().compute({ onStatistics: (given) => (statistics = given) });
    return statistics as ComputeStatistics;
  } finally {
    await cluster.close();
  }
}

describe("on one worker", () => {
  it.each(NAMES)("%s runs the tasks that are predicted and moves nothing", async (name) => {
    const { graph, predicted, atOnceBytes, allBytes } = predictProgram(name, 1);
    const measured = await measure(name, 1);
    expect(measured.tasksRun).toBe(predicted.tasks);
    expect([measured.bytesMoved, predicted.bytesMoved]).toEqual([0, 0]);
    // When results are let go is a matter of messages, so peaks are bounded by what the graph says:
    // a task's operands are beside its result, and nothing is made twice.
    const peakBytes = measured.workers[0]?.peakManagedBytes;
    for (const bytes of [peakBytes, predicted.peakBytes[0]]) {
      expect(bytes, outputsOf(graph)[0]).toBeGreaterThanOrEqual(atOnceBytes);
      expect(bytes, outputsOf(graph)[0]).toBeLessThanOrEqual(allBytes);
    }
  });
});

describe("on two workers", () => {
  it("an all-to-all moves parts of blocks, each at most twice", async () => {
    const measured = await measure("rows to columns", 2);
    // Twice where a block was taken by the other worker when its parts had come; whole blocks would
    // be 80 MB.
    expect(measured.bytesMoved).toBeLessThanOrEqual(2 * 8e6);
  });
});
