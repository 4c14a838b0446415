import { afterEach, describe, expect, it } from "vitest";
import type { Block } from "../../src/base/block.js";
import { InProcessExecutor } from "../../src/cluster/in-process.js";
import { explainWithCost } from "../../src/diagnostics/explain/explain-cost.js";
import type { LayerName, SourceLayer } from "../../src/graph/model/layer.js";
import { graphOf, type LayerGraph } from "../../src/graph/model/layer-graph.js";
import type { LayerPass } from "../../src/graph/passes/user-pass.js";
import type { RunOptions } from "../../src/graph/ports/executor.js";

/** `values` as an array of blocks of two elements. */
function dataGraph(values: Float64Array): LayerGraph {
  const layer: SourceLayer = {
    kind: "source",
    name: "data-1" as LayerName,
    inputs: [],
    chunks: [new Array<number>(values.length / 2).fill(2)],
    dtype: "float64",
    generator: { type: "data", data: values },
  };
  return graphOf([layer], [layer.name]);
}

const executor = new InProcessExecutor({ threads: 1 });

afterEach(() => executor.close());

async function compute(values: Float64Array): Promise<number[]> {
  const result: number[] = [];
  const consume = (_output: number, block: number, { data, offset }: Block) => {
    result[2 * block] = data[offset] as number;
    result[2 * block + 1] = data[offset + 1] as number;
  };
  await executor.compute(dataGraph(values), consume, {});
  return result;
}

describe("InProcessExecutor", () => {
  it("computes on threads of this process, again after it was closed", async () => {
    expect(await compute(Float64Array.of(1, 2, 3, 4))).toEqual([1, 2, 3, 4]);
    await executor.close();
    expect(await compute(Float64Array.of(5, 6))).toEqual([5, 6]);
  });

  it("takes large data as it is: nothing has to be served within one process", async () => {
    const values = Float64Array.from({ length: 20_000 }, (_, i) => i);
    expect(await compute(values)).toEqual([...values]);
  });

  it("keeps persisted blocks until they are released", async () => {
    const handle = await executor.persist(dataGraph(Float64Array.of(1, 2)), {});
    expect(handle.layers).toHaveLength(1);
    handle.release();
  });

  it("is observed once it computes; a job says what was predicted of it", async () => {
    const observed = () => executor.askObservation({ spansMax: 10 });
    expect(await observed()).toBeUndefined();
    const values = Float64Array.of(7, 8, 9, 10);
    const cluster = { workers: 1, threads: 1, memoryLimit: "1GiB" };
    expect(explainWithCost(dataGraph(values), cluster)).toContain("at peak");
    await compute(values);
    const job = (await observed())?.jobs[0];
    expect(job).toMatchObject({
      state: "finished",
      predictedFor: "1 worker of 1 thread and 1 GiB each",
    });
    expect(job?.predictedPeakBytes).toBe(32);
  });

  it("refuses what its threads do not have, for which a job would wait without end", async () => {
    const graph = dataGraph(Float64Array.of(1, 2));
    const run = (options: RunOptions) => executor.compute(graph, () => {}, options);
    const refused = (text: string) => ({
      code: "argument.value",
      message: expect.stringMatching(text),
    });
    const marksLayers: LayerPass = (layers) => {
      layers.forEachNode((name) => layers.setNodeAttribute(name, "resources", { GPU: 1 }));
    };
    await expect(run({ resources: { GPU: 1 } })).rejects.toMatchObject(
      refused('^resources are {"GPU":1}, and no cluster is open: .*LocalCluster.start'),
    );
    await expect(run({ workers: ["worker-0"] })).rejects.toMatchObject(
      refused('^workers are \\["worker-0"\\], and no cluster'),
    );
    await expect(run({ passes: { marksLayers } })).rejects.toMatchObject(
      refused('^resources of layer data-1 are {"GPU":1}'),
    );
    await run({ workers: ["worker-0"], allowOtherWorkers: true, resources: {} });
  });

  it("is closed without ever having started", async () => {
    await executor.close();
  });
});
