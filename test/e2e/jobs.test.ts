// Jobs that ask for something, on real processes.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  annotate,
  Client,
  explain,
  type LayerPass,
  LocalCluster,
  ones,
  release,
} from "../../src/index.js";
import { Command, freshDirectory } from "./command.js";

let cluster: LocalCluster;
beforeAll(async () => {
  cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 2, resources: { GPU: 1 } });
});
afterAll(() => cluster.close());

test("a job of far too many tasks is refused before it is sent, and no one else notices", async () => {
  const other = await Client.connect(cluster.address, { current: false });
  const honest = ones([400, 400], { chunks: 4 }).add(1).sum().compute({ executor: other });
  const mistake = ones([4_000, 4_000], { chunks: [1, 1] }).sum();
  await expect(mistake.compute()).rejects.toMatchObject({
    code: "graph.tooLarge",
    message: expect.stringContaining("such as { chunks: [4000, 4000] }"),
  });
  expect(await honest).toBe(320_000);
  await other.close();
});

test("resources, named workers, limits and urgency", async () => {
  const x = ones([100, 100], { chunks: 20 });
  const jobs = await Promise.all([
    x.sum().compute({ resources: { GPU: 1 }, priority: 2 }),
    x
      .add(1)
      .sum()
      .compute({ workers: ["worker-1"], limits: { cores: 1 } }),
    x
      .add(2)
      .sum()
      .compute({ workers: ["gone"], allowOtherWorkers: true, retries: 1 }),
    x
      .add(3)
      .sum()
      .compute({ limits: { memoryPerWorker: "10kB" }, priority: -1 }),
  ]);
  expect(jobs).toEqual([10_000, 20_000, 30_000, 40_000]);
});

test("an actor takes its resources for as long as it lives, and the cluster says so", async () => {
  class Holder {}
  const { client } = cluster;
  const left = async () =>
    (await client.describe()).workers.map(({ resources }) => resources.GPU).sort();
  const holder = await client.actor(Holder, [], { resources: { GPU: 1 } });
  expect(await left()).toEqual([0, 1]);
  holder.release();
  await expect.poll(left).toEqual([1, 1]);
});

test("blocks stay on the workers that a job named", async () => {
  const x = await ones([1_000], { chunks: 100 }).persist({ workers: ["worker-0"] });
  const { workers } = await cluster.describe();
  const statistics: { name: string; peakManagedBytes: number }[] = [];
  await x
    .add(1)
    .sum()
    .compute({ onStatistics: (one) => statistics.push(...one.workers) });
  expect(workers.map(({ name }) => name).sort()).toEqual(["worker-0", "worker-1"]);
  release(x);
  const bytesOf = (name: string) => statistics.find((one) => one.name === name)?.peakManagedBytes;
  expect(bytesOf("worker-0")).toBeGreaterThanOrEqual(8_000);
});

test("terms of a part of a program hold for what is built and submitted there", async () => {
  const x = ones([40, 40], { chunks: 20 });
  const terms = { workers: ["worker-1"], resources: { GPU: 1 }, retries: 1 };
  const [y, call] = await annotate(terms, async () => {
    await cluster.describe();
    return [x.add(1), cluster.client.submit((n: number) => n + 1, 1)] as const;
  });
  await call.settled();
  const kept = await y.persist();
  const places = Object.values(await cluster.client.whoHas([kept, call]));
  expect(places).toEqual(new Array(5).fill(["worker-1"]));
  expect(explain(y)).toContain("takes GPU=1, on worker-1, retries 1");
  expect(explain(x.add(2))).not.toContain("GPU");
  expect(await kept.sum().compute()).toBe(3_200);
  release(kept);
  const refused = { code: "argument.value" };
  for (const wrong of [{ worker: [] }, { retries: -1 }]) {
    expect(() => annotate(wrong, () => x)).toThrow(expect.objectContaining(refused));
  }
});

test("a job that no worker suits waits, says what for, and is given up by its signal", async () => {
  const giveUp = new AbortController();
  const heard: (string | undefined)[] = [];
  const job = ones([4], { chunks: 2 })
    .add(5)
    .compute({
      resources: { GPU: 2 },
      signal: giveUp.signal,
      onProgress: ({ waitingFor }) => {
        heard.push(waitingFor);
        giveUp.abort();
      },
    });
  await expect(job).rejects.toMatchObject({ code: "task.cancelled" });
  expect(heard).toEqual(["a worker with GPU=2"]);
  const options = { resources: { GPU: -1 } };
  await expect(ones([4]).compute(options)).rejects.toMatchObject({ code: "argument.value" });
});

