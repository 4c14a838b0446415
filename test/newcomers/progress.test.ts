// Progress, as people ask for it: of arrays, bags, delayed calls and futures, on threads and on a
// cluster.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ChromeTrace } from "../../src/client/admin/chrome-trace.js";
import {
  arange,
  type Client,
  delayed,
  fromRange,
  LocalCluster,
  layerGraph,
  ProgressBar,
  type ProgressReport,
  progress,
  random,
  SerialExecutor,
  zeros,
} from "../../src/index.js";
import { freshDirectory } from "../e2e/command.js";

function lines() {
  const stream = new PassThrough();
  const text = () => String(stream.read() ?? "");
  return { stream, text };
}

const x = random([80, 80], { chunks: 10, seed: 1 });
const executor = new SerialExecutor();

describe("in this thread", () => {
  it("shows a computation, and gives its value", async () => {
    const { stream, text } = lines();
    expect(await progress(x.add(1).sum().compute({ executor }), { stream })).toBeGreaterThan(6400);
    expect(text()).toMatch(/^ {2}sum-\w+ {2}100 % {2}\d+ of \d+ tasks in .*\n$/);
  });

  it("shows what an option asks for, on standard error", async () => {
    const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    try {
      await x.sum().compute({ executor, progress: true });
      expect(written.mock.calls.join("")).toMatch(/sum-\w+ .*100 ?%/);
    } finally {
      written.mockRestore();
    }
  });

  it("shows all jobs of a function, and of a while", async () => {
    const { stream, text } = lines();
    const both = async () => [
      await x.sum().compute({ executor }),
      await x.std().compute({ executor }),
    ];
    expect(await progress(both, { stream })).toHaveLength(2);
    expect(text()).toMatch(/sum-\w+ {2}100 %(.|\n)*std-\w+ {2}100 %/);
    const bar = new ProgressBar({ stream });
    await fromRange(10).sum().compute({ executor });
    bar.stop();
    await x.max().compute({ executor });
    expect(text()).toMatch(/100 %/);
    expect(text()).not.toMatch(/max/);
  });

  it("tells onProgress about layers", async () => {
    const reports: ProgressReport[] = [];
    await x.sum().compute({
      executor,
      optimizeGraph: false,
      onProgress: (report) => reports.push(structuredClone(report)),
    });
    expect(reports.at(-1)?.layers?.every(({ done, total }) => done === total)).toBe(true);
    const [random] = reports[0]?.layers ?? [];
    expect(random).toMatchObject({ name: expect.stringMatching(/^random-/), done: 1, total: 64 });
  });

  it("says that it failed", async () => {
    const { stream, text } = lines();
    const bad = x.mapBlocks(() => {
      throw new Error("bad");
    });
    await expect(progress(bad.compute({ executor }), { stream })).rejects.toThrow("bad");
    expect(text()).toMatch(/failed after/);
  });
});

describe("on a cluster", () => {
  let cluster: LocalCluster;
  let client: Client;
  beforeAll(async () => {
    cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
    client = cluster.client;
  });
  afterAll(() => cluster.close());

  it("shows arrays that are persisted, bags, delayed calls and futures", async () => {
    const { stream, text } = lines();
    const kept = await progress(x.add(1).persist(), { stream });
    expect(text()).toMatch(/add-\w+ {2}100 % {2}\d+ of \d+ tasks in /);
    const later = await kept.multiply(2).persist({ wait: false });
    expect(await progress(later, { stream })).toBe(later);
    expect(text()).toMatch(/multiply-\w+ {2}100 %/);
    await progress(
      fromRange(10)
        .map((n) => n + 1)
        .compute(),
      { stream },
    );
    expect(text()).toMatch(/map\S* {2}100 %/);
    await progress(delayed((n: number) => n + 1)(1).compute(), { stream });
    expect(text()).toMatch(/100 % {2}1 of 1 tasks/);
    const square = (n: number) => n * n;
    const futures = client.map(square, [1, 2, 3]);
    expect(await progress(futures, { stream })).toBe(futures);
    expect(text()).toMatch(/square {2}100 % {2}3 of 3 tasks in /);
    expect(await progress(client.submit(square, 4), { stream }).then((f) => f)).toBe(16);
  });

  it("calls a job the same in the bar, in the console, on the dashboard and in a trace", async () => {
    const { stream, text } = lines();
    const spread = x.add(x.T).multiply(7).std();
    await progress(spread.compute(), { stream });
    const [, name = "no name"] = /^ {2}(std-\w{7}) {2}100 %/m.exec(text()) ?? [];
    expect(inspect(spread)).toContain(name);
    // The passes have fused all below it, and given it another name.
    const { outputs = [] } = layerGraph(spread, { optimize: true }).getAttributes();
    expect(outputs.join()).not.toContain(name);
    const { jobs } = await client.observe();
    expect(jobs.map((job) => job.name)).toContain(name);
    const file = join(freshDirectory(), "run.json");
    await client.trace({ file });
    const { traceEvents } = JSON.parse(readFileSync(file, "utf8")) as ChromeTrace;
    const named = traceEvents.filter(({ cat }) => cat === "job").map((event) => event.name);
    expect(named).toContain(name);
  });

  it("hears of each layer and of memory", async () => {
    const reports: ProgressReport[] = [];
    const slow = x.mapBlocks((block) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      return block;
    });
    await slow.rechunk(40).compute({ onProgress: (report) => reports.push(report) });
    const [report] = reports.filter(({ layers }) => layers !== undefined);
    expect(report?.layers?.map(({ total }) => total)).toEqual([64, 4]);
    expect(report?.memory?.limitBytes).toBeGreaterThan(0);
    const done = report?.layers?.reduce((sum, layer) => sum + layer.done, 0);
    expect(done).toBe(report?.done);
  });
});

