// Traces: arrows of transfers and of tasks that another worker took over, and rows of clients.
import { expect, test } from "vitest";
import { chromeTrace } from "../../../src/client/admin/chrome-trace.js";
import { SPAN_KINDS } from "../../../src/protocol/values/observation.js";
import { simulate } from "../../../src/sim/simulate.js";
import { unfusedHeadline } from "../../sim/example-graphs.js";

const { observation: run, ...report } = simulate({
  graph: unfusedHeadline(6),
  workers: 3,
  seed: 1,
  runs: 60,
});
const { traceEvents } = chromeTrace(run);

test("each transfer has an arrow from its sender to its receiver", () => {
  const transfers = run.spans.kinds.filter((kind) => SPAN_KINDS[kind] === "transfer").length;
  expect(transfers).toBeGreaterThan(0);
  const starts = traceEvents.filter(({ ph, name }) => ph === "s" && name === "transfer");
  expect(starts).toHaveLength(transfers);
  for (const start of starts) {
    const end = traceEvents.find(({ ph, id }) => ph === "f" && id === start.id);
    expect(end?.pid).not.toBe(start.pid);
    const rows = traceEvents.filter(
      ({ ph, pid, tid }) => ph === "X" && pid === start.pid && tid === start.tid,
    );
    expect(rows.some(({ ts }) => ts === start.ts)).toBe(true);
  }
  const onward = traceEvents.filter(({ ph }) => ph === "t");
  expect(onward.length).toBeGreaterThan(0);
});

test("steps of the scheduler are a row of its own process, waits of transfers one of a worker", () => {
  const { spans } = run;
  const kind = SPAN_KINDS.indexOf("step");
  const step = {
    kinds: kind,
    workers: -1,
    threads: -1,
    layers: -1,
    blocks: 12,
    bytes: 0,
    peers: -1,
  };
  const row = { ...step, startMs: 100, durationMs: 2, weights: 1, labels: "" };
  const columns = Object.entries(row).map(([name, value]) => [
    name,
    [...(spans[name as "kinds"] ?? []), value],
  ]);
  const traced = chromeTrace({ ...run, spans: { ...spans, ...Object.fromEntries(columns) } });
  const steps = traced.traceEvents.filter(({ cat }) => cat === "step");
  expect(steps).toMatchObject([{ ph: "X", name: "12 steps", pid: 0, ts: 100_000, dur: 2_000 }]);
  const names = traced.traceEvents.filter(({ name, pid, tid }) => {
    return name === "thread_name" && pid === 0 && tid === steps[0]?.tid;
  });
  expect(names).toMatchObject([{ args: { name: "steps" } }]);
  const waits = traceEvents.filter(({ cat }) => cat === "queue");
  expect(waits.length).toBeGreaterThan(0);
  expect(waits.every(({ pid, dur = 0 }) => pid > 0 && dur > 0)).toBe(true);
});

test("each task that another worker took over is a span there", () => {
  const { kinds, weights, workers, peers } = run.spans;
  const steals = kinds.flatMap((kind, row) => (SPAN_KINDS[kind] === "steal" ? [row] : []));
  const count = steals.reduce((sum, row) => sum + (weights[row] as number), 0);
  expect(count).toBe(run.overview.stolen);
  expect(report.tasksRun).toBeGreaterThan(count);
  for (const row of steals) expect(workers[row]).not.toBe(peers[row]);
});
