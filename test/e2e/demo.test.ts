// `npm start` without npm: the demo as a user runs it, on random data and on files, and
// interrupted.
import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseBytes } from "../../src/base/units.js";
import { Command, freshDirectory, until } from "./command.js";

/** A `.npy` file of zeros, without its bytes on the disk; `ones` of them are 1 instead. */
function sparseNpy(shape: readonly number[], descr = "<f8", ones = 0): string {
  const path = join(freshDirectory(), "data.npy");
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`;
  const header = `${text.padEnd(117)}\n`;
  const magic = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length, 0]);
  const file = openSync(path, "w");
  writeSync(
    file,
    Buffer.concat([magic, Buffer.from(header), Buffer.from(new Float64Array(ones).fill(1).buffer)]),
  );
  ftruncateSync(file, magic.length + header.length + shape.reduce((a, b) => a * b, 8));
  closeSync(file);
  return path;
}

function demo(...parameters: string[]): { command: Command; temporary: string; out: string } {
  const temporary = freshDirectory();
  const out = join(freshDirectory(), "graph.svg");
  return {
    command: new Command(["demo", "--out", out, ...parameters], { temporary }),
    temporary,
    out,
  };
}

const SMALL = ["--size", "600", "--chunk", "150", "--workers", "2", "--nthreads", "1"];

describe("tilework demo", () => {
  it("prints the mean, on any number of workers, and its cost, draws the graph, leaves nothing behind", async () => {
    const { command, temporary, out } = demo(...SMALL);
    const { code, output } = await command.ended;
    expect(output).toMatch(/600 × 600 float64 \(2\.75 MiB\) in 4 × 4 blocks/);
    expect(output).toMatch(/100 %/);
    expect(Number(output.match(/mean +([\d.]+)/)?.[1])).toBeCloseTo(1, 1);
    expect(output).toMatch(/wall time +[\d.]+ m?s/);
    expect(output).toMatch(/tasks run +\d+/);
    expect(output).toMatch(/moved among workers +[\d.]+ \w+/);
    expect(output).toMatch(/peak of worker-0 +[\d.]+ \w+, of it results [\d.]+ \w+/);
    expect(output).toMatch(/peak of worker-1 +[\d.]+ \w+, of it results [\d.]+ \w+/);
    expect(output).toContain(out);
    expect(readFileSync(out, "utf8")).toMatch(/^[\s\S]*<svg[\s\S]*<\/svg>\s*$/);
    expect(code).toBe(0);
    expect(command.survivors()).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
    // The seed alone decides the mean, not the number of workers.
    const alone = demo("--size", "600", "--chunk", "150", "--workers", "1", "--nthreads", "2");
    const meanOf = (text: string) => text.match(/mean +(\S+)/)?.[1];
    expect(meanOf((await alone.command.ended).output)).toBe(meanOf(output));
  });

  it("computes nothing where the picture cannot be written", async () => {
    const missing = join(freshDirectory(), "missing", "graph.svg");
    const { code, output } = await new Command(["demo", "--out", missing, ...SMALL]).ended;
    expect(output).toContain(`cannot write ${JSON.stringify(missing)}`);
    expect(output).not.toContain("Cluster:");
    expect(code).not.toBe(0);
  });

  it("computes a file that is larger than the memory of all workers", async () => {
    const path = sparseNpy([3000, 3000], "<f8", 9_000);
    const { command } = demo(path, "--workers", "2", "--nthreads", "1", "--memory-limit", "24MiB");
    const { code, output } = await command.ended;
    expect(output).toMatch(/mean +0\.002\n/);
    const peaks = [...output.matchAll(/of it results ([\d.]+ \w+)/g)].map(([, peak]) =>
      parseBytes(peak as string),
    );
    expect(peaks).toHaveLength(2);
    expect(Math.max(...peaks)).toBeLessThanOrEqual(24 * 2 ** 20);
    expect(code).toBe(0);
  });

  it.each([
    ["a file that is not there", () => "/nowhere/data.npy", /\/nowhere\/data\.npy/],
    ["an array that is not square", () => sparseNpy([4, 6]), /shape \(4, 6\).*square/],
    ["a file that is no .npy file", () => import.meta.filename, /demo\.test\.ts/],
    ["a dtype that is not there", () => sparseNpy([4, 4], "<f16"), /dtype "<f16"/],
  ])("refuses %s in one line, before it starts anything", async (_what, file, why) => {
    const { code, output } = await demo(file()).command.ended;
    expect(code).toBe(1);
    expect(output).toMatch(why);
    expect(output).not.toMatch(/\n\s+at |Cluster:/);
  });
});

describe("Ctrl-C", () => {
  const long = ["--size", "20000", "--chunk", "500", "--workers", "2", "--nthreads", "1"];

  it.each([
    ["before the cluster is there", /Computing/, 0],
    ["while the workers start", /Computing/, 200],
    ["when the cluster has just started", /Cluster: /, 0],
    ["while tasks run", /[1-9]\d? %/, 0],
  ])("%s ends everything at once", async (_when, moment, delayMs) => {
    const { command, temporary } = demo(...long);
    await command.says(moment);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    command.interrupt();
    const { code, output } = await command.ended;
    expect(code).toBe(130);
    expect(output).not.toMatch(/\n\s+at /);
    await until(() => command.survivors().length === 0 && readdirSync(temporary).length === 0);
  });

  it("twice does not wait", async () => {
    const { command, temporary } = demo(...long);
    await command.says(/Cluster: /);
    command.interrupt();
    command.interrupt();
    expect((await command.ended).code).toBe(130);
    await until(() => command.survivors().length === 0 && readdirSync(temporary).length === 0);
  });
});
