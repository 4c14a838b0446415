// How a mistake looks in a terminal: about ten lines, the message once, and the lines of the user's
// own program.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Command, freshDirectory } from "../e2e/command.js";

const ENTRY = new URL("../../dist/bundle/main/index.js", import.meta.url).href;

async function printed(program: string): Promise<string> {
  const script = join(freshDirectory(), "program.mjs");
  writeFileSync(
    script,
    `import { fromRange, LocalCluster, ones } from ${JSON.stringify(ENTRY)};\n${program}`,
  );
  return (await new Command([], { script }).ended).output;
}

const BOOM = `
function boom(block) {
  throw new RangeError("bad pixel");
}
async function work() {
  return await ones([4], { chunks: 2 }).mapBlocks(boom).sum().compute();
}
`;

describe("an error of a task", () => {
  it("shows the user's lines and little else", async () => {
    const output = await printed(`${BOOM}
      const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
      try { await work(); } catch (error) { console.log(error); } finally { await cluster.close(); }`);
    const text = output.slice(output.indexOf("TaskError:"));
    expect(text.split("bad pixel").length - 1).toBe(1);
    expect(text).toMatch(/at boom \(.*program\.mjs:4:9\) on worker \S+/);
    expect(text).toMatch(/at (async )?work \(.*program\.mjs:7:\d+\)/);
    expect(text).toMatch(/cause: RangeError/);
    expect(text).toMatch(/\(task\.failed; TILEWORK_TRACE=1 shows all lines\)/);
    expect(text).not.toMatch(/dist\/bundle|node:internal/);
    expect(text.trim().split("\n").length).toBeLessThanOrEqual(10);
  });

  it("shows where a call was submitted, one by one and mapped", async () => {
    const output = await printed(`
      const boom = (n) => { throw new RangeError("bad number " + n); };
      const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
      const { client } = cluster;
      const shown = async (future) => console.log(await future.exception());
      await shown(client.submit(boom, 0));
      const many = [];
      for (let n = 1; n < 40; n++) many.push(client.submit(boom, n));
      await shown(many[0]);
      await shown(many[38]);
      await shown(client.map(boom, [50, 51])[1]);
      await cluster.close();`);
    const lineOf = (n: number) =>
      new RegExp(`bad number ${n}\\n.*on worker.*\\n.*program\\.mjs:(\\d+):`).exec(output)?.[1];
    expect([0, 1, 39, 51].map(lineOf)).toEqual(["7", "9", "9", "12"]);
    expect(output).not.toMatch(/dist\/bundle/);
  });

  it("shows where a file was written", async () => {
    const output = await printed(`${BOOM}
      const bad = ones([4], { chunks: 2 }).mapBlocks(boom);
      await bad.toNpy("bad.npy").catch((error) => console.log(error));`);
    expect(output).toMatch(/bad pixel\n.*at boom .*\n(.*\n)?.*at .*program\.mjs:11:/);
  });

  it("is short where nothing catches it, too", async () => {
    const output = await printed(`${BOOM}await work();`);
    const text = output.slice(output.indexOf("TaskError:"));
    expect(text).toMatch(/at (async )?work \(.*program\.mjs:7:\d+\)/);
    expect(text).toMatch(/\[cause\]: RangeError: bad pixel\s+at boom \(.*program\.mjs:4:9\)/);
    expect(text).not.toMatch(/dist\/bundle/);
    expect(text.trim().split("\n").length).toBeLessThanOrEqual(14);
  });

  it("shows every line when asked to", async () => {
    const script = join(freshDirectory(), "program.mjs");
    writeFileSync(script, `import { ones } from ${JSON.stringify(ENTRY)};\n${BOOM}await work();`);
    process.env.TILEWORK_TRACE = "1";
    try {
      expect((await new Command([], { script }).ended).output).toMatch(/dist\/bundle/);
    } finally {
      delete process.env.TILEWORK_TRACE;
    }
  });

  it("shows where a connection was tried, also where nothing catches it", async () => {
    const output = await printed(`
      const { Client } = await import(${JSON.stringify(ENTRY)});
      const join = () => Client.connect("tcp://127.0.0.1:9", { timeoutMs: 2_000 });
      await join().catch((error) => console.log(error));
      await join();`);
    const [caught = "", thrown = ""] = output.split(/(?=ClusterError: )/).slice(-2);
    for (const text of [caught, thrown]) {
      expect(text).toMatch(/nothing listens at .*\n.*at join \(.*program\.mjs:4:\d+\)/);
      expect(text).not.toMatch(/dist\/bundle/);
      expect(text.trim().split("\n").length).toBeLessThanOrEqual(10);
    }
  });

  it("shows where a bag was computed", async () => {
    const output = await printed(`
      const lines = fromRange(3).map((n) => { throw new Error("bad line"); });
      await lines.compute();`);
    expect(output).toMatch(/TaskError: .*bad line/);
    expect(output).toMatch(/program\.mjs:4:\d+/);
  });
});

describe("a file that cannot be read", () => {
  const LOAD = (call: string) => `
    const { fromNpy, fromZarr, readCsv } = await import(${JSON.stringify(ENTRY)});
    async function load() {
      const data = await ${call};
      return data;
    }
    await load();`;
  it.each([
    ['readCsv("no.csv")', /there is no file no\.csv/],
    ['fromZarr("no.zarr").then((x) => x.mean())', /there is no Zarr array at .*no\.zarr/],
    ['fromNpy("no.npy")', /cannot open .*no\.npy/],
  ])("shows the user's own line first: %s", async (call, message) => {
    const lines = (await printed(LOAD(call))).trim().split("\n");
    expect(lines[0]).toMatch(/program\.mjs:5$/);
    expect(lines[1]).toBe(`      const data = await ${call};`);
    const text = lines.join("\n");
    expect(text).toMatch(message);
    expect(text).toMatch(/at (async )?load \(.*program\.mjs:5:\d+\)/);
    expect(text).not.toMatch(/dist\/bundle|node:internal/);
    expect(lines.length).toBeLessThanOrEqual(12);
  });

  it("shows where it was to be read, for who does not wait for it", async () => {
    const output = await printed(`
      const { readCsv, readText } = await import(${JSON.stringify(ENTRY)});
      const bad = [readCsv("no.csv"), readText("no.txt")];
      for (const error of bad) await error.catch(console.log);`);
    expect(output.match(/at file.*program\.mjs:4:\d+/g)?.length).toBe(2);
    expect(output).not.toMatch(/dist\/bundle|node:internal/);
  });
});

describe("a mistake in a call", () => {
  it("shows the call", async () => {
    const output = await printed(`try { ones([3]).sum(5); } catch (error) { console.log(error); }`);
    expect(output.trim().split("\n")).toEqual([
      "ArgumentError: axis 5 is out of range for 1 axis: expected -1 to 0",
      expect.stringMatching(/at .*program\.mjs:2:/),
      expect.stringMatching(/\(argument\.axis; TILEWORK_TRACE=1 shows all lines\)/),
    ]);
  });
});
