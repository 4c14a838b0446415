import { describe, expect, it } from "vitest";
import {
  divideToWidth,
  mergeToCount,
  planRechunk,
} from "../../../src/array/chunks/rechunk-plan.js";
import { axisOfRuns } from "../../../src/graph/model/axis-runs.js";
import { blockCount, blockOffsets, type Chunks } from "../../../src/graph/model/chunks.js";
import table from "../../fixtures/rechunk.json" with { type: "json" };
import drawn from "../../fixtures/rechunk_drawn.json" with { type: "json" };

type Axis = readonly number[] | { readonly rle: [number, number][] };
interface Case {
  readonly group: string;
  readonly old: readonly Axis[];
  readonly new: readonly Axis[];
  readonly itemsize: number;
  readonly threshold: number;
  readonly block_size_limit: number | null;
  readonly plan: unknown[];
  readonly tasks: number;
  readonly peak_block_bytes: number;
  readonly error?: boolean;
}

const plans = (table.cases as unknown as Case[]).filter((c) => c.plan !== undefined && !c.error);
const decode = (axes: readonly Axis[]): Chunks =>
  axes.map((axis) => ("rle" in axis ? axisOfRuns(axis.rle) : axis));

/** Blocks of `to` that are not a block of `from`: each is one task. */
function tasksOf(from: Chunks, to: Chunks): number {
  const kept = to.map((axis, i) => {
    const offsets = blockOffsets(from[i] as readonly number[]);
    const bounds = new Set<string>();
    from[i]?.forEach((length, block) => {
      bounds.add(`${offsets[block]}+${length}`);
    });
    const starts = blockOffsets(axis);
    return axis.filter((length, block) => bounds.has(`${starts[block]}+${length}`)).length;
  });
  return blockCount(to) - kept.reduce((product, n) => product * n, 1);
}

/** No more tasks and no larger block than recorded. */
function expectWithin(c: Case, from: Chunks, plan: readonly Chunks[], what: string): void {
  const steps = [from, ...plan];
  const tasks = plan.reduce((sum, to, i) => sum + tasksOf(steps[i] as Chunks, to), 0);
  expect(tasks, what).toBeLessThanOrEqual(c.tasks);
  const blockBytes = (chunks: Chunks) =>
    chunks.reduce((elements, axis) => elements * Math.max(...axis), c.itemsize);
  expect(Math.max(...steps.map(blockBytes)), what).toBeLessThanOrEqual(c.peak_block_bytes);
}

describe("planRechunk", () => {
  for (const group of new Set(plans.map((c) => c.group))) {
    it(`needs no more tasks and no larger blocks than Dask: ${group}`, () => {
      for (const c of plans.filter((other) => other.group === group)) {
        const [from, target] = [decode(c.old), decode(c.new)];
        const plan = planRechunk(from, target, {
          itemBytes: c.itemsize,
          threshold: c.threshold,
          ...(c.block_size_limit === null ? {} : { blockBytesMax: c.block_size_limit }),
        });
        const what = JSON.stringify([c.old, c.new, c.itemsize, c.block_size_limit]).slice(0, 300);
        expect(plan.at(-1), what).toEqual(target);
        expectWithin(c, from, plan, what);
      }
    });
  }

  it("needs no more tasks and no larger blocks than Dask between chunks drawn at random", () => {
    for (const c of drawn.cases as unknown as Case[]) {
      const [from, target] = [decode(c.old), decode(c.new)];
      const plan = planRechunk(from, target, {
        itemBytes: c.itemsize,
        threshold: c.threshold,
        ...(c.block_size_limit === null ? {} : { blockBytesMax: c.block_size_limit }),
      });
      expectWithin(c, from, plan, JSON.stringify(c).slice(0, 300));
    }
  });

  it("goes through an intermediate grid where one pass has too many edges", () => {
    const rows = [Array.from({ length: 100 }, () => 10), [1000]];
    const columns = [[1000], Array.from({ length: 100 }, () => 10)];
    const plan = planRechunk(rows, columns, { itemBytes: 8, blockBytesMax: 800_000 });
    expect(plan.length).toBeGreaterThan(1);
  });
});

describe("the number of passes", () => {
  const turn = (blocks: number, size: number, options = {}) => {
    const cut = Array.from({ length: blocks }, () => size / blocks);
    return planRechunk([cut, [size]], [[size], cut], { itemBytes: 8, ...options }).length;
  };

  it("is one where every piece is worth its message", () => {
    expect(turn(60, 6_000)).toBe(1);
    expect(turn(1_000, 50_000)).toBe(1);
  });

  it("is more where pieces would be tiny, or more than the scheduler should keep", () => {
    expect(turn(600, 6_000)).toBeGreaterThan(1);
    expect(turn(2_000, 200_000)).toBeGreaterThan(1);
  });

  it("is as asked for with a threshold", () => {
    expect(turn(60, 6_000, { threshold: 4, blockBytesMax: 8e6 })).toBeGreaterThan(1);
  });

  it("never brings more tasks or larger blocks than with the threshold alone", () => {
    const cases = plans.filter((c) => c.threshold === 4);
    expect(cases.length).toBeGreaterThan(50);
    for (const c of cases) {
      const [from, target] = [decode(c.old), decode(c.new)];
      const plan = planRechunk(from, target, {
        itemBytes: c.itemsize,
        ...(c.block_size_limit === null ? {} : { blockBytesMax: c.block_size_limit }),
      });
      const what = JSON.stringify([c.old, c.new, c.itemsize, c.block_size_limit]).slice(0, 300);
      expectWithin(c, from, plan, what);
    }
  });
});

describe("cutting and merging an axis", () => {
  it("divides no more than the width asks", () => {
    expect(divideToWidth([10, 3], 4)).toEqual([3, 3, 4, 3]);
  });

  it("merges down to a count and keeps the widest narrow", () => {
    expect(mergeToCount([1, 1, 1, 9, 1, 1], 3)).toEqual([3, 9, 2]);
  });
});
