// What the scheduler keeps of a run: totals that are never lost, spans and samples within their
// bounds.
import { describe, expect, test } from "vitest";
import {
  packSpanCode,
  readSpanCode,
  SPAN_FIELDS,
} from "../../../../src/protocol/values/span-rows.js";
import { SampleLog } from "../../../../src/scheduler/state/observed/sample-log.js";
import { SpanStore } from "../../../../src/scheduler/state/observed/span-store.js";
import {
  addRun,
  binOf,
  foldLayer,
  noLayerTotals,
  noWorkerTotals,
} from "../../../../src/scheduler/state/observed/totals.js";

function rowsFrom(first: number, count: number): Float64Array {
  const rows = new Float64Array(count * SPAN_FIELDS);
  for (let k = 0; k < count; k++) rows[k * SPAN_FIELDS] = first + k;
  return rows;
}

describe("spans", () => {
  test("stay within their bytes, and those of the whole run are there", () => {
    const store = new SpanStore(100_000);
    for (let report = 0; report < 1_000; report++) store.add(0, rowsFrom(report * 20, 20), 1);
    expect(store.bytes).toBeLessThanOrEqual(100_000);
    const kept = store.since(0);
    const starts = kept.map(({ rows }) => rows[0] as number);
    expect(starts[0]).toBeLessThan(2_000);
    expect(starts.at(-1)).toBe(19_980);
    // Each row says how many it stands for.
    const meant = kept.reduce(
      (sum, { rows, weight }) => sum + (rows.length / SPAN_FIELDS) * weight,
      0,
    );
    expect(meant).toBeGreaterThan(10_000);
    expect(meant).toBeLessThan(40_000);
  });

  test("are asked for from where an earlier answer ended", () => {
    const store = new SpanStore();
    store.add(0, rowsFrom(0, 2), 1);
    const { cursor } = store;
    store.add(1, rowsFrom(2, 2), 1);
    expect(store.since(cursor).map(({ origin }) => origin)).toEqual([1]);
    expect(store.since(store.cursor)).toEqual([]);
  });

  test.each([
    [0, -1, -1],
    [4, 0, 0],
    [2, 4_094, 1_000_000],
  ])("kind %i, thread %i and peer %i fit one number", (kind, thread, peer) => {
    expect(readSpanCode(packSpanCode(kind, thread, peer))).toEqual({ kind, thread, peer });
  });
});

test("durations are counted by powers of two", () => {
  expect([0, 0.001, 0.002, 0.003, 1, 1e12].map(binOf)).toEqual([0, 1, 2, 2, 10, 31]);
});

test("a layer that is listed no more is in the totals of the others", () => {
  const [layer, others] = [noLayerTotals(), noLayerTotals()];
  addRun(layer, noWorkerTotals(), 7, 3, 2, 80);
  addRun(layer, noWorkerTotals(), 7, 4, 1, 80);
  foldLayer(others, layer);
  foldLayer(others, layer);
  expect(others).toMatchObject({ done: 4, busyMs: 6, madeBytes: 320, longestMs: 2 });
  expect(others).toMatchObject({ longestBlock: 3 });
  expect(others.durations?.reduce((sum, count) => sum + count)).toBe(4);
});

test("samples of a long run are fewer, and spread over all of it", () => {
  const log = new SampleLog();
  const empty = { workers: [], managedBytes: [], processBytes: [], spilledBytes: [] };
  for (let atMs = 0; atMs < 10_000_000; atMs += 100) {
    const columns = { ...empty, executing: [], layers: [], layerBytes: [] };
    if (log.isDue(atMs)) log.add({ atMs, done: 0, ...columns });
  }
  const times = log.all().map(({ atMs }) => atMs);
  expect(times.length).toBeLessThan(600);
  expect(times.length).toBeGreaterThan(250);
  expect(times[0]).toBe(0);
  expect(times.at(-1)).toBeGreaterThan(9_900_000);
});
