// The transport contract over ZeroMQ, tcp and ipc, and what only sockets have.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { Dealer } from "zeromq";
import { localAddress } from "../../../src/comm/interface/address.js";
import type { ToScheduler } from "../../../src/comm/interface/transport.js";
import { newKeys } from "../../../src/comm/security/keys.js";
import { zeromqTransport } from "../../../src/comm/zeromq/zeromq-transport.js";
import { encodeMessages } from "../../../src/protocol/frames/frames.js";
import { Inbox } from "../../contracts/inbox.js";
import { item, transportContract } from "../../contracts/transport.contract.js";
import { closedAfterEach } from "../closed-after-each.js";

transportContract({
  name: "zeromq over tcp",
  transport: zeromqTransport(),
  freshAddress: () => localAddress("tcp"),
  deadAddress: () => "tcp://127.0.0.1:1",
});

const keys = newKeys();

transportContract({
  name: "zeromq over tcp with keys",
  transport: zeromqTransport({ security: keys.worker }),
  freshAddress: () => localAddress("tcp"),
  deadAddress: () => "tcp://127.0.0.1:1",
});

transportContract({
  name: "zeromq over ipc",
  transport: zeromqTransport(),
  freshAddress: () => localAddress("ipc"),
  deadAddress: () => localAddress("ipc"),
});

/**
 * A socket of ZeroMQ that is slow: a peer that says all at once, it leaves before it has named its
 * mechanism.
 */
function hangUpOn(peer: Socket, mechanism: string): void {
  const greeting = Buffer.alloc(64);
  greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1]);
  greeting.write(mechanism, 12);
  let heard = 0;
  peer.write(greeting.subarray(0, 11));
  peer.on("error", () => {});
  peer.on("data", ({ byteLength }) => {
    heard += byteLength;
    if (heard === 11) peer.write(greeting.subarray(11));
    if (heard === 64) peer.destroy();
  });
}

const transport = zeromqTransport();
const keep = closedAfterEach();

describe("addresses", () => {
  test("any free port becomes a real one", async () => {
    for (const address of ["tcp://127.0.0.1:0", "tcp://127.0.0.1:*", "tcp://localhost:0"]) {
      const socket = keep(await transport.listen(address));
      expect(socket.address).toMatch(/^tcp:\/\/127\.0\.0\.1:[1-9]\d+$/);
    }
    expect(keep(await transport.listen("tcp://*:*")).address).toMatch(/^tcp:\/\/0\.0\.0\.0:[1-9]/);
  });

  test("an ipc socket's file is gone after close", async () => {
    const socket = await transport.listen("ipc://*");
    const path = socket.address.slice("ipc://".length);
    expect(existsSync(path)).toBe(true);
    await socket.close();
    expect(existsSync(path)).toBe(false);
  });

  test("a file that is no socket is left alone", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tilework-"));
    const path = join(folder, "notes.txt");
    writeFileSync(path, "mine");
    await expect(transport.listen(`ipc://${path}`)).rejects.toMatchObject({
      code: "cluster.address",
      message: `cannot listen at ipc://${path}: another file is at that path; choose another path`,
    });
    expect(existsSync(path)).toBe(true);
    rmSync(folder, { recursive: true });
  });

  test.each([
    ["tcp://192.0.2.1:0", /no such interface/],
    ["tcp://no-such-host.invalid:0", /no host of that name|EAI_AGAIN|getaddrinfo/],
    ["ipc:///no/such/folder/x.sock", /folder does not exist/],
  ])("%s cannot be bound, and the error says what to do", async (address, message) => {
    await expect(transport.listen(address)).rejects.toMatchObject({
      code: "cluster.address",
      message: expect.stringMatching(message),
    });
  });
});

