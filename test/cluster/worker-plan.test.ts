import { describe, expect, it } from "vitest";
import { planWorkers } from "../../src/cluster/worker-plan.js";

describe("planWorkers", () => {
  it.each([
    [1, 1, 1],
    [2, 2, 1],
    [4, 4, 1],
    [6, 3, 2],
    [8, 4, 2],
    [12, 4, 3],
    [16, 4, 4],
    [7, 7, 1],
    [64, 8, 8],
  ])("%d cores make %d workers of %d threads", (cores, workers, threadsPerWorker) => {
    expect(planWorkers({}, cores)).toEqual({ workers, threadsPerWorker });
  });

  it("fits the other number to the one that is given", () => {
    expect(planWorkers({ workers: 2 }, 8)).toEqual({ workers: 2, threadsPerWorker: 4 });
    expect(planWorkers({ workers: 16 }, 8)).toEqual({ workers: 16, threadsPerWorker: 1 });
    expect(planWorkers({ threadsPerWorker: 8 }, 8)).toEqual({ workers: 1, threadsPerWorker: 8 });
    expect(planWorkers({ threadsPerWorker: 3 }, 8)).toEqual({ workers: 2, threadsPerWorker: 3 });
    expect(planWorkers({ workers: 3, threadsPerWorker: 5 }, 8)).toEqual({
      workers: 3,
      threadsPerWorker: 5,
    });
  });
});
