// The entry `tilework/diagnostics`: gives programs of `tilework/array` what explains and draws, and
// leaves to them who computes.
import { expect, test } from "vitest";
import { ones } from "../../src/entries/array.js";
import { describeDump, predict } from "../../src/entries/diagnostics.js";
import { SchedulerCore } from "../../src/entries/scheduler.js";
import { layerGraph } from "../../src/graph/index.js";
import { currentExecutor } from "../../src/graph/ports/executor.js";

test("gives arrays explain(), and changes nothing else", () => {
  expect(ones([4], { chunks: 2 }).sum().explain()).toMatch(/tasks/);
  expect(currentExecutor().constructor.name).toBe("SerialExecutor");
});

test("predict() refuses options that make no sense", () => {
  const graph = layerGraph(ones([4], { chunks: 2 }).sum(), { optimize: true });
  const code = "argument.value";
  expect(() => predict(graph, { workers: 0 })).toThrow(expect.objectContaining({ code }));
  expect(() => predict(graph, { threds: 2 } as never)).toThrow(expect.objectContaining({ code }));
});

test("a dump of an embedded scheduler is told in words", () => {
  const scheduler = new SchedulerCore();
  scheduler.step({ type: "ticked" }, 5);
  expect(scheduler.dump().nowMs).toBe(5);
  expect(describeDump(scheduler.dump())).toEqual(["0 tasks", "0 workers", "0 graphs"]);
});
