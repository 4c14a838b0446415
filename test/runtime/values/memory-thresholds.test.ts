import { describe, expect, it } from "vitest";
import {
  thresholdOptions,
  thresholdParameters,
} from "../../../src/runtime/values/memory-thresholds.js";

describe("memory thresholds", () => {
  it("are taken as given; those that are off are 0 to the core", () => {
    const given = { memoryTarget: 0.5, memorySpill: false, memoryTerminate: 1 } as const;
    expect(thresholdOptions(given)).toEqual({
      memoryTarget: 0.5,
      memorySpill: 0,
      memoryTerminate: 1,
    });
    expect(thresholdParameters(given)).toEqual([
      ...["--memory-target", "0.5"],
      ...["--memory-spill", "false"],
      ...["--memory-terminate", "1"],
    ]);
    expect(thresholdParameters({})).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuse %d and name what was expected", (memoryPause) => {
    expect(() => thresholdParameters({ memoryPause })).toThrow(
      /memoryPause is .*: expected a part of the memory limit above 0 and up to 1/,
    );
  });
});
