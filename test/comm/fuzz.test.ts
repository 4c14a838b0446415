// Foreign bytes on every kind of socket: each is counted or ignored, none ends anything, and the
// socket works afterwards.
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { hasChecksums, withChecksums } from "../../src/comm/framed/frame-checksums.js";
import type { FrameLine, FrameNetwork, FrameServer } from "../../src/comm/framed/frame-lines.js";
import { framedTransport } from "../../src/comm/framed/framed-transport.js";
import type { MalformedFrames } from "../../src/comm/framed/malformed-frames.js";
import { localAddress } from "../../src/comm/interface/address.js";
import type { ToScheduler } from "../../src/comm/interface/transport.js";
import { zeromqNetwork } from "../../src/comm/zeromq/zeromq-transport.js";
import { encodeDataReply } from "../../src/protocol/frames/data-frames.js";
import { encodeMessages } from "../../src/protocol/frames/frames.js";
import type { PeerId } from "../../src/protocol/values/ids.js";
import { Inbox, PATIENCE_MS } from "../contracts/inbox.js";
import { closedAfterEach } from "./closed-after-each.js";

const RUNS = 400;

/** How many frames reports speak of: per mistake the largest count. */
function toldCount(dropped: readonly MalformedFrames[]): number {
  const counts = new Map(dropped.map(({ error, count }) => [error.message, count]));
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/**
 * Multipart messages: random ones, and `valid` ones with bytes changed, frames lost or repeated.
 */
function hostile(valid: readonly Uint8Array[][]): fc.Arbitrary<Uint8Array[]> {
  const bytes = fc.uint8Array({ maxLength: 300 });
  const damaged = fc
    .tuple(
      fc.constantFrom(...valid),
      fc.array(fc.tuple(fc.nat(9), fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 5 }),
      fc.boolean(),
    )
    .map(([frames, changes, truncate]) => {
      const copies = frames.map((frame) => new Uint8Array(frame));
      for (const [frame, at, byte] of changes) {
        const target = copies[frame % copies.length] as Uint8Array;
        target[at % target.length] = byte;
      }
      return truncate ? copies.map((copy) => copy.subarray(0, copy.length >> 1)) : copies;
    });
  // A message of one frame of a byte at most would say that a ZeroMQ connection ended.
  return fc
    .oneof(fc.array(bytes, { minLength: 1, maxLength: 4 }), damaged)
    .map((frames) => (frames.length === 1 ? [...frames, new Uint8Array(1)] : frames));
}

const messages: ToScheduler[] = [
  { type: "registerClient", version: 1, name: "client" },
  { type: "tasksFinished", tasks: [1, 2], attempts: [0, 0], bytes: [8, 8], durationsMs: [1, 2.5] },
  { type: "replicasAdded", tasks: [3], bytes: [8e9], transferMs: 1 },
];

describe.each<[string, FrameNetwork, () => string]>([
  ["zeromq over tcp", zeromqNetwork(0), () => localAddress("tcp")],
  ["zeromq over ipc", zeromqNetwork(0), () => localAddress("ipc")],
])("foreign frames over %s", (_name, network, freshAddress) => {
  const dropped: MalformedFrames[] = [];
  const transport = framedTransport(network, {
    onMalformedFrames: (frames) => dropped.push(frames),
  });
  const keep = closedAfterEach();

  beforeEach(() => {
    dropped.length = 0;
  });

  /** Says what it likes to `address`. */
  function stranger(address: string): FrameLine {
    const line = keep(network.connect(address));
    line.listen({ received() {}, lost() {} });
    return line;
  }

  /** Answers the one that connects with what it likes. */
  async function strangeServer(): Promise<{ server: FrameServer; peers: Inbox<PeerId> }> {
    const server = keep(await network.bind(freshAddress()));
    const peers = new Inbox<PeerId>();
    server.listen({ received: peers.add, lost() {} });
    return { server, peers };
  }

  test("to a scheduler", async () => {
    const socket = keep(await transport.listen(freshAddress()));
    const received = new Inbox<ToScheduler>();
    socket.onMessage((_, message) => received.add(message));
    const line = stranger(socket.address);
    const samples = messages.map((message) => encodeMessages([message]));
    await fc.assert(
      fc.asyncProperty(hostile(samples), async (frames) => {
        line.send(frames);
      }),
      { numRuns: RUNS },
    );
    const link = keep(await transport.connect(socket.address));
    line.send(encodeMessages([{ type: "closeClient" } as ToScheduler]));
    while ((await received.next()).type !== "closeClient");
    expect(socket.foreignFrameCount).toBeGreaterThan(RUNS / 4);
    // Reports come more and more seldom: half of the frames are told by count at least.
    expect(toldCount(dropped)).toBeGreaterThan(socket.foreignFrameCount / 2 - 1);
    expect(dropped.length).toBeLessThan(socket.foreignFrameCount);
    expect(dropped[0]).toMatchObject({ socket: "scheduler", address: socket.address });
    link.send({ type: "clientHeartbeat" });
    expect(await received.next()).toEqual({ type: "clientHeartbeat" });
  });

  test("to a link", async () => {
    const { server, peers } = await strangeServer();
    const link = keep(await transport.connect(server.address));
    const received = new Inbox<string>();
    link.onMessage((message) => received.add(message.type));
    link.onLost(() => received.add("lost"));
    link.send({ type: "clientHeartbeat" });
    const peer = await peers.next();
    const samples = [encodeMessages([{ type: "freeTasks", tasks: [1, 2, 3] } as never])];
    await fc.assert(
      fc.asyncProperty(hostile(samples), async (frames) => {
        server.send(peer, frames);
      }),
      { numRuns: RUNS },
    );
    const last = { type: "shutdownWorker", reason: "enough" };
    server.send(peer, encodeMessages([last]));
    for (let type = ""; type !== last.type; type = await received.next()) {
      expect(type).not.toBe("lost");
    }
    expect(toldCount(dropped)).toBeGreaterThan(RUNS / 8);
    expect(dropped[0]?.socket).toBe("link");
  });

  test("to a data server", async () => {
    const value = { dtype: "uint8", shape: [2], bytes: new Uint8Array([1, 2]) } as const;
    const server = keep(
      await transport.serveData(freshAddress(), (request) => {
        if (request.type === "getServed") throw new RangeError("no such block");
        return request.tasks.map(() => value);
      }),
    );
    const line = stranger(server.address);
    const samples = [
      encodeMessages([{ type: "getTasks", request: 1, tasks: [1, 2, 3] } as never]),
      encodeMessages([{ type: "getServed", request: 2, layer: "x", block: 7 } as never]),
      encodeMessages([{ type: "dataReceived", request: 1 } as never]),
    ];
    await fc.assert(
      fc.asyncProperty(hostile(samples), async (frames) => {
        line.send(frames);
      }),
      { numRuns: RUNS },
    );
    const fetcher = keep(transport.fetcher());
    const [found] = await fetcher.fetch(
      server.address,
      { type: "getTasks", tasks: [9] },
      PATIENCE_MS,
    );
    expect([...(found?.bytes ?? [])]).toEqual([1, 2]);
    // The fetcher has a connection of its own: its answer may come before the stranger's frames.
    await expect.poll(() => toldCount(dropped)).toBeGreaterThan(RUNS / 8);
    expect(dropped.every(({ socket }) => socket === "dataServer")).toBe(true);
  });

  test("a request that makes the handler throw is answered with nothing, and told", async () => {
    const server = keep(
      await transport.serveData(freshAddress(), () => {
        throw new RangeError("no such block");
      }),
    );
    const fetcher = keep(transport.fetcher());
    const held = { type: "getServed", layer: "x" as never, block: 7 } as const;
    expect(await fetcher.fetch(server.address, held, PATIENCE_MS)).toEqual([undefined]);
    expect(dropped.map(({ error }) => error.message)).toEqual([
      "cannot answer getServed: no such block",
    ]);
  });

  test("to a fetcher, as replies", async () => {
    const { server, peers } = await strangeServer();
    const fetcher = keep(transport.fetcher());
    const item = (n: number) =>
      ({ dtype: "float64", shape: [n], bytes: new Uint8Array(8 * n).fill(n) }) as const;
    const asked = fetcher.fetch(
      server.address,
      { type: "getTasks", tasks: [1, 2, 3] },
      PATIENCE_MS,
    );
    const peer = await peers.next();
    // Replies to another request, whose number no changed byte makes 1: else a lucky one would be
    // taken for the answer.
    const samples = [encodeDataReply(2_000_000_001, [item(2), item(500), undefined])];
    await fc.assert(
      fc.asyncProperty(hostile(samples), async (frames) => {
        server.send(peer, frames);
      }),
      { numRuns: RUNS },
    );
    const wrong = [
      encodeDataReply(1, [item(1)]),
      encodeDataReply(1, [item(1), item(2), item(3), item(4)]),
      encodeDataReply(1, [{ ...item(1), shape: [2] }, item(2), undefined]),
      encodeDataReply(1, [{ ...item(1), shape: [-1] }, item(2), undefined]),
      encodeDataReply(1, [{ ...item(1), dtype: "float128" as never }, item(2), undefined]),
      encodeDataReply(1, [item(1), item(1000), undefined]).slice(0, 2),
    ];
    const reply = (frames: Uint8Array[]) =>
      server.send(peer, hasChecksums(server.address) ? withChecksums(frames) : frames);
    for (const frames of wrong) reply(frames);
    reply(encodeDataReply(1, [item(2), undefined, item(500)]));
    expect((await asked).map((found) => found?.bytes.length)).toEqual([16, undefined, 4000]);
    expect(toldCount(dropped)).toBeGreaterThan((RUNS + wrong.length) / 2 - 1);
    expect(dropped.every(({ socket }) => socket === "dataFetcher")).toBe(true);
  });
});
