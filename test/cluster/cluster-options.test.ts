import { describe, expect, it } from "vitest";
import {
  checkClusterOptions,
  type LocalClusterOptions,
} from "../../src/cluster/cluster-options.js";

describe("checkClusterOptions", () => {
  it("takes what there is, given or not", () => {
    checkClusterOptions({});
    checkClusterOptions({ workers: 2, port: 0, transport: "tcp", memoryPause: false });
    checkClusterOptions({ logLevel: "silent", timeoutMs: 1, localDirectory: "." });
    checkClusterOptions({ workers: undefined } as unknown as LocalClusterOptions);
  });

  it.each<[string, unknown]>([
    ["workers", "2"],
    ["threadsPerWorker", 0],
    ["transport", "udp"],
    ["port", 70_000],
    ["host", 5],
    ["localDirectory", "/no/such/directory"],
    ["workerTimeoutMs", -5],
    ["timeoutMs", Number.NaN],
    ["record", true],
    ["logLevel", "loud"],
    ["log", "stderr"],
    ["signal", {}],
    ["memoryTarget", "0.5"],
    ["memoryPause", true],
    ["resources", null],
  ])("refuses a %s of %j", (name, value) => {
    expect(() => checkClusterOptions({ [name]: value })).toThrow(
      expect.objectContaining({
        code: "argument.value",
        message: expect.stringMatching(new RegExp(`^${name} is .*: expected `)),
      }),
    );
  });

  it("says which options there are", () => {
    const given = { nWorkers: 2 } as LocalClusterOptions;
    expect(() => checkClusterOptions(given)).toThrow(/no option nWorkers .* expected workers,/);
  });
});
