// One run out of what a scheduler observed: two jobs on one virtual cluster, of which the second is
// the run.
import { expect, it } from "vitest";
import { noObservation, runOf, runsIn } from "../../../src/client/admin/run-window.js";
import type { Observation, ObservedSample } from "../../../src/protocol/values/observation.js";
import { simulate } from "../../../src/sim/simulate.js";
import { unfusedHeadline } from "../../sim/example-graphs.js";

const { observation: first } = simulate({ graph: unfusedHeadline(4), workers: 2, seed: 1 });
const endMs = first.overview.nowMs;

/** The same again, twice as much of everything. */
function afterTwice(): Observation {
  const { overview, layers, workers, spans } = first;
  const twice = <T extends object>(row: T, names: readonly (keyof T)[]) => ({
    ...row,
    ...Object.fromEntries(names.map((name) => [name, 2 * (row[name] as number)])),
  });
  const { cursor, ...columns } = spans;
  const shifted = (name: string, column: readonly (number | string)[]) =>
    name === "startMs" ? column.map((ms) => (ms as number) + endMs) : column;
  const doubled = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, [...column, ...shifted(name, column)]]),
  ) as unknown as typeof columns;
  return {
    ...first,
    overview: {
      ...twice(overview, ["busyMs", "movedBytes", "stolen"]),
      nowMs: 2 * endMs,
      tasks: twice(overview.tasks, ["total", "done", "forgotten"]),
    },
    layers: layers.map((layer) => twice(layer, ["total", "done", "busyMs", "madeBytes"])),
    workers: workers.map((worker) => ({
      ...twice(worker, ["done", "busyMs", "madeBytes"]),
      seenMs: worker.seenMs + endMs,
    })),
    spans: { ...doubled, cursor: 2 * cursor },
  };
}

it("has what was done in it alone", () => {
  const run = runOf(afterTwice(), first, 2 * endMs);
  expect(run.overview.tasks.done).toBe(first.overview.tasks.done);
  expect(run.overview.startedMs).toBe(endMs);
  expect(run.layers.map(({ done, total }) => [done, total])).toEqual(
    first.layers.map(({ done, total }) => [done, total]),
  );
  expect(run.workers.map(({ done }) => done)).toEqual(first.workers.map(({ done }) => done));
  expect(runsIn(run.spans)).toBe(runsIn(first.spans));
  expect(Math.min(...run.spans.startMs)).toBeGreaterThanOrEqual(endMs);
});

it("leaves out layers that nothing happened to, and jobs and workers that had ended", () => {
  const later = { ...first, overview: { ...first.overview, nowMs: endMs + 1_000 } };
  const jobs = first.jobs.map((job) => ({ ...job, endedMs: endMs - 1 }));
  const workers = first.workers.map((worker) => ({ ...worker, goneMs: endMs - 1 }));
  const run = runOf({ ...later, jobs, workers }, first, endMs + 1_000);
  expect([run.layers, run.jobs, run.workers]).toEqual([[], [], []]);
  expect(run.overview.tasks.done).toBe(0);
});

it("counts no idle time after its end", () => {
  const late = runOf(first, undefined, endMs);
  const early = runOf(first, undefined, endMs / 2);
  const idleMs = (run: Observation) => run.workers.reduce((sum, worker) => sum + worker.idleMs, 0);
  expect(idleMs(early)).toBeLessThan(idleMs(late));
  expect(early.overview.nowMs).toBe(endMs / 2);
});

it("has samples of its beginning and its end, and says the peak between them", () => {
  const [worker] = first.workers;
  const high = (bytes: number): ObservedSample => ({
    ...{ atMs: endMs + 1, done: 0, layers: [], layerBytes: [], spilledBytes: [0], executing: [0] },
    ...{ workers: [worker?.id as number], managedBytes: [bytes], processBytes: [bytes] },
  });
  const after = { ...afterTwice(), samples: [high(77)] };
  const run = runOf(after, first, 2 * endMs);
  expect(run.samples.map(({ atMs }) => atMs)).toEqual([endMs, endMs + 1, 2 * endMs]);
  expect(run.samples.at(-1)?.done).toBe(first.overview.tasks.done);
  expect(run.workers.find(({ id }) => id === worker?.id)?.peakManagedBytes).toBeGreaterThan(76);
});

it("is empty where nothing was observed", () => {
  const none = noObservation();
  expect(runOf(none, undefined, 0)).toMatchObject({ layers: [], workers: [], jobs: [] });
});
