// The entry `tilework/array`: computes by itself in the calling thread, and leaves that to
// `tilework` where both are imported, in whatever order.
import { beforeEach, expect, test, vi } from "vitest";

beforeEach(() => vi.resetModules());

const arrayEntry = () => import("../../src/entries/array.js");
const wholeEntry = () => import("../../src/index.js");

async function currentClass(): Promise<string> {
  const { currentExecutor } = await import("../../src/graph/ports/executor.js");
  return currentExecutor().constructor.name;
}

test("computes in the calling thread", async () => {
  const { arange } = await arrayEntry();
  expect(await arange(10, { chunks: 3 }).multiply(2).max().compute()).toBe(18);
  expect(await currentClass()).toBe("SerialExecutor");
});

test("lets `tilework` compute that is imported afterwards", async () => {
  const { ones } = await arrayEntry();
  expect(await ones([2]).sum().compute()).toBe(2);
  await wholeEntry();
  expect(await currentClass()).toBe("InProcessExecutor");
});

test("lets `tilework` compute that was imported before", async () => {
  await wholeEntry();
  await arrayEntry();
  expect(await currentClass()).toBe("InProcessExecutor");
});

test("says what to import for pictures", async () => {
  const { ones } = await arrayEntry();
  expect(() => ones([2]).explain()).toThrow(
    expect.objectContaining({
      code: "argument.value",
      message: expect.stringContaining('import "tilework" or "tilework/diagnostics" first'),
    }),
  );
});

test("ships functions with what they captured", async () => {
  const { ones } = await arrayEntry();
  const factor = 3;
  const tripled = ones([2]).mapBlocks((block) => block.data.map((value) => value * factor));
  expect(await tripled.sum().compute()).toBe(6);
});
