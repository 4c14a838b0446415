// Tables of axes of very many blocks, which are made once for several readers.
import { expect, it } from "vitest";
import { defined } from "../../../src/base/assert.js";
import { isGrid } from "../../../src/graph/checks/fits.js";
import { axisOverlap } from "../../../src/graph/dependencies/axis-overlap.js";
import { axisSlice } from "../../../src/graph/dependencies/slice-plan.js";
import { axisOfRuns, evenAxis } from "../../../src/graph/model/axis-runs.js";
import { axisLength } from "../../../src/graph/model/chunks.js";
import type { AxisSelection } from "../../../src/graph/model/layer.js";
import { graphBelow, layersOf } from "../../../src/graph/model/layer-graph.js";
import { expandInSlices } from "../../../src/graph/tasks/expand.js";
import { ones } from "../../../src/index.js";

const axis = Array.from({ length: 5_000 }, (_, block) => block % 4);
const length = axis.reduce((sum, each) => sum + each, 0);

it.each([
  { type: "range", start: 3, step: 1, count: length - 3 },
  { type: "range", start: length - 1, step: -7, count: Math.floor(length / 7) },
] satisfies AxisSelection[])("slices take elements $start, step $step", (selection) => {
  const { blocks, offset, count, step } = axisSlice(axis, selection);
  const starts = [0];
  for (const each of axis) starts.push((starts.at(-1) as number) + each);
  const taken = Array.from(blocks).flatMap((block, row) => {
    const first = (starts[block] as number) + (offset[row] as number);
    return Array.from({ length: count[row] as number }, (_, k) => first + k * step);
  });
  const { start, count: all } = selection;
  expect(taken).toEqual(Array.from({ length: all }, (_, k) => start + k * step));
});

it("a table is that of the selection that was asked for last", () => {
  const all = { type: "range", start: 0, step: 1, count: length } as const;
  const one = { type: "index", at: 5 } as const;
  const counts = [all, one, all].map((selection) => axisSlice(axis, selection).count.length);
  expect(counts).toEqual([3_750, 1, 3_750]);
});

it("overlaps cover each output block", () => {
  const fives = new Array<number>(length / 5).fill(5);
  const wide = new Array<number>(length).fill(1);
  expect([...axisOverlap(axis, wide).length].every((piece) => piece === 1)).toBe(true);
  expect(axisOverlap(fives, wide).blocks.at(-1)).toBe(fives.length - 1);
  expect(axisOverlap(wide, fives).start.at(-1)).toBe(length);
});

it("the same runs of very many blocks give the same list, whose facts are known", () => {
  const axis = axisOfRuns([[2, 6_000]]);
  expect(axisOfRuns([[2, 6_000]])).toBe(axis);
  expect(evenAxis(2, 6_000)).toBe(axis);
  expect([axis.length, axisLength(axis), isGrid([axis])]).toEqual([6_000, 12_000, true]);
  expect(axisOfRuns([[2, 6_001]])).not.toBe(axis);
  const unknown = evenAxis(Number.NaN, 6_000);
  expect([axisLength(unknown), isGrid([unknown])]).toEqual([Number.NaN, true]);
});

it("blocks behind which there is another's take their share of a slice of work", () => {
  const x = ones([20_000], { chunks: 1 });
  const layers = layersOf(graphBelow([x.slice({ start: 1 }).node]));
  const costs: number[] = [];
  const work = expandInSlices(layers, [defined(layers.at(-1), "a layer").name]);
  for (let next = work.next(); next.done !== true; next = work.next()) costs.push(next.value);
  // Each block is looked at twice; a slice has a few thousand.
  expect(costs.length).toBeGreaterThan(8);
  expect(Math.max(...costs)).toBeLessThan(2_000);
});
