// One job of a run, as a run of its own.
import { expect, it } from "vitest";
import { jobRun } from "../../../src/dashboard/views/job-run.js";
import { simulate } from "../../../src/sim/simulate.js";
import { unfusedHeadline } from "../../sim/example-graphs.js";

const { observation: run } = simulate({ graph: unfusedHeadline(4), workers: 2, seed: 1, runs: 2 });

it("has the layers of the job, what ran in them, and what happened meanwhile", () => {
  const [first, last] = [run.jobs[0], run.jobs.at(-1)];
  expect(run.jobs.length).toBeGreaterThan(1);
  const one = jobRun(run, first?.id as string);
  expect(one?.jobs).toEqual([first]);
  expect(one?.layers.map(({ id }) => id)).toEqual([...(first?.layers ?? [])].sort((a, b) => a - b));
  expect(one?.overview.tasks.done).toBe(first?.done);
  expect(one?.overview.nowMs).toBe(first?.endedMs);
  const others = last?.layers.filter((id) => !first?.layers.includes(id)) ?? [];
  expect(others.length).toBeGreaterThan(0);
  expect(one?.spans.layers.some((id) => others.includes(id))).toBe(false);
  expect(one?.spans.kinds).toHaveLength(one?.spans.startMs.length as number);
});

it("is nothing where the job is not listed", () => {
  expect(jobRun(run, "none")).toBeUndefined();
});
