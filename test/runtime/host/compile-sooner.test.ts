import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { impatientFlags } from "../../../src/runtime/host/compile-sooner.js";

describe("the flags that have code compiled sooner", () => {
  it("are known to the V8 that runs", () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [...impatientFlags(process.versions.v8), "-e", "0"],
      {
        encoding: "utf8",
      },
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  it("count bytecode before Node 22 and calls since", () => {
    expect(impatientFlags("11.3.244.8-node.38")).toEqual(["--interrupt-budget=32768"]);
    for (const since of ["12.4.254.21-node.57", "13.6.233.17-node.53"])
      expect(impatientFlags(since)).toEqual([
        "--invocation-count-for-maglev=50",
        "--invocation-count-for-turbofan=200",
      ]);
  });
});
