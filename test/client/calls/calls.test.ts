// Calls that are made one by one, up to what the scheduler hears of them.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Client, connectClient } from "../../../src/client/client.js";
import type { Future } from "../../../src/client/futures/future.js";
import type { CallsLayer } from "../../../src/graph/model/layer.js";
import type { SubmitGraph } from "../../../src/protocol/messages/messages.js";
import { packLeaf } from "../../../src/shipping/values/scalar-codec.js";
import { FakeTransport } from "../fake-scheduler.js";
import "../../../src/index.js";

let transport: FakeTransport;
let client: Client;

beforeEach(async () => {
  transport = new FakeTransport();
  client = await connectClient("tcp://127.0.0.1:1", {}, { transport });
  transport.scheduler.say({
    type: "workersJoined",
    workers: [{ worker: 1, name: "w1", address: "tcp://w1" }],
  });
});

afterEach(() => client.close());

const double = (x: number) => 2 * x;
const add = (a: number, b: number) => a + b;

/** The turn of the event loop is over. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

function submitted(): SubmitGraph[] {
  return transport.scheduler.heardOf("submitGraph");
}

/** How many calls each layer of a graph has. */
function callsIn(graph: SubmitGraph | undefined): number[] {
  return (graph?.layers ?? []).map((layer) => (layer as CallsLayer).functionOf.length);
}

/** A call's result is on worker 1, and came along. */
function sayFinished({ graph }: SubmitGraph, output: number, block: number, value: number): void {
  const bytes = packLeaf(value);
  const place = { outputs: [output], blocks: [block], tasks: [block], workers: [1] };
  const values = { values: bytes, shapes: [[bytes.byteLength]] };
  transport.scheduler.say({ type: "outputsReady", graph, ...place, ...values });
}

describe("calls that are made in one turn", () => {
  it("are one message, with a layer for each function, whatever reads what", async () => {
    const futures: Future<number>[] = [];
    for (let k = 0; k < 300; k++) {
      const a = client.submit(double, k);
      const b = client.submit(add, a, futures.at(-1) ?? 0);
      futures.push(a, client.submit(double, b));
    }
    expect(submitted()).toHaveLength(0);
    await turn();
    expect(submitted().map(callsIn)).toEqual([[600, 300]]);
    const [{ calls, layers, outputs } = {} as SubmitGraph] = submitted();
    expect(calls?.reads).toEqual([]);
    expect(calls?.order.slice(0, 6)).toEqual(Int32Array.of(0, 1, 0, 0, 1, 0));
    expect(outputs).toEqual(layers.map(({ name }) => name));
    expect(layers.map(({ name }) => name.replace(/-.*/, ""))).toEqual(["double", "add"]);
    expect(futures.at(-1)?.key).toBe(`${outputs[0]?.slice(0, "double-".length + 7)}(599)`);
  });

  it("learn of while more are made, once they are many or their arguments large", async () => {
    for (let k = 0; k < 2_500; k++) client.submit(double, k);
    expect(submitted().map(callsIn)).toEqual([[1024], [1024]]);
    await turn();
    expect(submitted().map(callsIn)).toEqual([[1024], [1024], [452]]);
    for (let k = 0; k < 4; k++) client.submit((text: string) => text, `${k}`.repeat(400_000));
    expect(submitted().map(callsIn).slice(3)).toEqual([[3]]);
  });

  it("go before whatever else is said, and before what reads them", async () => {
    const a = client.submit(double, 1);
    const described = client.describe();
    const b = client.with({ priority: 5 }).submit(double, a);
    const c = client.map(double, [a, b]);
    await turn();
    const heard = transport.scheduler.heard.map(({ type }) => type).slice(1);
    expect(heard.slice(0, 4)).toEqual([
      "submitGraph",
      "submitGraph",
      "submitGraph",
      "describeCluster",
    ]);
    const [first, second, third] = submitted();
    expect(second).toMatchObject({ calls: { reads: first?.outputs }, terms: { priority: 5 } });
    expect(third?.calls?.reads).toEqual([...(first?.outputs ?? []), ...(second?.outputs ?? [])]);
    expect(c).toHaveLength(2);
    transport.scheduler.say({
      type: "clusterDescribed",
      request: 1,
      workers: [],
      tasks: 0,
      graphs: 0,
      actors: 0,
      clients: [],
      ageMs: 0,
    });
    await described;
  });

  it("are a graph for each set of terms, and a layer for each time limit and name", async () => {
    const manners = [{}, { retries: 2 }, { workers: ["a"] }, { timeLimitMs: 5 }, { name: "own" }];
    for (let k = 0; k < 20; k++) {
      for (const manner of manners) client.with(manner).submit(double, k);
    }
    await turn();
    expect(submitted().map(callsIn)).toEqual([[20, 20, 20], [20], [20]]);
    expect(submitted().map(({ terms }) => terms)).toEqual([
      undefined,
      { retries: 2 },
      { workers: ["a"] },
    ]);
  });

  it("are layers of their own where equal calls are one", async () => {
    const pure = client.with({ pure: true });
    pure.submit(double, 1);
    pure.submit(double, 2);
    pure.submit(double, 1);
    await turn();
    expect(submitted().map(callsIn)).toEqual([[1, 1], [1]]);
    const names = submitted().map(({ outputs }) => outputs[0]);
    expect(names[0]).toBe(names[1]);
  });
});

