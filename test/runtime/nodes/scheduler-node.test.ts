import { describe, expect, it } from "vitest";
import { inprocTransport } from "../../../src/comm/inproc/inproc-transport.js";
import type { FromScheduler } from "../../../src/comm/interface/transport.js";
import { PROTOCOL_VERSION } from "../../../src/protocol/values/ids.js";
import { startSchedulerNode } from "../../../src/runtime/nodes/scheduler-node.js";
import { startWorkerNode } from "../../../src/runtime/nodes/worker-node.js";
import { source } from "../../graph/example-layers.js";

const quiet = () => undefined;

/** A scheduler, and a line to it that remembers what comes. */
async function setUp() {
  const transport = inprocTransport();
  const scheduler = await startSchedulerNode({ transport, address: "inproc://*", log: quiet });
  const link = await transport.connect(scheduler.address);
  const heard: FromScheduler[] = [];
  let wake: () => void = () => undefined;
  link.onMessage((message) => {
    heard.push(message);
    wake();
  });
  const next = async () => {
    while (heard.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return heard.shift();
  };
  return { transport, scheduler, link, next };
}

describe("SchedulerNode", () => {
  it("accepts clients of its own version and refuses others", async () => {
    const { scheduler, link, next } = await setUp();
    link.send({ type: "registerClient", version: PROTOCOL_VERSION + 1, name: "late" });
    expect(await next()).toMatchObject({ type: "peerRefused", error: { code: "cluster.version" } });
    link.send({ type: "registerClient", version: PROTOCOL_VERSION, name: "right" });
    expect(await next()).toMatchObject({ type: "clientAccepted" });
    await scheduler.close();
  });

  it("ends its workers when it is closed", async () => {
    const { transport, scheduler } = await setUp();
    const worker = await startWorkerNode({
      transport,
      schedulerAddress: scheduler.address,
      dataAddress: "inproc://*",
      name: "w",
      threads: 1,
      memoryLimitBytes: 0,
      log: quiet,
    });
    while (worker.state.phase === "registering") await new Promise(setImmediate);
    await scheduler.close();
    expect(await worker.closed).toMatchObject({ failed: false });
  });

  it("has workers free what is released soon, and before anything that they are notified later", async () => {
    const { transport, scheduler, link: worker, next } = await setUp();
    const client = await transport.connect(scheduler.address);
    client.onMessage(() => undefined);
    worker.send({
      type: "registerWorker",
      version: PROTOCOL_VERSION,
      name: "w",
      address: "inproc://w",
      threads: 1,
      memoryLimitBytes: 2 ** 30,
      pid: 1,
    });
    client.send({ type: "registerClient", version: PROTOCOL_VERSION, name: "c" });
    const untilComputed = async () => {
      const types: string[] = [];
      for (;;) {
        const message = await next();
        types.push(`${message?.type}`);
        if (message?.type !== "computeTasks") continue;
        const { tasks, attempts, outputBytes: bytes } = message;
        worker.send({ type: "tasksFinished", tasks, attempts, bytes, durationsMs: [1] });
        return types;
      }
    };
    const submit = (graph: string, value: number) => {
      const { layer } = source([[1]], { type: "full", value });
      const outputs = [layer.name];
      client.send({ type: "submitGraph", graph, layers: [layer], outputs, reportOutputs: true });
    };
    submit("g1", 1);
    expect(await untilComputed()).toEqual(["workerAccepted", "addLayers", "computeTasks"]);
    client.send({ type: "releaseGraph", graph: "g1" });
    submit("g2", 2);
    const released = ["freeTasks", "dropLayers", "addLayers", "computeTasks"];
    expect((await untilComputed()).toSorted()).toEqual(released.toSorted());
    client.send({ type: "releaseGraph", graph: "g2" });
    expect(await next()).toMatchObject({ type: "freeTasks" });
    expect(await next()).toMatchObject({ type: "dropLayers" });
    await scheduler.close();
  });

  it("has clients learn that it crashed, and keeps nothing of strangers", async () => {
    const { transport, scheduler, link: client, next } = await setUp();
    const stranger = await transport.connect(scheduler.address);
    const heard: FromScheduler[] = [];
    stranger.onMessage((message) => void heard.push(message));
    const strangerLost = new Promise((resolve) => stranger.onLost(resolve));
    client.send({ type: "registerClient", version: PROTOCOL_VERSION, name: "c" });
    expect(await next()).toMatchObject({ type: "clientAccepted" });
    const { layer } = source([[1]]);
    const graph = { type: "submitGraph", layers: [layer], outputs: [layer.name] } as const;
    // The stranger's comes first; when the client's is there, so is that one.
    stranger.send({ ...graph, graph: "stranger", reportOutputs: true });
    client.send({ ...graph, graph: "client", reportOutputs: true });
    while (scheduler.state.graphs.size === 0) await new Promise(setImmediate);
    scheduler.fail(new Error("a mistake"));
    expect(await next()).toMatchObject({ type: "graphErred", graph: "client" });
    await strangerLost;
    expect(heard).toEqual([]);
  });

  it("refuses an address that is taken", async () => {
    const { transport, scheduler } = await setUp();
    const { address } = scheduler;
    await expect(startSchedulerNode({ transport, address })).rejects.toMatchObject({
      code: "cluster.address",
    });
    await scheduler.close();
  });
});
