// Every distribution against SciPy's distribution functions: how many of many numbers fall between
// its quantiles. Seeds are fixed, so that a test fails always or never.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  checkParameters,
  DISTRIBUTIONS,
  type DistributionName,
  type Draw,
} from "../../../src/graph/model/distribution.js";
import { nameLayer } from "../../../src/graph/model/naming.js";
import type { SourceGenerator } from "../../../src/graph/model/source-generator.js";
import { chiSquareScore } from "../goodness-of-fit.js";
import { computeWhole } from "../layers.js";

interface Case {
  readonly distribution: DistributionName;
  readonly parameters: readonly number[];
  readonly edges: readonly number[];
  readonly probabilities: readonly number[];
}
const { cases } = JSON.parse(
  readFileSync(new URL("../../fixtures/distributions.json", import.meta.url), "utf8"),
) as { cases: Case[] };

const COUNT = 40_000;

function numbers(draw: Draw, count = COUNT): number[] {
  const generator: SourceGenerator = { type: "draw", draw };
  const chunks = [[count - 1000, 1000]];
  return computeWhole([
    nameLayer("draw", { kind: "source", inputs: [], chunks, dtype: "float64", generator }),
  ]).values;
}

/** How many values fall above the edge before and up to each edge. */
function countBetween(values: readonly number[], edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const value of values) {
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= (edges[middle] as number)) high = middle;
      else low = middle + 1;
    }
    counts[low] = (counts[low] as number) + 1;
  }
  return counts;
}

describe("numbers of every distribution fall as SciPy says", () => {
  it.each(cases)("$distribution($parameters)", ({ distribution, parameters, edges, ...rest }) => {
    checkParameters(distribution, parameters);
    const values = numbers({ distribution, seed: 2025, parameters });
    expect(values.some(Number.isNaN)).toBe(false);
    expect(chiSquareScore(countBetween(values, edges), rest.probabilities)).toBeLessThan(4);
  });

  it("would show numbers that are a little off", () => {
    const normal = cases.find((c) => c.distribution === "normal") as Case;
    expect(normal.parameters).toEqual([0, 1]);
    for (const parameters of [
      [0.05, 1],
      [0, 1.05],
    ]) {
      const values = numbers({ distribution: "normal", seed: 2025, parameters });
      const counts = countBetween(values, normal.edges);
      expect(chiSquareScore(counts, normal.probabilities)).toBeGreaterThan(6);
    }
  });

  it("has cases for every distribution", () => {
    const tested = new Set<string>([...cases.map((c) => c.distribution), "permutation"]);
    expect(Object.keys(DISTRIBUTIONS).filter((name) => !tested.has(name))).toEqual([]);
  });
});