describe("each of these calls", () => {
  it("has a value and an end of its own", async () => {
    const futures = [1, 2, 3].map((x) => client.submit(double, x)) as [
      Future<number>,
      Future<number>,
      Future<number>,
    ];
    await turn();
    const [graph] = submitted() as [SubmitGraph];
    sayFinished(graph, 0, 1, 4);
    expect(futures.map(({ status }) => status)).toEqual(["pending", "finished", "pending"]);
    expect(await futures[1]).toBe(4);
    const error = { name: "TaskError", code: "task.failed", message: "no", data: { key: "k" } };
    const columns = { outputs: [0], blocks: [0] };
    transport.scheduler.say({ type: "outputsErred", graph: graph.graph, ...columns, error });
    await expect(futures[0]).rejects.toThrow("no");
    futures[0].retry();
    expect(transport.scheduler.heardOf("retryOutputs")).toEqual([
      { type: "retryOutputs", graph: graph.graph, ...columns },
    ]);
    expect(futures[2].status).toBe("pending");
  });

  it("is released by itself, and the graph with the last", async () => {
    const a = client.submit(double, 1);
    const b = client.submit(add, a, 1);
    const c = client.submit(add, b, 1);
    b.cancel();
    expect(b.status).toBe("cancelled");
    await turn();
    await turn();
    const [{ graph }] = submitted() as [SubmitGraph];
    expect(transport.scheduler.heardOf("releaseOutputs")).toEqual([
      { type: "releaseOutputs", graph, outputs: [1], blocks: [0] },
    ]);
    a.release();
    c.release();
    await turn();
    expect(transport.scheduler.heardOf("releaseGraph")).toEqual([{ type: "releaseGraph", graph }]);
  });

  it("ends once for plugins, and stays released, though its result comes twice", async () => {
    const heard: string[] = [];
    const transition = (_key: string, from: string, to: string) => void heard.push(`${from} ${to}`);
    await client.registerPlugin({ transition }, { on: "client", name: "ears" });
    const future = client.submit(double, 1);
    const released = client.submit(add, 1, 2);
    await turn();
    const [graph] = submitted() as [SubmitGraph];
    for (let time = 0; time < 2; time++) {
      sayFinished(graph, 0, 0, 2);
      sayFinished(graph, 1, 0, 3);
      released.release();
    }
    expect(await future.result()).toBe(2);
    expect(heard).toEqual(["pending finished", "pending finished"]);
  });

  it("is not told of at all when it is given up at once, with all others of the turn", async () => {
    client.cancel([1, 2].map((x) => client.submit(double, x)));
    await turn();
    expect(submitted()).toEqual([]);
  });

  it("is given up by its signal, of which many are one listener", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    signal.addEventListener = ((...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    }) as typeof add;
    const futures = [1, 2, 3].map((x) => client.with({ signal }).submit(double, x));
    const other = client.submit(double, 4);
    await turn();
    const [graph] = submitted() as [SubmitGraph];
    sayFinished(graph, 0, 0, 2);
    controller.abort();
    expect(futures.map(({ status }) => status)).toEqual(["finished", "cancelled", "cancelled"]);
    expect([other.status, listeners]).toEqual(["pending", 1]);
  });

  it("ends with the connection", async () => {
    const pending = client.submit(double, 1);
    await turn();
    const unsent = client.submit(double, 2);
    transport.scheduler.vanish("it is gone");
    await expect(pending).rejects.toMatchObject({ code: "cluster.schedulerLost" });
    await expect(unsent).rejects.toMatchObject({ code: "cluster.schedulerLost" });
  });
});
