// A client that loses its scheduler and connects again: what its calls get meanwhile, and after.
import { expect, test } from "vitest";
import { Connection } from "../../../src/client/session/connection.js";
import { inprocTransport } from "../../../src/comm/inproc/inproc-transport.js";
import { localAddress } from "../../../src/comm/interface/address.js";
import { startSchedulerNode } from "../../../src/runtime/nodes/scheduler-node.js";

test("calls fail when no scheduler comes in time, and reach the one that comes later", async () => {
  const transport = inprocTransport();
  const address = localAddress("inproc");
  const startScheduler = () => startSchedulerNode({ transport, address, log: () => undefined });
  const first = await startScheduler();
  const connection = await Connection.open({
    ...{ transport, address, name: "c", timeoutMs: 5_000, schedulerTimeoutMs: 10_000 },
    ...{ reconnect: true, reconnectTimeoutMs: 20 },
  });
  const reaches = async (status: typeof connection.status) => {
    while (connection.status !== status) await new Promise(setImmediate);
  };
  const describe = async () => (await connection.session()).ask("describeCluster", {});
  expect(await describe()).toMatchObject({ workers: [] });
  first.fail(new Error("a mistake"));
  await reaches("reconnecting");
  await expect(describe()).rejects.toMatchObject({ code: "cluster.schedulerLost" });
  const second = await startScheduler();
  await reaches("connected");
  expect(await describe()).toMatchObject({ workers: [] });
  await connection.close();
  await second.close();
});
