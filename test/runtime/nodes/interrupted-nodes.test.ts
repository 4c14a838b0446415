// The network breaks between a scheduler and its worker and client: nothing is lost by it.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connectClient } from "../../../src/client/client.js";
import { zeromqTransport } from "../../../src/comm/zeromq/zeromq-transport.js";
import { random } from "../../../src/index.js";
import { startSchedulerNode } from "../../../src/runtime/nodes/scheduler-node.js";
import { startWorkerNode } from "../../../src/runtime/nodes/worker-node.js";
import { closedAfterEach } from "../../comm/closed-after-each.js";
import { BrokenNetwork } from "../../comm/framed/broken-network.js";
import { freshDirectory } from "../../e2e/command.js";

const keep = closedAfterEach();

test("a worker keeps its values, a client its job, and each call runs once", async () => {
  const transport = zeromqTransport({
    interruptions: { silenceMs: 1_000, graceMs: 600_000, keepMs: 600_000 },
  });
  const logged: string[] = [];
  const log = (_level: string, text: string) => void logged.push(text);
  const patience = { workerTimeoutMs: 600_000, clientTimeoutMs: 600_000 };
  const address = "tcp://127.0.0.1:0";
  const scheduler = keep(await startSchedulerNode({ transport, address, options: patience, log }));
  const network = keep(await BrokenNetwork.before(scheduler.address));
  const worker = keep(
    await startWorkerNode({
      transport,
      schedulerAddress: network.address,
      dataAddress: address,
      name: "w",
      threads: 1,
      memoryLimitBytes: 0,
      schedulerTimeoutMs: 600_000,
      log,
    }),
  );
  const settings = { name: "c", current: false, schedulerTimeoutMs: 600_000 };
  const client = keep(await connectClient(network.address, settings, { transport }));
  const x = await client.persist(random([100, 100], { chunks: 50, seed: 1 }));
  const before = await client.compute(x.sum());
  const { self } = worker.state;
  // It ends while no word of it can arrive.
  const go = join(freshDirectory(), "go");
  const slow = client.submit(async () => {
    while (!existsSync(go)) await new Promise((resolve) => setTimeout(resolve, 5));
    return 7;
  });
  await expect.poll(() => worker.state.executing).toBe(1);
  const { connections } = network;
  network.fallSilent();
  writeFileSync(go, "");
  await expect.poll(() => worker.state.executing).toBe(0);
  const asked = client.compute(x.sum());
  await expect.poll(() => network.connections).toBeGreaterThan(connections + 1);
  network.heal();
  expect([await slow, await asked]).toEqual([7, before]);
  expect(worker.state.self).toBe(self);
  expect([...scheduler.state.workers.keys()]).toEqual([self]);
  expect(logged.filter((line) => /joined$/.test(line)).sort()).toEqual([
    "client c joined",
    "worker w joined",
  ]);
  expect(logged).toContainEqual(expect.stringMatching(/connected to the scheduler again after/));
  x.release();
});
