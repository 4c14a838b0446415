// What explain() predicts: tasks and bytes of the main job, whatever the cluster, and what it refuses.
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/base/errors.js";
import { explainWithCost } from "../../../src/diagnostics/explain/explain-cost.js";
import { meanGraph } from "../graphs.js";

/** What follows a title in the table. */
const entry = (text: string, title: string) =>
  new RegExp(`^${title} +(.*)$`, "m").exec(text)?.[1] as string;

/** Whose numbers are made by tasks of their own, so that there is something to hold. */
const passes = { drawInside: false };

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
    const text = explainWithCost(meanGraph(8), options);
    const shares = [1, 2, 3].map((worker) => Number.parseInt(entry(text, `worker ${worker}`), 10));
    expect(shares.reduce((sum, share) => sum + share)).toBe(Number(entry(text, "tasks")));
    for (const share of shares) expect(share).toBeGreaterThan(0);
    expect(entry(text, "moved")).not.toBe("0 B");
    expect(explainWithCost(meanGraph(8), options)).toBe(text);
  });
});

describe("without options", () => {
  it("nothing is measured", () => {
    expect(explainWithCost(meanGraph(4), {})).toBe(
      explainWithCost(meanGraph(4), { measure: false }),
    );
  });

  it("few tasks are simulated, and the text says how to simulate more", () => {
    const text = explainWithCost(meanGraph(100), {});
    expect(text).toMatch(
      /^no prediction for 4 workers of 2 threads: \d+ tasks take seconds to simulate, explain\(\{ measure: true \}\) does it$/m,
    );
  });
});

it("says why there is none", () => {
  const text = explainWithCost(meanGraph(300), { workers: 2 });
  expect(text).toContain("no prediction for 2 workers of 2 threads: 60336 tasks");
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
