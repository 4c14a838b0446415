import { describe, expect, it } from "vitest";
import {
  checkComputeOptions,
  splitPersistOptions,
} from "../../../src/graph/ports/compute-options.js";
import type { RunOptions } from "../../../src/graph/ports/executor.js";

describe("checkComputeOptions", () => {
  it("takes what there is, given or not", () => {
    const { signal } = new AbortController();
    checkComputeOptions({});
    checkComputeOptions({ signal, onProgress: () => {}, onStatistics: () => {}, priority: 1 });
    checkComputeOptions({ signal: undefined, limits: {} } as unknown as RunOptions);
  });

  it.each<[string, RegExp]>([
    ["signal", /^signal is {}: expected an AbortSignal$/],
    ["onProgress", /^onProgress is .* expected a function$/],
    ["onStatistics", /^onStatistics is .* expected a function$/],
    ["optimizeGraph", /^optimizeGraph is .* expected true or false$/],
    [
      "priorty",
      /^there is no option priorty of a computation \(did you mean priority\?\): expected .*priority/,
    ],
  ])("refuses a %s that makes no sense", (name, message) => {
    expect(() => checkComputeOptions({ [name]: {} } as RunOptions)).toThrow(
      expect.objectContaining({ code: "argument.value", message: expect.stringMatching(message) }),
    );
  });
});

describe("splitPersistOptions", () => {
  it("waits unless told not to, and leaves the other options", () => {
    expect(splitPersistOptions({ priority: 1 })).toEqual({ wait: true, options: { priority: 1 } });
    expect(splitPersistOptions({ wait: false })).toEqual({ wait: false, options: {} });
  });

  it("takes nothing but a boolean", () => {
    expect(() => splitPersistOptions({ wait: 0 as unknown as boolean })).toThrow(
      expect.objectContaining({ code: "argument.value", message: expect.stringContaining("wait") }),
    );
  });
});
