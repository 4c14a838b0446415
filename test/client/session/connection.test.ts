// A client that loses its scheduler and connects again: what its calls get meanwhile, and after.
import { afterEach, expect, test, vi } from "vitest";
import { ClusterError } from "../../../src/base/errors.js";
import { Connection } from "../../../src/client/session/connection.js";
import { inprocTransport } from "../../../src/comm/inproc/inproc-transport.js";
import { localAddress } from "../../../src/comm/interface/address.js";
import type { Transport } from "../../../src/comm/interface/transport.js";
import { startSchedulerNode } from "../../../src/runtime/nodes/scheduler-node.js";
import { FakeScheduler } from "../fake-scheduler.js";

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

test("calls fail with the reason at once when the connection is given up", async () => {
  const transport = inprocTransport();
  const address = localAddress("inproc");
  const node = await startSchedulerNode({ transport, address, log: () => undefined });
  const connection = await Connection.open({
    ...{ transport, address, name: "c", timeoutMs: 5_000, schedulerTimeoutMs: 10_000 },
    ...{ reconnect: true },
  });
  node.fail(new Error("a mistake"));
  while (connection.status !== "reconnecting") await new Promise(setImmediate);
  const describe = async () => (await connection.session()).ask("describeCluster", {});
  const waiting = describe();
  connection.giveUp(new ClusterError("schedulerLost", "it has ended"));
  await expect(waiting).rejects.toThrow("it has ended");
  await expect(describe()).rejects.toThrow("it has ended");
  expect(connection.status).toBe("lost");
  await connection.close();
});

afterEach(() => vi.useRealTimers());

test("an attempt that is refused is followed by one other, and none where the first is", async () => {
  vi.useFakeTimers();
  const links: FakeScheduler[] = [];
  let accepts = false;
  const connect = async () => {
    const scheduler = new FakeScheduler();
    links.push(scheduler);
    scheduler.isThere = accepts;
    if (!accepts) scheduler.onHeard = () => queueMicrotask(() => scheduler.vanish("refused"));
    return scheduler.link;
  };
  const options = {
    ...{ transport: { connect } as unknown as Transport, address: "tcp://h:1", name: "c" },
    ...{ timeoutMs: 5_000, schedulerTimeoutMs: 10_000, reconnect: true },
  };
  await expect(Connection.open(options)).rejects.toMatchObject({ code: "cluster.connection" });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(links).toHaveLength(1);
  accepts = true;
  const connection = await Connection.open(options);
  accepts = false;
  // Lost twice over: cut off, and then the connection ends, too.
  links[1]?.vanish("cut off");
  links[1]?.vanish("connection closed");
  await vi.advanceTimersByTimeAsync(5_000);
  expect(links).toHaveLength(12);
  expect(links.every(({ isClosed }) => isClosed)).toBe(true);
  await connection.close();
});