/** When a call ran on its process: from the time of its begin to that of its end. */
async function span(_n: number): Promise<{ pid: number; fromMs: number; toMs: number }> {
  const fromMs = Date.now();
  // The thread stays taken: nothing is awaited.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 40);
  return { pid: process.pid, fromMs, toMs: Date.now() };
}

test("a call that takes all threads of its worker runs beside no other there", async () => {
  const narrow = cluster.client.map(span, [1, 2, 3, 4, 5, 6, 7, 8]);
  const wide = cluster.client.with({ threadsPerTask: 2 }).map(span, [1, 2, 3, 4]);
  const [narrowSpans, wideSpans] = await Promise.all(
    [narrow, wide].map((all) => cluster.client.gather(all)),
  );
  for (const one of wideSpans ?? []) {
    const others = [...(narrowSpans ?? []), ...(wideSpans ?? [])].filter(
      (other) => other !== one && other.pid === one.pid,
    );
    // Times are whole milliseconds of one clock.
    const beside = others.filter(({ fromMs, toMs }) => fromMs < one.toMs && one.fromMs < toMs);
    expect(beside).toEqual([]);
  }
});

test("a share of threads or memory is checked, waits for a worker, and shows in explain()", async () => {
  const x = ones([40], { chunks: 20 });
  const y = annotate({ threadsPerTask: 2, memoryPerTask: "1MiB" }, () => x.add(1));
  expect(explain(y)).toContain("takes 2 threads and 1 MiB of memory");
  const z = annotate({ resources: { GPU: 1 } }, () =>
    annotate({ threadsPerTask: 2 }, () => x.add(2)),
  );
  expect(explain(z)).toContain("takes GPU=1 and 2 threads");
  expect(await y.add(z).sum().compute()).toBe(200);
  const refused = { code: "argument.value" };
  const wrong = [
    { threadsPerTask: 1.5 },
    { memoryPerTask: "lots" },
    { resources: { threadsPerTask: 2 } },
  ];
  for (const options of wrong) {
    expect(() => cluster.client.with(options)).toThrow(expect.objectContaining(refused));
  }
  const giveUp = new AbortController();
  const heard: (string | undefined)[] = [];
  const job = x.add(3).compute({
    threadsPerTask: 64,
    signal: giveUp.signal,
    onProgress: ({ waitingFor }) => {
      heard.push(waitingFor);
      giveUp.abort();
    },
  });
  await expect(job).rejects.toMatchObject({ code: "task.cancelled" });
  expect(heard).toEqual(["a worker with 64 threads"]);
});

/** Marks the layers of users' functions of blocks for a GPU. */
const onGpu: LayerPass = (graph) => {
  graph.forEachNode((name, { kind }) => {
    if (kind === "mapBlocks") graph.setNodeAttribute(name, "resources", { GPU: 1 });
  });
};

test("a pass of yours marks layers for the workers that have a GPU", async () => {
  const address = `ipc://${freshDirectory()}/s`;
  const scheduler = new Command(["scheduler", "--address", address]);
  await scheduler.says(/listens/);
  const plain = new Command(["worker", address, "--nthreads", "1", "--name", "plain"]);
  await plain.says(/joined/);
  const client = await Client.connect(address);
  try {
    const waited: (string | undefined)[] = [];
    const pids = ones([40], { chunks: 4 })
      .mapBlocks((block) => block.data.map(() => process.pid))
      .compute({
        passes: { onGpu },
        executor: client,
        onProgress: ({ waitingFor }) => waited.push(waitingFor),
      });
    await expect.poll(() => waited).toContain("a worker with GPU=1");
    const parameters = ["--nthreads", "1", "--no-supervise", "--resources", "GPU=1"];
    const gpu = new Command(["worker", address, ...parameters]);
    const { data } = (await pids) as { data: ArrayLike<number> };
    expect(new Set(Array.from(data))).toEqual(new Set([gpu.pid]));
  } finally {
    await client.close();
    scheduler.kill("SIGTERM");
    await scheduler.ended;
  }
});

test("the pass is named by explain(), with what its layers take", () => {
  const x = ones([40], { chunks: 4 }).mapBlocks((block) => block);
  const text = explain(x, { passes: { onGpu }, measure: false });
  expect(text).toMatch(/^onGpu +\d+ layers?|^onGpu +\d+/m);
  expect(text).toContain("mapBlocks, takes GPU=1");
  expect(text).toContain("predicted for");
  expect(text).not.toContain("it would fail");
});
