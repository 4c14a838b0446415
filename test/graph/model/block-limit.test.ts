import { describe, expect, it } from "vitest";
import { arange, zeros } from "../../../src/array/index.js";
import { SerialExecutor } from "../../../src/runtime/nodes/serial-executor.js";

const executor = new SerialExecutor();

describe("blockBytesMax", () => {
  it("refuses a graph with a larger block, and names it", async () => {
    const x = arange(1000, { dtype: "float64", chunks: 100 });
    const square = x.reshape([1000, 1]).add(x.reshape([1, 1000]));
    expect(await square.sum().compute({ executor, blockBytesMax: 80_000 })).toBe(999_000_000);
    const whole = square.rechunk(-1).cumsum(0);
    await expect(whole.compute({ executor, blockBytesMax: "1MB" })).rejects.toMatchObject({
      code: "graph.tooLarge",
      message: expect.stringMatching(/layer .* has a block of 1000 × 1000, 7.6\d MiB/),
      data: { bytes: 8_000_000, limitBytes: 1_000_000 },
    });
  });

  it("counts what is run, not what is fused away", async () => {
    const x = zeros([1000], { chunks: 1000 });
    expect(await x.add(1).sum().compute({ executor, blockBytesMax: 100 })).toBe(1000);
    const asBuilt = { executor, blockBytesMax: 100, optimizeGraph: false };
    await expect(x.add(1).sum().compute(asBuilt)).rejects.toMatchObject({ code: "graph.tooLarge" });
  });

  it.each([0, -1, Number.NaN, "many"])("refuses %s as a limit", async (blockBytesMax) => {
    await expect(zeros([2]).compute({ executor, blockBytesMax })).rejects.toMatchObject({
      code: "argument.value",
    });
  });
});
