// Results that come straight from workers, before the scheduler has reported them: a client without
// sockets, whose scheduler and workers say what the test has them say.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Block } from "../../../src/base/block.js";
import { type Client, connectClient } from "../../../src/client/client.js";
import type { RunOptions } from "../../../src/graph/ports/executor.js";
import { monitoredBy, RunningJob } from "../../../src/graph/ports/running-jobs.js";
import type { OutputsReady } from "../../../src/protocol/messages/messages.js";
import { type FakeLine, FakeTransport, sourceGraph, sourceLayer } from "../fake-scheduler.js";

const ADDRESS = "tcp://127.0.0.1:1";
const WORKER = 1;
let transport: FakeTransport;
let client: Client;

beforeEach(async () => {
  transport = new FakeTransport();
  client = await connectClient(ADDRESS, {}, { transport });
  const place = { worker: WORKER, name: "w", address: "tcp://w" };
  transport.scheduler.say({ type: "workersJoined", workers: [place] });
});

afterEach(() => client.close());

/** Begins a job of one block; it ends with the value. */
function begin(options: RunOptions = {}) {
  let value: number | undefined;
  const consume = (_output: number, _block: number, block: Block) => {
    value = block.data[block.offset] as number;
  };
  const graph = sourceGraph([sourceLayer("a", 1)], ["a"]);
  const ended = client
    .compute(graph, consume, { optimizeGraph: false, ...options })
    .then(() => value);
  return { ended, submitted: () => transport.scheduler.heardOf("submitGraph").at(-1) };
}

function ready(graph: string, value: number): OutputsReady {
  const values = new Uint8Array(Float64Array.of(value).buffer);
  const place = { outputs: [0], blocks: [0], tasks: [5], workers: [WORKER] };
  return { type: "outputsReady", graph, ...place, values };
}

function finished(graph: string, isReleased = true) {
  const counts = { taskCount: 1, tasksRun: 1, bytesMoved: 0 };
  return {
    type: "graphFinished",
    graph,
    ...counts,
    ...(isReleased ? { isReleased } : {}),
  } as const;
}

/** The graph's name, once it was submitted. */
async function submittedBy({ submitted }: ReturnType<typeof begin>, before: number) {
  await expect.poll(() => transport.scheduler.heardOf("submitGraph").length).toBe(before + 1);
  return submitted()?.graph as string;
}

/** One job, as its scheduler reports it. */
async function computeOnce(value: number): Promise<void> {
  const before = transport.scheduler.heardOf("submitGraph").length;
  const job = begin();
  const graph = await submittedBy(job, before);
  transport.scheduler.say(ready(graph, value));
  transport.scheduler.say(finished(graph));
  expect(await job.ended).toBe(value);
}

/** A line to the worker, from which two results have come. */
async function followed(): Promise<FakeLine> {
  await computeOnce(1);
  await computeOnce(2);
  return transport.lines[0] as FakeLine;
}

const releases = () => transport.scheduler.heardOf("releaseGraph").map(({ graph }) => graph);

