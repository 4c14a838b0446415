// What explain() predicts: tasks and bytes of the main job, whatever the cluster, and what it
// refuses.
import { describe, expect, it } from "vitest";
import { ones, random, take } from "../../../src/array/index.js";
import { ArgumentError } from "../../../src/base/errors.js";
import { explainWithCost } from "../../../src/diagnostics/explain/explain-cost.js";
import { estimateCost } from "../../../src/diagnostics/predictions/estimated-cost.js";
import {
  type PredictedCost,
  predictCost,
  THOROUGH,
} from "../../../src/diagnostics/predictions/predicted-cost.js";
import { sampleTasks } from "../../../src/diagnostics/predictions/sampled-tasks.js";
import { typicalCosts } from "../../../src/diagnostics/predictions/typical-costs.js";
import { graphBelow, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import { optimize } from "../../../src/graph/passes/optimize.js";
import {
  closeExecutor,
  type ExecutorSize,
  openExecutor,
} from "../../../src/graph/ports/executor.js";
import { countTasks } from "../../../src/graph/tasks/count-tasks.js";
import { fromSequence } from "../../../src/index.js";
import { meanGraph } from "../graphs.js";

/** What follows a title in the table. */
const entry = (text: string, title: string) =>
  new RegExp(`^${title} +(.*)$`, "m").exec(text)?.[1] as string;

/** Whose numbers are made by tasks of their own, so that there is something to hold. */
const passes = { drawInside: false, fuseSources: false };

describe("the prediction for (x + xᵀ).mean()", () => {
  it("has its tasks and bytes, on one worker", () => {
    const text = explainWithCost(meanGraph(4), {
      passes,
      workers: 1,
      threads: 2,
      memoryLimit: "1GiB",
      measure: false,
    });
    expect(text).toContain("4 layers and 30 tasks to run");
    expect(text).toContain("predicted for 1 worker of 2 threads and 1 GiB each\n");
    expect(entry(text, "tasks")).toBe("30");
    expect(entry(text, "read or made")).toBe("122 MiB"); // 16 blocks of 8 MB
    expect(entry(text, "moved")).toBe("0 B");
    // Two blocks, one sum and a quarter of a MiB for the kernel.
    expect(entry(text, "largest task")).toMatch(
      /^mean-partial-add-transpose-\w+\(0, 1\), 15.5 MiB$/,
    );
    expect(entry(text, "written to disk")).toBe("0 B");
    expect(entry(text, "worker 1")).toMatch(/^30 tasks, .* at peak$/);
  });

  it("has each worker, and what is moved between them", () => {
    const options = { workers: 3, threads: 1, measure: false, passes };
    const text = explainWithCost(meanGraph(4), options);
    const shares = [1, 2, 3].map((worker) => Number.parseInt(entry(text, `worker ${worker}`), 10));
    expect(shares.reduce((sum, share) => sum + share)).toBe(Number(entry(text, "tasks")));
    for (const share of shares) expect(share).toBeGreaterThan(0);
    expect(entry(text, "moved")).not.toBe("0 B");
    expect(explainWithCost(meanGraph(4), options)).toBe(text);
  });
});

describe("what is read or made", () => {
  it("counts sources within the tasks of a user's function, simulated or estimated", () => {
    const sumOf = (chunks: number) =>
      graphBelow([
        ones([1_000], { chunks })
          .mapBlocks((block) => block)
          .sum().node,
      ]);
    expect(entry(explainWithCost(sumOf(100), {}), "read or made")).toBe("7.81 KiB");
    expect(entry(explainWithCost(sumOf(1), {}), "read or made")).toBe("7.81 KiB");
  });
});

describe("without options", () => {
  it("nothing is measured", () => {
    expect(explainWithCost(meanGraph(4), {})).toBe(
      explainWithCost(meanGraph(4), { measure: false }),
    );
  });

  it("few tasks are simulated, more are estimated, and the text says how to simulate them", () => {
    const text = explainWithCost(meanGraph(100), { workers: 2, threads: 2, memoryLimit: "1GiB" });
    expect(text).toContain(
      "estimated for 2 workers of 2 threads and 1 GiB each, by typical rates\n",
    );
    expect(entry(text, "tasks")).toBe("6,783");
    expect(entry(text, "largest task")).toMatch(/^mean-\w+\(0, 1\), 256 KiB$/);
    expect(text).toContain("explain({ measure: true }) measures this machine and simulates memory");
  });

  it("four million tasks are estimated as well", () => {
    expect(explainWithCost(meanGraph(1_000), {})).toMatch(
      /^14 layers and 4,333,459 tasks as built/,
    );
  });
});

describe("an estimate", () => {
  it.each([4, 8])(
    "takes about the time that a simulation has (%i blocks along each axis)",
    (count) => {
      const cluster = { workers: 2, threads: 2 };
      const graph = optimize(meanGraph(count), { passes });
      const samples = sampleTasks(countTasks(layersOf(graph), outputsOf(graph)));
      const costs = typicalCosts(samples);
      const estimated = estimateCost(samples, costs, 4);
      const predicted = predictCost(graph, cluster, () => costs, THOROUGH) as PredictedCost;
      expect(estimated.tasks).toBe(predicted.tasks);
      expect(estimated.sourceBytes).toBe(predicted.sourceBytes);
      expect(estimated.largestTask).toEqual(predicted.largestTask);
      expect(estimated.wallMs / predicted.wallMs).toBeGreaterThan(0.5);
      expect(estimated.wallMs / predicted.wallMs).toBeLessThan(2);
    },
  );
});

describe("hints", () => {
  it("come before the passes", () => {
    const text = explainWithCost(meanGraph(4), {});
    expect(text.indexOf("\nhints\n")).toBeGreaterThan(text.indexOf("predicted for"));
    expect(text.indexOf("\npass ")).toBeGreaterThan(text.indexOf("\nhints\n"));
  });

  it("lead with the layer that makes ten times the tasks or bytes that it reads", () => {
    const x = random([14_600, 45, 90], { chunks: [365, 45, 90], dtype: "float32", seed: 1 });
    const explained = (result: typeof x) => explainWithCost(graphBelow([result.node]), {});
    expect(explained(x.rechunk([1, -1, -1]).add(1) as typeof x)).toMatch(
      /^rechunk-\w+ makes 14,600 tasks from 40: write \.rechunk\(\["auto", "auto", "auto"\]\)/,
    );
    const repeated = Array.from({ length: 100_000 }, (_, day) => day % 365);
    const clim = random([365, 45, 90], { dtype: "float32", seed: 1 });
    expect(explained(take(clim, repeated, 0) as typeof x)).toMatch(
      /^take-\w+ makes 1.51 GiB from 5.64 MiB: .*groupBy\(x, labels\)/,
    );
    const line = random(20_000, { chunks: 5_000, seed: 1 });
    const outer = line.reshape([-1, 1]).multiply(line);
    expect(explained(outer as unknown as typeof x)).toMatch(
      /^multiply-\S+ makes 2.98 GiB from .*einsum/,
    );
    expect(explained(outer.sum(1) as unknown as typeof x)).toMatch(/^\d+ layers/);
    expect(explained(take(x, repeated.slice(0, 14_600), 0) as typeof x)).toMatch(/^\d+ layers/);
  });

  it("say where chunks are too small, too large, or too few", () => {
    const small = ones([10_000, 10], { chunks: 1 }).add(1).sum();
    expect(explainWithCost(graphBelow([small.node]), {})).toMatch(
      /tasks take \d+ µs each: larger chunks cost less overhead/,
    );
    const large = random([4_000, 4_000], { chunks: 2_000, seed: 1 });
    const options = { workers: 4, threads: 2, memoryLimit: "200MB" };
    const text = explainWithCost(graphBelow([large.matmul(large).node]), options);
    expect(text).toMatch(/2 threads may need \d+ MiB at once, of 191 MiB: use smaller chunks/);
    expect(text).toContain(
      "at most 4 tasks can run at once, on 8 threads: smaller chunks use more",
    );
  });
});

describe("without a cluster in its options", () => {
  const executor = {
    compute: () => Promise.reject(new Error("nothing is computed")),
    persist: () => Promise.reject(new Error("nothing is persisted")),
  };
  const size = { workers: 3, threads: 1, memoryLimitBytes: 2 ** 30, areAlike: true };
  const explained = (size: ExecutorSize | undefined, options = {}) => {
    const sized = { ...executor, sizeNow: () => size };
    openExecutor(sized);
    try {
      return explainWithCost(meanGraph(4), { measure: false, ...options });
    } finally {
      closeExecutor(sized);
    }
  };

  it("predicts for the one in use, and says so", () => {
    const text = explained(size);
    expect(text).toContain(
      "predicted for 3 workers of 1 thread and 1 GiB each\nas the cluster in use; explain({",
    );
    expect(entry(text, "worker 3")).toMatch(/ at peak$/);
    expect(explained({ ...size, areAlike: false })).toContain("whose workers differ: mean threads");
  });

  it("takes from it what is left out", () => {
    expect(explained(size, { workers: 2 })).toContain(
      "for 2 workers of 1 thread and 1 GiB each\nthreads and memoryLimit as of the cluster in use\n",
    );
    const all = { workers: 2, threads: 1, memoryLimit: "1GiB" };
    expect(explained(size, all)).toContain("for 2 workers of 1 thread and 1 GiB each\n\n");
  });

  it("predicts for four workers of two threads as long as none is known", () => {
    expect(explained(undefined)).toContain(
      "for 4 workers of 2 threads\nworkers and threads assumed: no worker is known yet\n",
    );
  });
});

it("says why there is no prediction: of bags, whose layers have no dtype and no lengths", () => {
  const bag = fromSequence([1, 2, 3], { partitionSize: 2 }).map((v) => v + 1);
  const text = explainWithCost(graphBelow([bag.node]), { workers: 4, threads: 2 });
  expect(text).toMatch(
    /no prediction for 4 workers of 2 threads and [^:]+: how large the values of/,
  );
  expect(text).toMatch(/^map-\w+ \* +partitions +values +2 partitions +2$/m);
  expect(text).not.toMatch(/\?|uint8/);
});

it.each<object>([
  { workers: 0 },
  { threads: 1.5 },
  { memoryLimit: "much" },
  { memoryLimit: 0.5 },
  { measure: "no" },
  { nodes: 4 },
])("%j is refused", (options) => {
  expect(() => explainWithCost(meanGraph(2), options)).toThrow(ArgumentError);
});
