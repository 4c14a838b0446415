import { PassThrough } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import {
  type DisplayStream,
  showJob,
  shownLayers,
} from "../../../src/diagnostics/progress/progress-display.js";
import type { ProgressReport } from "../../../src/graph/ports/executor.js";
import { RunningJob } from "../../../src/graph/ports/running-jobs.js";

/** A stream, and what was written to it so far. */
function stream(isTTY: boolean) {
  const through = Object.assign(new PassThrough(), { isTTY, columns: 160, rows: 50 });
  let written = "";
  through.on("data", (bytes: Buffer) => {
    written += bytes.toString();
  });
  return {
    through: through as unknown as DisplayStream,
    text: () => written + String(through.read() ?? ""),
  };
}

const report = (done: number, total: number, more: Partial<ProgressReport> = {}) => ({
  done,
  total,
  waitingForWorkersMs: 0,
  ...more,
});
const layer = (name: string, done: number, total: number, running = 0) => ({
  name,
  done,
  total,
  running,
});

describe("without a terminal", () => {
  it("writes a line for each tenth, and the last at the end", () => {
    const { through, text } = stream(false);
    const job = new RunningJob("mean");
    showJob(job, through);
    for (let done = 0; done <= 40; done++) job.reported(report(done, 40));
    job.ended();
    const lines = text().trimEnd().split("\n");
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe("  mean  0 %  0 of 40 tasks");
    expect(lines.at(-1)).toMatch(/^ {2}mean {2}100 % {2}40 of 40 tasks in [\d.]+ (µs|ms|s)$/);
  });

  it("says rate, time left, memory and the layers that are computed", () => {
    const { through, text } = stream(false);
    const job = new RunningJob("mean");
    const now = vi.spyOn(performance, "now");
    try {
      now.mockReturnValue(1_000);
      showJob(job, through);
      job.reported(report(0, 100));
      now.mockReturnValue(3_000);
      const memory = { managedBytes: 2 ** 30, spilledBytes: 2 ** 20, limitBytes: 2 ** 33 };
      const layers = [layer("add-3f2a1b0c", 50, 60, 2), layer("mean-0a1b2c3d", 0, 40)];
      job.reported(report(50, 100, { memory, layers }));
    } finally {
      now.mockRestore();
    }
    expect(text().split("\n")[1]).toBe(
      "  mean  50 %  50 of 100 tasks, 25/s, 2 s left, memory 1 GiB of 8 GiB and 1 MiB on disk, now add",
    );
  });

  it("says each time that it waits for workers, and that it failed", () => {
    const { through, text } = stream(false);
    const job = new RunningJob("mean");
    showJob(job, through);
    job.reported(report(0, 4, { waitingForWorkersMs: 3000 }));
    job.reported(report(0, 4, { waitingForWorkersMs: 6000, waitingFor: "a worker with GPU=1" }));
    const lost = { name: "w0", joinedMsAgo: 60_000, lostMsAgo: 9000, reason: "killed by SIGKILL" };
    job.reported(report(0, 4, { waitingForWorkersMs: 9000, lostWorkers: [lost] }));
    job.ended(new Error("bad"));
    expect(text()).toMatch(/no worker yet, waiting for 3 s\n/);
    expect(text()).toMatch(
      /all workers are gone, the last was w0 \(lost 9 s ago: killed by SIGKILL\), waiting for 9 s\n/,
    );
    expect(text()).toMatch(/no worker with GPU=1 yet, waiting for 6 s\n/);
    expect(text()).toMatch(/ {2}mean {2}0 % {2}failed after [\d.]+ (µs|ms)\n$/);
  });
});

describe("in a terminal", () => {
  it("draws a bar of the whole and of each layer, and leaves them there", () => {
    const { through, text } = stream(true);
    const job = new RunningJob("mean-0a1b2c3");
    showJob(job, through);
    job.reported(
      report(3, 4, { layers: [layer("random-0a1b2c3d", 3, 3), layer("mean-0a1b2c3d", 0, 1, 1)] }),
    );
    job.reported(report(4, 4));
    job.ended();
    expect(text()).toMatch(/mean-0a1b2c3 +\[█+░+\] 75% {2}3 of 4 tasks/);
    expect(text()).toMatch(/ mean +\[░+\] 0% {2}0 of 1/);
    const last = text().slice(text().lastIndexOf("mean-0a1b2c3"));
    expect(last).toMatch(/mean-0a1b2c3 +\[█+\] 100% {2}4 of 4 tasks in /);
    expect(text()).toMatch(/ random +\[█+\] 100% {2}3 of 3/);
    expect(last).toMatch(/ mean +\[█+\] 100% {2}1 of 1/);
    // Neither the cursor nor line wrapping is changed: a program that is killed leaves its terminal
    // as it was.
    expect(text()).not.toMatch(/\[\?(25|7)[lh]/);
  });

  it("draws jobs that run together below each other", () => {
    const { through, text } = stream(true);
    const jobs = [new RunningJob("sum"), new RunningJob("std")];
    for (const job of jobs) {
      showJob(job, through);
      job.reported(report(1, 2));
    }
    jobs[0]?.ended();
    jobs[1]?.reported(report(2, 2));
    jobs[1]?.ended();
    const last = text().slice(text().lastIndexOf("sum"));
    expect(last).toMatch(/sum .* in .*\n.*std .*100% .* in /);
  });

  it("leaves nothing of a job that ends sooner than asked", () => {
    const { through, text } = stream(true);
    const job = new RunningJob("sum");
    showJob(job, through, 60_000);
    job.reported(report(1, 1));
    job.ended();
    expect(text()).toBe("");
  });

  it("has room for eight layers: those that are not done, and the last before them", () => {
    const layers = Array.from({ length: 20 }, (_, k) => layer(`l${k}`, k < 15 ? 1 : 0, 1));
    expect(shownLayers(layers).map(({ name }) => name)).toEqual(
      [12, 13, 14, 15, 16, 17, 18, 19].map((k) => `l${k}`),
    );
    expect(shownLayers(layers.slice(5, 9))).toHaveLength(4);
  });
});