describe("connections", () => {
  test("messages of one turn travel as one", async () => {
    const socket = keep(await transport.listen(localAddress("tcp")));
    const received = new Inbox<string>();
    socket.onMessage((from) => received.add(from));
    const dealer = keep(new Dealer({ linger: 0 }));
    dealer.connect(socket.address);
    await dealer.send(encodeMessages([{ type: "clientHeartbeat" } as ToScheduler]));
    const peer = await received.next();
    for (let worker = 0; worker < 100; worker++) socket.send(peer, { type: "workerLost", worker });
    const frames = await dealer.receive();
    expect(frames.length).toBe(1);
    expect(frames[0]?.byteLength).toBeGreaterThan(100 * "workerLost".length);
  });

  test("a link tells why it does not connect", async () => {
    const link = keep(await transport.connect("tcp://127.0.0.1:1"));
    expect(link.connectError).toBeUndefined();
    while (link.connectError === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(link.connectError).toBe("nothing listens at tcp://127.0.0.1:1");
    const lost = keep(await transport.connect("tcp://no-such-host.invalid:1"));
    await expect
      .poll(() => lost.connectError)
      .toMatch(/^no host of the name no-such-host\.invalid/);
  });

  test("a link to something else is lost, and says so", async () => {
    // The other side may reset the connection before its greeting is read.
    const other = createServer((peer) =>
      peer
        .on("error", () => {})
        .resume()
        .end("SSH-2.0-OpenSSH\r\n"),
    );
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = `tcp://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const link = keep(await transport.connect(address));
    const lost = new Inbox<string>();
    link.onLost(lost.add);
    link.onMessage(() => {});
    expect(await lost.next()).toBe(
      `connection closed before the scheduler answered; is ${address} its address?`,
    );
    await new Promise((resolve) => other.close(resolve));
  });

  test.each([
    ["CURVE", zeromqTransport(), "it takes keys"],
    ["NULL", zeromqTransport({ security: keys.worker }), "it has no keys"],
  ])("a peer that wants %s is understood though it hangs up first", async (wanted, own, reason) => {
    const other = createServer((peer) => hangUpOn(peer, wanted));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const link = keep(
      await own.connect(`tcp://127.0.0.1:${(other.address() as AddressInfo).port}`),
    );
    const lost = new Inbox<string>();
    link.onLost(lost.add);
    link.onMessage(() => {});
    expect(await lost.next()).toContain(`refused this process: ${reason}`);
    expect(link.isRefused).toBe(true);
    await new Promise((resolve) => other.close(resolve));
  });

  test("a link may connect before anyone listens", async () => {
    const first = await transport.listen(localAddress("ipc"));
    const { address } = first;
    await first.close();
    const link = keep(await transport.connect(address));
    link.send({ type: "clientHeartbeat" });
    while (link.connectError === undefined) await new Promise((resolve) => setImmediate(resolve));
    const socket = keep(await transport.listen(address));
    const received = new Inbox<string>();
    socket.onMessage((_, message) => received.add(message.type));
    expect(await received.next()).toBe("clientHeartbeat");
  });
});

test("a peer that speaks another protocol altogether does no harm", async () => {
  const socket = keep(await transport.listen(localAddress("tcp")));
  const received = new Inbox<ToScheduler>();
  socket.onMessage((_, message) => received.add(message));
  const { hostname, port } = new URL(socket.address.replace("tcp:", "http:"));
  await expect(fetch(`http://${hostname}:${port}/`)).rejects.toThrow();
  const link = keep(await transport.connect(socket.address));
  link.send({ type: "clientHeartbeat" });
  expect(await received.next()).toEqual({ type: "clientHeartbeat" });
});

describe("memory", () => {
  test("what a lost peer never took is released by garbage collection", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    let released = 0;
    const server = keep(
      await transport.serveData(localAddress("tcp"), () =>
        [1 << 20, 1 << 20].map((n) => ({ ...item(n), release: () => released++ })),
      ),
    );
    const dealer = new Dealer({ linger: 0, receiveHighWaterMark: 1 });
    dealer.connect(server.address);
    await dealer.send(encodeMessages([{ type: "getTasks", request: 1, tasks: [1, 2] } as never]));
    await dealer.receive();
    collect();
    await new Promise((resolve) => setImmediate(resolve));
    dealer.close();
    while (released < 2) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(released).toBe(2);
  });
});
