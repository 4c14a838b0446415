// Random numbers that are made again rather than kept: where, in layers and tasks, and what that
// saves. That values stay what they are is test/array/passes.property.test.ts.

import { describe, expect, it } from "vitest";
import { type ChunkedArray, random } from "../../../src/array/index.js";
import { predictCost } from "../../../src/diagnostics/predictions/predicted-cost.js";
import { graphBelow, type LayerGraph, layersOf } from "../../../src/graph/model/layer-graph.js";
import { optimize } from "../../../src/graph/passes/optimize.js";
import { remakeSources } from "../../../src/graph/passes/remake-sources.js";
import { SerialExecutor } from "../../../src/runtime/nodes/serial-executor.js";
import { COST_DEFAULTS } from "../../../src/sim/cost-model.js";
import { after } from "../after-pass.js";

const x = random([400, 400], { chunks: 100, seed: 1 });
const BYTES = 400 * 400 * 8;

/** Numbers that programs draw themselves are never kept. */
const passes = { drawInside: false, fuseSources: false };

/** The graph after other passes, and after this one with so many bytes that may be kept. */
function remade(keptBytesMin: number, ...outputs: readonly ChunkedArray[]) {
  const before = optimize(graphBelow(outputs.map(({ node }) => node)), { passes });
  return { before, after: after(remakeSources, before, keptBytesMin) };
}

/** How often the blocks of each source are made before. */
function sources(graph: LayerGraph): number[] {
  return layersOf(graph)
    .flatMap((layer) => (layer.kind === "source" ? [layer.again ?? 0] : []))
    .sort();
}

describe("remakeSources", () => {
  it("makes numbers again for the one that waits for what is made of them", () => {
    const centred = x.subtract(x.mean()).std();
    expect(sources(remade(BYTES, centred).after)).toEqual([0, 1]);
    const twice = x.multiply(x.subtract(x.mean()).abs().sum()).sum();
    expect(sources(remade(BYTES, twice).after)).toEqual([0, 1, 2]);
  });

  it("keeps them for users that go through them together, and where little has to wait", () => {
    const { before, after } = remade(0, x.sum(), x.max());
    expect(layersOf(after)).toEqual(layersOf(before));
    // Along columns, four of sixteen blocks wait for a mean.
    const columns = x.subtract(x.mean(0)).std();
    expect(sources(remade(BYTES, columns).after)).toEqual([0]);
    expect(sources(remade(BYTES / 4, columns).after)).toEqual([0, 1]);
    expect(sources(remade(BYTES + 1, x.subtract(x.mean()).std()).after)).toEqual([0]);
  });

  it("keeps what someone wants, and does nothing to graphs of a few megabytes", () => {
    const centred = x.subtract(x.mean()).std();
    expect(sources(remade(BYTES, x, centred).after)).toEqual([0]);
    expect(sources(optimize(graphBelow([centred.node]), { passes }))).toEqual([0]);
  });

  it("lets workers hold a few blocks instead of all", () => {
    const { before, after } = remade(0, x.subtract(x.mean()).std());
    const peak = (graph: LayerGraph) => {
      // Tasks that take longer than messages do, as those on large blocks.
      const costs = { ...COST_DEFAULTS, overheadMs: 20 };
      const cost = predictCost(graph, { workers: 1, threads: 1 }, () => costs);
      return typeof cost === "string" ? Number.NaN : (cost.peakBytes[0] as number);
    };
    expect(peak(before)).toBeGreaterThanOrEqual(BYTES);
    expect(peak(after)).toBeLessThan(BYTES / 2);
  });

  it("changes no bit", async () => {
    const { before, after } = remade(0, x.subtract(x.mean()).divide(x.std()).abs().sum());
    expect(sources(after).length).toBeGreaterThan(1);
    const values: unknown[] = [];
    for (const graph of [before, after]) {
      await new SerialExecutor().compute(
        graph,
        (_output, _block, { data }) => values.push(data[0]),
        { optimizeGraph: false },
      );
    }
    expect(values[0]).toBe(values[1]);
  });
});
