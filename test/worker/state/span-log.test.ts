// The log of spans on a worker: all of them while there is room, then a fair part.
import { expect, test } from "vitest";
import { SPAN_FIELDS } from "../../../src/protocol/values/span-rows.js";
import { SpanLog } from "../../../src/worker/state/span-log.js";

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
