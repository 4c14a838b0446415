import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { currentHost, installHost } from "../../../src/base/host.js";
import { type Client, connectClient } from "../../../src/client/client.js";
import { FUNCTION_SHIPPER } from "../../../src/functions/shipped-function.js";
import { graphBelow } from "../../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import {
  type InProcessEngine,
  startInProcessEngine,
} from "../../../src/runtime/nodes/in-process-engine.js";
import { classBytes } from "../../../src/runtime/values/size-classes.js";
import { ticked } from "../../../src/scheduler/ticks.js";
import { nodeShipper } from "../../../src/shipping/ship-function.js";
import { printedBy } from "../../e2e/program.js";
import { blocks, elementwise, source } from "../../graph/example-layers.js";

installHost(currentHost().with(FUNCTION_SHIPPER, nodeShipper));

let engine: InProcessEngine;
let client: Client;
let log: string[];

beforeEach(async () => {
  log = [];
  engine = await startInProcessEngine({
    threads: 2,
    log: (level, text) => log.push(`${level}: ${text}`),
  });
  const { transport, address } = engine;
  client = await connectClient(address, { current: false }, { transport });
});

afterEach(async () => {
  await client.close();
  await engine.close();
});

async function compute(node: LayerNode): Promise<number> {
  let count = 0;
  await client.compute(graphBelow([node]), () => count++, { optimizeGraph: false });
  return count;
}

/** Waits, turn by turn, until something holds; the test's own time limit is the only one. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

describe("InProcessEngine", () => {
  it("gives all memory back when a graph is over", async () => {
    const x = source([blocks(20, 50_000)]);
    expect(await compute(elementwise("add", x, x))).toBe(20);
    const { pool, store } = engine.worker.memory;
    await until(() => store.size === 0);
    expect(pool.bytesInUse).toBe(0);
    expect(pool.bytesPooled).toBeGreaterThan(0);
  });

  it("uses memory again instead of taking more", async () => {
    const { pool, store } = engine.worker.memory;
    for (let job = 0; job < 5; job++) {
      await compute(source([blocks(50, 50_000)]));
      await until(() => store.size === 0);
    }
    expect(pool.bytesPooled).toBeGreaterThan(0);
    // How many blocks are there at once is up to the threads, but never more than one job has.
    expect(pool.bytesPooled).toBeLessThanOrEqual(50 * classBytes(8 * 50_000));
  });

  it("fails jobs under way when its worker crashes, and says so once", async () => {
    const job = compute(source([blocks(1_000, 100_000)]));
    const failure = expect(job).rejects.toMatchObject({ code: "cluster.closed" });
    await until(() => engine.worker.state.executing > 0);
    // A core whose state makes no sense any more.
    Object.assign(engine.worker.state, { tasks: undefined });
    await failure;
    expect(await engine.worker.closed).toMatchObject({ failed: true });
    await expect(engine.scheduler.closed).rejects.toMatchObject({ code: "cluster.closed" });
    expect(log.filter((line) => line.startsWith("error: worker threads crashed"))).toHaveLength(1);
  });

  it("fails jobs under way when its scheduler crashes", async () => {
    const job = compute(source([blocks(1_000, 100_000)]));
    const failure = expect(job).rejects.toThrow();
    await until(() => engine.worker.state.executing > 0);
    Object.assign(engine.scheduler.state, { workersByPeer: undefined });
    await failure;
    await expect(engine.scheduler.closed).rejects.toThrow();
    expect(log.filter((line) => line.startsWith("error: the scheduler crashed"))).toHaveLength(1);
  });

  it("starts again when it is restarted, with all it had lost", async () => {
    class Counter {
      n = 0;
      increment(): number {
        return ++this.n;
      }
    }
    const [lasting, mortal] = await Promise.all([
      client.actor(Counter, [], { restarts: 1 }),
      client.actor(Counter),
    ]);
    expect(await Promise.all([lasting.increment(), mortal.increment()])).toEqual([1, 1]);
    const kept = client.submit(() => 5);
    await kept;
    const waiting = client.submit(() => new Promise<never>(() => {}));
    const busy = client.submit(() => {
      for (;;);
    });
    const before = engine.worker;
    await client.restart();
    expect(engine.worker).not.toBe(before);
    for (const lost of [waiting, busy]) {
      await expect(lost).rejects.toMatchObject({ code: "cluster.restarted" });
    }
    await expect(client.submit((x: number) => x, kept)).rejects.toMatchObject({
      code: "graph.lostData",
    });
    await expect(mortal.increment()).rejects.toMatchObject({ code: "actor.died" });
    expect(await lasting.increment()).toBe(1);
    expect(await client.gather(client.map((x: number) => x + 1, [1, 2, 3]))).toEqual([2, 3, 4]);
    expect(log.filter((line) => line.startsWith("error"))).toEqual([]);
  });

  it("keeps a worker and clients that a long turn of this thread kept from speaking", () => {
    const { state } = engine.scheduler;
    for (const peer of [...state.workers.values(), ...state.clients.values()]) peer.seenMs = -1e9;
    ticked(state);
    expect([state.workers.size, state.clients.size]).toEqual([1, 1]);
  });

  it("lets the process exit by itself when nothing is under way", async () => {
    const dist = new URL("../../../dist/", import.meta.url);
    const script = `
      const { startInProcessEngine } = await import("${dist}runtime/nodes/in-process-engine.js");
      await startInProcessEngine({ threads: 2 });
      console.log("started");
    `;
    expect(await printedBy("--input-type=module", "--eval", script)).toBe("started\n");
  });
});
