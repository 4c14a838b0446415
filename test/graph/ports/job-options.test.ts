import { describe, expect, it } from "vitest";
import { type JobOptions, readJobOptions } from "../../../src/graph/ports/job-options.js";

describe("readJobOptions", () => {
  it("says nothing when nothing was asked for", () => {
    expect(readJobOptions({})).toBeUndefined();
    expect(readJobOptions({ resources: {}, limits: {} })).toBeUndefined();
  });

  it("reads what was asked for", () => {
    expect(
      readJobOptions({
        priority: -3,
        retries: 2,
        allowedFailures: 0,
        resources: { GPU: 1, MEM: 1e9 },
        workers: ["a", "b"],
        allowOtherWorkers: true,
        limits: { cores: 4, memoryPerWorker: "1GB" },
      }),
    ).toEqual({
      priority: -3,
      retries: 2,
      allowedFailures: 0,
      resources: { GPU: 1, MEM: 1e9 },
      workers: ["a", "b"],
      allowOtherWorkers: true,
      coresMax: 4,
      memoryPerWorkerBytes: 1e9,
    });
  });

  const mistakes: [string, unknown][] = [
    ["priority", { priority: 0.5 }],
    ["priority", { priority: 1000 }],
    ["retries", { retries: -1 }],
    ["allowedFailures", { allowedFailures: 255 }],
    ["resources", { resources: ["GPU"] }],
    ["resources", { resources: null }],
    ["resources", { resources: { "a b": 1 } }],
    ["resources.GPU", { resources: { GPU: 0 } }],
    ["resources.GPU", { resources: { GPU: "1" } }],
    ["workers", { workers: [] }],
    ["workers", { workers: "a" }],
    ["allowOtherWorkers", { allowOtherWorkers: "yes" }],
    ["limits", { limits: { threads: 1 } }],
    ["limits", { limits: 5 }],
    ["limits", { limits: null }],
    ["limits.cores", { limits: { cores: 0 } }],
    ["limits.memoryPerWorker", { limits: { memoryPerWorker: -1 } }],
  ];
  for (const [name, options] of mistakes) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => readJobOptions(options as JobOptions)).toThrow(
        expect.objectContaining({
          code: "argument.value",
          message: expect.stringMatching(new RegExp(`^${name.replace(".", "\\.")} is `)),
        }),
      );
    });
  }

  it("refuses memory that cannot be read", () => {
    expect(() => readJobOptions({ limits: { memoryPerWorker: "much" } })).toThrow(/much/);
  });
});
