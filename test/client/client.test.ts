import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ones } from "../../src/array/index.js";
import type { Block } from "../../src/base/block.js";
import { currentHost, Host, installHost } from "../../src/base/host.js";
import {
  type Client,
  type ClientOptions,
  connectClient,
  type PersistedArray,
} from "../../src/client/client.js";
import type { ToScheduler } from "../../src/comm/interface/transport.js";
import { graphBelow } from "../../src/graph/model/layer-graph.js";
import { closeExecutor, currentExecutor } from "../../src/graph/ports/executor.js";
import { dataLayer, FakeTransport, sourceGraph, sourceLayer } from "./fake-scheduler.js";

const ADDRESS = "tcp://127.0.0.1:1";
let transport: FakeTransport;
const opened: Client[] = [];

async function connect(options: ClientOptions = {}): Promise<Client> {
  const client = await connectClient(ADDRESS, options, { transport });
  opened.push(client);
  return client;
}

beforeEach(() => {
  transport = new FakeTransport();
});

afterEach(async () => {
  for (const client of opened.splice(0)) await client.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** What `compute` consumed, as `output:block=value`. */
function consumer() {
  const seen: string[] = [];
  const consume = (output: number, block: number, value: Block) => {
    seen.push(`${output}:${block}=${value.data[value.offset]}`);
  };
  return { seen, consume };
}

const RAW = { optimizeGraph: false };

/** Answers a submission by what `answer` says, with the graph's id. */
function onSubmit(answer: (graph: string) => void): void {
  transport.scheduler.onHeard = (message: ToScheduler) => {
    if (message.type === "submitGraph") answer(message.graph);
  };
}

function joinWorker(worker: number): string {
  const address = `tcp://w${worker}`;
  transport.scheduler.say({
    type: "workersJoined",
    workers: [{ worker, name: `w${worker}`, address }],
  });
  return address;
}

/** Blocks 0 … count - 1 of output 0 are on `worker` as tasks of the same numbers. */
function sayReady(graph: string, worker: number, blocks: readonly number[]): void {
  transport.scheduler.say({
    type: "outputsReady",
    graph,
    outputs: blocks.map(() => 0),
    blocks,
    tasks: blocks,
    workers: blocks.map(() => worker),
  });
}

function sayFinished(graph: string): void {
  transport.scheduler.say({
    type: "graphFinished",
    graph,
    taskCount: 1,
    tasksRun: 7,
    bytesMoved: 11,
    workers: [{ name: "w1", peakManagedBytes: 1, peakProcessBytes: 2, spilledBytes: 3 }],
  });
}

describe("Client.connect", () => {
  it("says which address does not answer, and what to do", async () => {
    transport.scheduler.isThere = false;
    await expect(connect({ timeoutMs: 30 })).rejects.toMatchObject({
      code: "cluster.connection",
      message: expect.stringMatching(/tcp:\/\/127\.0\.0\.1:1 within 0\.03 s.*tilework scheduler/),
    });
    expect(transport.scheduler.isClosed).toBe(true);
  });

  it.each<[object, string]>([
    [
      { timeout: 5 },
      "there is no option timeout of a client (did you mean timeoutMs?): expected name, timeoutMs,",
    ],
    [{ timeoutMs: "5s" }, 'timeoutMs is "5s": expected milliseconds'],
    [{ reconnect: 1 }, "reconnect is 1: expected true or false"],
    [{ taskOutput: "none" }, 'taskOutput is "none": expected true, false or a function'],
  ])("refuses %o", async (options, message) => {
    await expect(connect(options)).rejects.toMatchObject({
      code: "argument.value",
      message: expect.stringContaining(message),
    });
  });

  it("passes on why the scheduler refused", async () => {
    transport.scheduler.isThere = false;
    transport.scheduler.onHeard = () =>
      transport.scheduler.say({
        type: "peerRefused",
        error: { name: "ClusterError", code: "cluster.version", message: "speaks 2, you speak 1" },
      });
    await expect(connect()).rejects.toMatchObject({
      code: "cluster.version",
      message: "speaks 2, you speak 1",
    });
  });

  // A file that ran before in this process may have loaded all of tilework, which computes by
  // itself.
  const host = currentHost();
  beforeEach(() => installHost(new Host()));
  afterEach(() => installHost(host));

  it("becomes the current executor until it is closed", async () => {
    const client = await connect();
    expect(currentExecutor()).toBe(client);
    await client.close();
    expect(() => currentExecutor()).toThrow();
  });

  it("stays in the background when asked to", async () => {
    const client = await connect({ current: false });
    expect(() => currentExecutor()).toThrow();
    closeExecutor(client);
  });
});

describe("Client.compute", () => {
  it("fetches each output block from the worker that holds it and consumes it once", async () => {
    const client = await connect();
    const { seen, consume } = consumer();
    onSubmit((graph) => {
      const one = joinWorker(1);
      const two = joinWorker(2);
      for (const task of [0, 1]) transport.workers.put(one, task, task * 10);
      transport.workers.put(two, 2, 20);
      sayReady(graph, 1, [0, 1]);
      sayReady(graph, 2, [2]);
      sayReady(graph, 1, [0]);
      sayFinished(graph);
    });
    const onStatistics = vi.fn();
    await client.compute(sourceGraph([sourceLayer("a", 3)], ["a"]), consume, {
      ...RAW,
      onStatistics,
    });
    expect(seen.sort()).toEqual(["0:0=0", "0:1=10", "0:2=20"]);
    expect(onStatistics).toHaveBeenCalledOnce();
    expect(onStatistics.mock.calls[0]?.[0]).toMatchObject({ tasksRun: 7, bytesMoved: 11 });
    await expect.poll(() => transport.scheduler.heardOf("releaseGraph")).toHaveLength(1);
  });

  it("asks for an output only once when it is wanted twice, and passes it on twice", async () => {
    const client = await connect();
    const { seen, consume } = consumer();
    onSubmit((graph) => {
      transport.workers.put(joinWorker(1), 0, 5);
      sayReady(graph, 1, [0]);
      sayFinished(graph);
    });
    await client.compute(sourceGraph([sourceLayer("a", 1)], ["a", "a"]), consume, RAW);
    expect(transport.scheduler.heardOf("submitGraph")[0]?.outputs).toEqual(["a"]);
    expect(seen).toEqual(["0:0=5", "1:0=5"]);
  });

  it("asks for many small blocks in one request", async () => {
    const client = await connect();
    const blocks = Array.from({ length: 5000 }, (_, block) => block);
    onSubmit((graph) => {
      const address = joinWorker(1);
      for (const block of blocks) transport.workers.put(address, block, block);
      sayReady(graph, 1, blocks);
      sayFinished(graph);
    });
    const { seen, consume } = consumer();
    await client.compute(sourceGraph([sourceLayer("a", 5000)], ["a"]), consume, RAW);
    expect(seen).toHaveLength(5000);
    expect(transport.workers.requests).toHaveLength(1);
  });

  it("waits for the second copy when the worker is lost while it is asked", async () => {
    const client = await connect();
    const { seen, consume } = consumer();
    onSubmit((graph) => {
      transport.workers.silent.add(joinWorker(1));
      sayReady(graph, 1, [0]);
      sayFinished(graph);
      transport.scheduler.say({ type: "workerLost", worker: 1 });
      transport.workers.put(joinWorker(2), 0, 42);
      sayReady(graph, 2, [0]);
    });
    await client.compute(sourceGraph([sourceLayer("a", 1)], ["a"]), consume, RAW);
    expect(seen).toEqual(["0:0=42"]);
    expect(transport.workers.forgotten).toEqual(["tcp://w1"]);
  });

  it("asks again when a worker does not have the block yet", async () => {
    const client = await connect();
    const { seen, consume } = consumer();
    onSubmit((graph) => {
      const address = joinWorker(1);
      sayReady(graph, 1, [0]);
      sayFinished(graph);
      setTimeout(() => transport.workers.put(address, 0, 3), 20);
    });
    await client.compute(sourceGraph([sourceLayer("a", 1)], ["a"]), consume, RAW);
    expect(seen).toEqual(["0:0=3"]);
  });

  it("rejects with the task's error as it was on the worker", async () => {
    const client = await connect();
    onSubmit((graph) =>
      transport.scheduler.say({
        type: "graphErred",
        graph,
        error: {
          name: "TaskError",
          code: "task.failed",
          message: "boom",
          data: { key: "add-1(0)", worker: "w1", remoteStack: "at user.js:3" },
        },
      }),
    );
    await expect(
      client.compute(sourceGraph([sourceLayer("a", 1)], ["a"]), () => {}, RAW),
    ).rejects.toMatchObject({
      code: "task.failed",
      message: "boom",
      data: { key: "add-1(0)", worker: "w1", remoteStack: "at user.js:3" },
    });
    await expect.poll(() => transport.scheduler.heardOf("releaseGraph")).toHaveLength(1);
  });

  it("rejects with what the consumer throws", async () => {
    const client = await connect();
    onSubmit((graph) => {
      transport.workers.put(joinWorker(1), 0, 5);
      sayReady(graph, 1, [0]);
      sayFinished(graph);
    });
    const consume = () => {
      throw new Error("cannot place this");
    };
    await expect(
      client.compute(sourceGraph([sourceLayer("a", 1)], ["a"]), consume, RAW),
    ).rejects.toThrow("cannot place this");
  });

  it("gives the graph up when its signal fires", async () => {
    const client = await connect();
    const controller = new AbortController();
    onSubmit(() => controller.abort());
    await expect(
      client.compute(sourceGraph([sourceLayer("a", 1)], ["a"]), () => {}, {
        ...RAW,
        signal: controller.signal,
      }),
    ).rejects.toMatchObject({ code: "task.cancelled", data: { key: "a" } });
    await expect.poll(() => transport.scheduler.heardOf("releaseGraph")).toHaveLength(1);
  });

  it("submits nothing when its signal fired before", async () => {
    const client = await connect();
    await expect(
      client.compute(sourceGraph([sourceLayer("a", 1)], ["a"]), () => {}, {
        ...RAW,
        signal: AbortSignal.abort(),
      }),
    ).rejects.toMatchObject({ code: "task.cancelled" });
    expect(transport.scheduler.heardOf("submitGraph")).toHaveLength(0);
  });

  it.each(["onProgress", "onStatistics"])("rejects with what %s throws", async (listener) => {
    const client = await connect();
    onSubmit((graph) => {
      transport.workers.put(joinWorker(1), 0, 5);
      sayReady(graph, 1, [0]);
      sayFinished(graph);
    });
    const fail = () => {
      throw new Error("cannot draw");
    };
    const graph = sourceGraph([sourceLayer("a", 1)], ["a"]);
    const job = client.compute(graph, () => {}, { ...RAW, [listener]: fail });
    await expect(job).rejects.toThrow("cannot draw");
  });

  it("refuses what the scheduler could not read", async () => {
    const client = await connect();
    const mistakes = [
      () => client.retireWorkers("worker-0" as unknown as string[]),
      () => client.story(undefined as unknown as string),
      () => client.dump(undefined as unknown as { file: string }),
      () => client.replicate(undefined as unknown as PersistedArray, 2),
    ];
    for (const mistake of mistakes) {
      await expect(mistake()).rejects.toMatchObject({ code: "argument.value" });
    }
  });

  it("passes progress on, and warns about missing workers when no one listens", async () => {
    const client = await connect();
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    onSubmit((graph) => {
      const report = { type: "graphProgressed", graph, done: 0, total: 1 } as const;
      transport.scheduler.say({ ...report, waitingForWorkersMs: 3000 });
      transport.workers.put(joinWorker(1), 0, 5);
      sayReady(graph, 1, [0]);
      sayFinished(graph);
    });
    const graph = sourceGraph([sourceLayer("a", 1)], ["a"]);
    await client.compute(graph, () => {}, RAW);
    expect(warn.mock.calls[0]?.[0]).toMatch(/no worker has joined .* the job waits \(3 s so far\)/);
    const onProgress = vi.fn();
    await client.compute(graph, () => {}, { ...RAW, onProgress });
    expect(onProgress.mock.calls).toEqual([
      [{ done: 0, total: 1, waitingForWorkersMs: 3000 }],
      [{ done: 1, total: 1, waitingForWorkersMs: 0 }],
    ]);
    expect(warn).toHaveBeenCalledOnce();
  });
});

describe("Client.persist", () => {
  it("warns of a plan that grows tenfold, once", async () => {
    const client = await connect();
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    onSubmit(sayFinished);
    // Of so many axes that no other test of the process had this hint.
    const shape = [3_000, 1, 1, 1, 1, 1, 1, 1];
    const graph = () => graphBelow([ones(shape, { chunks: -1 }).rechunk(1).node]);
    await client.persist(graph(), {});
    await client.persist(graph(), {});
    const hints = warn.mock.calls.filter(([text]) => /makes 3,000 tasks from 1/.test(text));
    expect(hints).toEqual([[expect.stringMatching(/^tilework: .*: write \.rechunk\(\["auto", /)]]);
    await client.persist(graphBelow([ones(shape, { chunks: -1 }).add(1).node]), {});
    expect(warn).toHaveBeenCalledOnce();
  });

  it("keeps the graph submitted until it is released, and fetches nothing", async () => {
    const client = await connect();
    onSubmit(sayFinished);
    const handle = await client.persist(sourceGraph([sourceLayer("a", 2)], ["a"]), RAW);
    expect(handle.layers).toEqual(["a"]);
    expect(transport.scheduler.heardOf("submitGraph")[0]?.reportOutputs).toBe(false);
    expect(transport.scheduler.heardOf("releaseGraph")).toHaveLength(0);
    handle.release();
    handle.release();
    await expect.poll(() => transport.scheduler.heardOf("releaseGraph")).toHaveLength(1);
    expect(transport.workers.requests).toHaveLength(0);
  });

  it("only submits when told not to wait, and keeps the graph even when it fails", async () => {
    const client = await connect();
    const handle = await client.persist(sourceGraph([sourceLayer("a", 2)], ["a"]), {
      ...RAW,
      wait: false,
    });
    expect(handle.layers).toEqual(["a"]);
    await expect.poll(() => transport.scheduler.heardOf("submitGraph")).toHaveLength(1);
    const graph = transport.scheduler.heardOf("submitGraph")[0]?.graph as string;
    const error = { name: "TaskError", code: "task.failed", message: "no" } as const;
    transport.scheduler.say({ type: "graphErred", graph, error });
    // Whatever is said next comes after the error: nothing was released on its account.
    await client.persist(sourceGraph([sourceLayer("b", 2)], ["b"]), { ...RAW, wait: false });
    await expect.poll(() => transport.scheduler.heardOf("submitGraph")).toHaveLength(2);
    expect(transport.scheduler.heardOf("releaseGraph")).toHaveLength(0);
    handle.release();
    await expect.poll(() => transport.scheduler.heardOf("releaseGraph")).toHaveLength(1);
  });

  it("gives up by its signal what it does not wait for", async () => {
    const client = await connect();
    const controller = new AbortController();
    const { signal } = controller;
    await client.persist(sourceGraph([sourceLayer("a", 2)], ["a"]), {
      ...RAW,
      wait: false,
      signal,
    });
    expect(transport.scheduler.heardOf("releaseGraph")).toHaveLength(0);
    controller.abort();
    await expect.poll(() => transport.scheduler.heardOf("releaseGraph")).toHaveLength(1);
  });
});

describe("data that the caller gave", () => {
  it("travels inside its layer when it is small", async () => {
    const client = await connect();
    onSubmit(sayFinished);
    const layer = dataLayer("small", Float64Array.of(1, 2), 1);
    await client.persist(sourceGraph([layer], ["small"]), RAW);
    expect(transport.scheduler.heardOf("submitGraph")[0]?.layers).toEqual([layer]);
  });

  it("is served to workers by block when it is large, as long as it is needed", async () => {
    const client = await connect();
    onSubmit(sayFinished);
    const values = Float64Array.from({ length: 10_000 }, (_, i) => i);
    const layer = dataLayer("large", values, 5_000);
    const handle = await client.persist(sourceGraph([layer], ["large"]), RAW);
    expect(transport.scheduler.heardOf("submitGraph")[0]?.layers[0]).toMatchObject({
      name: "large",
      generator: { type: "held", address: "served at tcp://127.0.0.1:0" },
    });
    const ask = { type: "getServed", request: 1, layer: layer.name, block: 1 } as const;
    const [item] = (await transport.handler?.(ask)) ?? [];
    expect(item?.shape).toEqual([5_000]);
    expect(item?.bytes).toEqual(new Uint8Array(values.slice(5_000).buffer));
    handle.release();
    expect(await transport.handler?.(ask)).toEqual([undefined]);
  });
});

describe("a scheduler that goes away", () => {
  it("fails what is under way when the transport notices", async () => {
    const client = await connect();
    onSubmit(() => transport.scheduler.vanish("connection closed"));
    const description = client.describe();
    await expect(
      client.compute(sourceGraph([sourceLayer("a", 1)], ["a"]), () => {}, RAW),
    ).rejects.toMatchObject({
      code: "cluster.schedulerLost",
      message: expect.stringContaining("connection closed"),
    });
    await expect(description).rejects.toMatchObject({ code: "cluster.schedulerLost" });
    await expect(client.describe()).rejects.toMatchObject({ code: "cluster.schedulerLost" });
  });

  it("counts as gone when it says nothing for some seconds, though asked", async () => {
    vi.useFakeTimers();
    transport.scheduler.heartbeatIntervalMs = 500;
    const client = await connect({ schedulerTimeoutMs: 4_000 });
    const computing = client.compute(sourceGraph([sourceLayer("a", 1)], ["a"]), () => {}, RAW);
    const outcome = expect(computing).rejects.toMatchObject({
      code: "cluster.schedulerLost",
      message: expect.stringContaining("no message came from it for 4 s"),
    });
    await vi.advanceTimersByTimeAsync(4_600);
    await outcome;
    expect(transport.scheduler.heardOf("clientHeartbeat").length).toBeGreaterThan(5);
    expect(transport.scheduler.heardOf("describeCluster").length).toBeGreaterThan(0);
  });

  it("stays while it answers", async () => {
    vi.useFakeTimers();
    transport.scheduler.heartbeatIntervalMs = 500;
    const client = await connect({ schedulerTimeoutMs: 4_000 });
    transport.scheduler.onHeard = (message) => {
      if (message.type !== "describeCluster") return;
      const { request } = message;
      transport.scheduler.say({
        type: "clusterDescribed",
        request,
        workers: [],
        tasks: 0,
        graphs: 0,
        actors: 0,
        clients: [],
        ageMs: 0,
      });
    };
    await vi.advanceTimersByTimeAsync(60_000);
    await expect(client.describe()).resolves.toMatchObject({ tasks: 0 });
  });

  it("is reported by a client that closes", async () => {
    const client = await connect();
    const computing = client.compute(sourceGraph([sourceLayer("a", 1)], ["a"]), () => {}, RAW);
    const outcome = expect(computing).rejects.toMatchObject({ code: "cluster.closed" });
    await client.close();
    await outcome;
    expect(transport.scheduler.heardOf("closeClient")).toHaveLength(1);
    expect(transport.scheduler.isClosed).toBe(true);
  });
});