describe("a trace", () => {
  it("has each task on its thread, transfers, jobs and memory, in Chrome's format", async () => {
    await using cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
    const { client } = cluster;
    await x.add(x.T).rechunk(40).sum().compute();
    const bad = client.submit(() => {
      throw new Error("bad");
    });
    await expect(bad).rejects.toThrow("bad");
    const file = join(freshDirectory(), "run.json");
    await client.trace({ file });
    const { traceEvents } = JSON.parse(readFileSync(file, "utf8")) as ChromeTrace;
    const { overview } = await client.observe();
    const of = (category: string) => traceEvents.filter(({ cat }) => cat === category);
    expect(of("task")).toHaveLength(overview.tasks.done);
    // One thread each, and the worker's own, which runs short tasks.
    expect(of("task").every(({ tid = -1 }) => tid === 0 || tid === 1)).toBe(true);
    expect(of("task").every(({ ts = -1, dur = -1 }) => ts > 0 && dur >= 0)).toBe(true);
    expect(of("task").map(({ args }) => args?.key)).toContainEqual(
      expect.stringMatching(/^sum-\w{7}\(\)$/),
    );
    expect(of("job").map(({ args }) => args?.state)).toEqual(["finished", expect.any(String)]);
    const processes = traceEvents.filter(({ name }) => name === "process_name");
    const names = processes.map(({ args }) => String(args?.name).split(" ")[0]);
    expect([...new Set(names)].sort()).toEqual(["client", "scheduler", "worker-0", "worker-1"]);
    // What is on one row does not overlap.
    const ends = new Map<string, number>();
    for (const { pid, tid, ts = 0, dur = 0 } of of("transfer")) {
      expect(ts).toBeGreaterThanOrEqual((ends.get(`${pid} ${tid}`) ?? 0) - 1);
      ends.set(`${pid} ${tid}`, ts + dur);
    }
    expect(ends.size).toBeGreaterThan(0);
    await expect(client.trace({} as never)).rejects.toThrow("needs a file to write");
    await expect(client.trace({ file, spans: 3 } as never)).rejects.toThrow("spans");
  });
});

describe("a mistake", () => {
  it.each<[string, () => unknown, RegExp]>([
    ["nothing", () => progress(undefined), /progress was given undefined: expected what compute/],
    ["a number", () => progress(5), /progress was given number/],
    ["an empty list", () => progress([]), /progress was given object/],
    [
      "an array that is not computed",
      () => progress(zeros([3])),
      /a collection that nothing computes/,
    ],
    [
      "an option",
      () => progress(arange(3).compute({ executor }), { colour: 1 } as never),
      /colour/,
    ],
    ["a stream", () => progress(() => 1, { stream: "stderr" as never }), /a stream to write to/],
    ["a word", () => x.compute({ progress: "yes" as never }), /progress is "yes": expected/],
  ])("is refused: %s", async (_, call, text) => {
    await expect((async () => call())()).rejects.toThrow(text);
  });
});