describe("a client that computes small things one after another", () => {
  test("follows a worker from the second result on, under the name in its jobs", async () => {
    await computeOnce(1);
    expect(transport.lines).toEqual([]);
    await computeOnce(2);
    expect(transport.lines.map(({ address }) => address)).toEqual(["tcp://w"]);
    await computeOnce(3);
    const [follow] = (transport.lines[0] as FakeLine).sent;
    const jobs = transport.scheduler.heardOf("submitGraph");
    expect(follow?.type).toBe("followResults");
    expect(jobs.map(({ follower }) => follower)).toEqual([
      undefined,
      undefined,
      follow?.type === "followResults" ? follow.follower : "",
    ]);
  });

  test("has the value when its worker sends it, and the graph goes when it is reported", async () => {
    const line = await followed();
    const job = begin();
    const graph = await submittedBy(job, 2);
    line.listener.received(ready(graph, 3));
    expect(await job.ended).toBe(3);
    expect(releases()).toEqual([]);
    transport.scheduler.say(ready(graph, 3));
    transport.scheduler.say(finished(graph, false));
    await expect.poll(releases).toEqual([graph]);
  });

  test("keeps the value when the job fails at the scheduler afterwards, and releases it", async () => {
    const line = await followed();
    const job = begin();
    const graph = await submittedBy(job, 2);
    line.listener.received(ready(graph, 3));
    expect(await job.ended).toBe(3);
    const error = { name: "TaskError", message: "no more", code: "task.failed", data: {} };
    transport.scheduler.say({ type: "graphErred", graph, error });
    await expect.poll(releases).toEqual([graph]);
  });

  test("names no follower if the caller wants what only the scheduler's report says", async () => {
    await followed();
    let bytesMoved: number | undefined;
    const job = begin({ onStatistics: (statistics) => (bytesMoved = statistics.bytesMoved) });
    const graph = await submittedBy(job, 2);
    expect(job.submitted()?.follower).toBeUndefined();
    transport.scheduler.say(ready(graph, 3));
    transport.scheduler.say({ ...finished(graph), bytesMoved: 8 });
    expect([await job.ended, bytesMoved]).toEqual([3, 8]);
  });

  test("names no follower while the job's progress is watched", async () => {
    await followed();
    const watched = new RunningJob("a");
    const totals: number[] = [];
    watched.follow({ reported: ({ total }) => totals.push(total), ended: () => {} });
    const job = begin(monitoredBy({}, watched));
    const graph = await submittedBy(job, 2);
    expect(job.submitted()?.follower).toBeUndefined();
    transport.scheduler.say(ready(graph, 3));
    transport.scheduler.say({ ...finished(graph), taskCount: 7 });
    expect([await job.ended, totals]).toEqual([3, [7]]);
  });

  test("ignores a value that comes after the report, or of a graph that it does not know", async () => {
    const line = await followed();
    const [first] = transport.scheduler.heardOf("submitGraph");
    line.listener.received(ready(first?.graph as string, 7));
    line.listener.received(ready("another", 7));
    await computeOnce(3);
  });

  test("names no follower while another job is under way", async () => {
    await followed();
    const [first, second] = [begin(), begin()];
    await submittedBy(second, 3);
    const [one, other] = transport.scheduler.heardOf("submitGraph").slice(2);
    expect([one?.follower === undefined, other?.follower]).toEqual([false, undefined]);
    for (const job of [one, other]) {
      transport.scheduler.say(ready(job?.graph as string, 4));
      transport.scheduler.say(finished(job?.graph as string));
    }
    expect(await Promise.all([first.ended, second.ended])).toEqual([4, 4]);
  });

  test("goes on without a line that is lost, and closes those of lost workers", async () => {
    const line = await followed();
    line.listener.lost("out of reach");
    await computeOnce(3);
    await computeOnce(4);
    expect(transport.lines.length).toBe(1);
    transport.scheduler.say({ type: "workerLost", worker: WORKER });
    const place = { worker: WORKER + 1, name: "v", address: "tcp://v" };
    transport.scheduler.say({ type: "workersJoined", workers: [place] });
    expect(transport.scheduler.heardOf("submitGraph").at(-1)?.follower).toBeUndefined();
  });

  test("closes its lines with the session", async () => {
    const line = await followed();
    await client.close();
    expect(line.isClosed).toBe(true);
  });
});

describe("a question after a result that the scheduler has yet to report", () => {
  const asked = () => transport.scheduler.heardOf("describeCluster").length;

  /** A job whose value came from its worker. */
  async function endedAhead(): Promise<string> {
    const line = await followed();
    const job = begin();
    const graph = await submittedBy(job, 2);
    line.listener.received(ready(graph, 3));
    expect(await job.ended).toBe(3);
    return graph;
  }

  /** A question, after all that the client does without another message. */
  async function ask() {
    const described = client.describe();
    described.catch(() => undefined);
    await new Promise(setImmediate);
    return { described };
  }

  function answer(): void {
    const [question] = transport.scheduler.heardOf("describeCluster");
    transport.scheduler.say({
      type: "clusterDescribed",
      request: question?.request as number,
      ...{ workers: [], tasks: 0, graphs: 0, actors: 0, clients: [], ageMs: 7 },
    });
  }

  test("goes out when the scheduler has reported the result", async () => {
    const graph = await endedAhead();
    const { described } = await ask();
    expect(asked()).toBe(0);
    transport.scheduler.say(ready(graph, 3));
    await expect.poll(asked).toBe(1);
    answer();
    expect(await described).toMatchObject({ ageMs: 7 });
  });

  test("goes out when a worker is lost, whose reports may be lost with it", async () => {
    await endedAhead();
    const { described } = await ask();
    expect(asked()).toBe(0);
    transport.scheduler.say({ type: "workerLost", worker: WORKER });
    await expect.poll(asked).toBe(1);
    answer();
    await described;
  });

  test("goes out at once when the report was faster", async () => {
    const line = await followed();
    const job = begin();
    const graph = await submittedBy(job, 2);
    transport.scheduler.say(ready(graph, 3));
    line.listener.received(ready(graph, 3));
    transport.scheduler.say(finished(graph));
    expect(await job.ended).toBe(3);
    const described = client.describe();
    await expect.poll(asked).toBe(1);
    answer();
    await described;
  });

  test("is refused when the scheduler is lost meanwhile", async () => {
    await endedAhead();
    const { described } = await ask();
    transport.scheduler.vanish("gone");
    await expect(described).rejects.toMatchObject({ code: "cluster.schedulerLost" });
    expect(asked()).toBe(0);
  });
});
