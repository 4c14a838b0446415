// The log of spans: all of them while there is room, then a fair part; of named ones, the totals.
import { expect, test } from "vitest";
import { NAMES_MAX, SpanLog } from "../../../src/protocol/values/span-log.js";
import { SPAN_FIELDS } from "../../../src/protocol/values/span-rows.js";

function fill(log: SpanLog, count: number): void {
  for (let k = 0; k < count; k++) log.add(0, 0, k, 1, 0, k, 8);
}

function startsOf(rows: Float64Array): number[] {
  return [...rows].filter((_value, at) => at % SPAN_FIELDS === 0);
}

test("keeps every span while there is room", () => {
  const log = new SpanLog();
  fill(log, 100);
  const { rows, weight } = log.take();
  expect([startsOf(rows).length, weight]).toEqual([100, 1]);
  expect(log.take().rows.length).toBe(0);
});

test("keeps an even part of very many, and says how many each stands for", () => {
  const log = new SpanLog();
  fill(log, 100_000);
  const { rows, weight } = log.take();
  const starts = startsOf(rows);
  expect(starts.length * weight).toBeGreaterThan(90_000);
  expect(starts.length * weight).toBeLessThanOrEqual(100_000 + weight);
  const gaps = starts.slice(1).map((start, k) => start - (starts[k] as number));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * weight);
});

test("counts every named span, and puts further names together", () => {
  const log = new SpanLog();
  for (let k = 0; k < 5_000; k++) log.addNamed(5, 0, k, 2, -1, -1, `name ${k % 3}`);
  const { named } = log.take();
  expect(named?.counts).toEqual([1_667, 1_667, 1_666]);
  expect(named?.names).toEqual(["name 0", "name 1", "name 2"]);
  expect(named?.totalMs[0]).toBe(2 * 1_667);
  expect(log.take().named).toBeUndefined();
  for (let k = 0; k < 5_000; k++) log.addNamed(5, 0, k, 1, -1, -1, `name ${k}`);
  const many = log.take().named;
  expect(many?.names.length).toBe(NAMES_MAX - 1);
  expect(many?.names.at(-1)).toBe("other spans");
  expect(many?.counts.reduce((sum, count) => sum + count, 0)).toBe(5_000);
});

test("sums of a kind count spans that were left out, and outlive reports", () => {
  const log = new SpanLog();
  fill(log, 3_000);
  log.take();
  fill(log, 1_000);
  expect(log.sumsOf("task")).toEqual({ count: 4_000, totalMs: 4_000, bytes: 32_000 });
  expect(log.sumsOf("spill")).toEqual({ count: 0, totalMs: 0, bytes: 0 });
});
