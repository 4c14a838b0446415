// Which graphs contain a task besides the one that leads it.
import { expect, it } from "vitest";
import { SharedGraphs } from "../../../src/scheduler/state/shared-graphs.js";

it("knows each graph of a task once, in whatever order they come and go", () => {
  const shared = new SharedGraphs();
  for (const graph of [4, 5, 6, 5]) shared.add(10, graph);
  shared.add(2_000_000, 4);
  expect([...shared.of(10)].sort()).toEqual([4, 5, 6]);
  expect([shared.countOf(10), shared.countOf(11)]).toEqual([3, 0]);
  shared.delete(10, 4);
  shared.delete(10, 7);
  expect([4, 5, 6].map((graph) => shared.has(10, graph))).toEqual([false, true, true]);
  expect([shared.pop(10), shared.pop(10)].sort()).toEqual([5, 6]);
  expect(shared.pop(10)).toBeUndefined();
  expect([...shared.slots()]).toEqual([2_000_000]);
});
