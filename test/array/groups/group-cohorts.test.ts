// Groups whose rows are far apart: their rows are taken together, so that no block has all groups.
import { describe, expect, it } from "vitest";
import { cohortsOf } from "../../../src/array/groups/group-cohorts.js";
import { groupLabels } from "../../../src/array/groups/group-labels.js";
import { arange, broadcastTo, fromArray, groupBy, random } from "../../../src/array/index.js";
import { sizeOf } from "../../../src/graph/model/chunks.js";
import { graphBelow, layersOf } from "../../../src/graph/model/layer-graph.js";
import { tasksOf, valuesOf } from "../table-arrays.js";

const rows = fromArray([[0], [1], [2], [3], [4], [5]], { chunks: [1, 1] });
const labels = ["a", "b", "c", "a", "x", "b"];
const grouping = groupLabels(labels, [6], undefined, ["a", "none", "b", "c"]);
const found = [[0], [2], [3], [0], [], [2]];

describe("rows of groups", () => {
  it("come together, in blocks that have whole groups", async () => {
    const cohorts = cohortsOf(rows, grouping, 0, found, 16);
    expect(cohorts?.x.chunks).toEqual([[2, 2, 1], [1]]);
    expect(cohorts?.cuts).toEqual([0, 2, 4]);
    expect([...(cohorts?.groups ?? [])]).toEqual([0, 0, 2, 2, 3]);
    expect(await valuesOf(cohorts?.x ?? rows)).toEqual([0, 3, 1, 5, 2]);
  });

  it("stay where all fit a block, a group fits none, or blocks have many groups", () => {
    expect(cohortsOf(rows, grouping, 0, found, 48)).toBeUndefined();
    expect(cohortsOf(rows, grouping, 0, found, 15)).toBeUndefined();
    const many = Array.from(found, () => [0, 1, 2, 3, 4]);
    expect(cohortsOf(rows, grouping, 0, many, 16)).toBeUndefined();
  });
});

describe("rows of 8 MB of many groups", () => {
  it("make blocks of a few rows, and about three tasks each", () => {
    const x = random([1_000, 1_000_000], { chunks: [1, -1], seed: 1 });
    const groups = groupBy(
      x,
      Array.from({ length: 1_000 }, (_, row) => row % 365),
    );
    const anomalies = groups.subtract(groups.mean());
    expect(anomalies.chunks).toEqual(x.chunks);
    const largest = layersOf(graphBelow([anomalies.node])).map(({ chunks }) =>
      sizeOf(chunks.map((axis) => axis.reduce((most, length) => Math.max(most, length), 0))),
    );
    expect(Math.max(...largest)).toBe(3_000_000);
    expect(tasksOf(anomalies)).toBeLessThan(4_500);
  });

  it("meet the means of their groups", async () => {
    const row = arange(36, { chunks: 1, dtype: "float64" }).reshape([36, 1]);
    const x = broadcastTo(row, [36, 1_000_000]);
    const groups = groupBy(
      x,
      Array.from({ length: 36 }, (_, at) => at % 18),
    );
    const anomalies = groups.subtract(groups.mean());
    expect(await valuesOf(anomalies.std())).toEqual([9]);
    expect(await valuesOf(anomalies.mean())).toEqual([0]);
  });
});
