// The entry `tilework/array` alone, in a process that nothing has taught to ship functions: what a
// function captures must be given.
import { expect, it } from "vitest";
import { arange } from "../../src/array/index.js";

it("refuses functions that capture what was not given", () => {
  const outside = 3;
  const x = arange(6, { chunks: 2 });
  expect(() => x.mapBlocks((block) => block.data.map((v) => v * outside))).toThrow(
    "uses outside from outside itself",
  );
});
