// The entry `tilework/array`: computes by itself in the calling thread, and leaves that to
// `tilework` where both are imported, in whatever order.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const dist = new URL("../../dist/", import.meta.url).href;

/** What a program prints that knows the entries by these names: in a process of its own. */
async function printed(program: string): Promise<unknown> {
  const head = [
    `const arrayEntry = () => import("${dist}entries/array.js");`,
    `const wholeEntry = () => import("${dist}index.js");`,
    `const { currentExecutor } = await import("${dist}graph/ports/executor.js");`,
    "const print = (value) => console.log(JSON.stringify(value));",
  ];
  const args = ["--input-type=module", "-e", [...head, program].join("\n")];
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout);
}

test("computes in the calling thread", async () => {
  const program = `
    const { arange } = await arrayEntry();
    const max = await arange(10, { chunks: 3 }).multiply(2).max().compute();
    print([max, currentExecutor().constructor.name]);`;
  expect(await printed(program)).toEqual([18, "SerialExecutor"]);
});

test("lets `tilework` compute that is imported afterwards", async () => {
  const program = `
    const { ones } = await arrayEntry();
    const sum = await ones([2]).sum().compute();
    await wholeEntry();
    print([sum, currentExecutor().constructor.name]);`;
  expect(await printed(program)).toEqual([2, "InProcessExecutor"]);
});

test("lets `tilework` compute that was imported before", async () => {
  const program = `
    await wholeEntry();
    await arrayEntry();
    print(currentExecutor().constructor.name);`;
  expect(await printed(program)).toBe("InProcessExecutor");
});

test("says what to import for pictures", async () => {
  const program = `
    const { ones } = await arrayEntry();
    try { ones([2]).explain(); } catch ({ code, message }) { print({ code, message }); }`;
  expect(await printed(program)).toEqual({
    code: "argument.value",
    message: expect.stringContaining('import "tilework" or "tilework/diagnostics" first'),
  });
});

test("ships functions with what they captured", async () => {
  const program = `
    const { ones } = await arrayEntry();
    const factor = 3;
    const tripled = ones([2]).mapBlocks((block) => block.data.map((value) => value * factor));
    print(await tripled.sum().compute());`;
  expect(await printed(program)).toBe(6);
});
