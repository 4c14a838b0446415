// The transport contract over sockets of the system, and what only they have.
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectSocket, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { ForeignFrames } from "../../../src/comm/framed/malformed-frames.js";
import { localAddress } from "../../../src/comm/interface/address.js";
import type { ToScheduler } from "../../../src/comm/interface/transport.js";
import { piecesOf } from "../../../src/comm/unix/frame-stream.js";
import { unixTransport } from "../../../src/comm/unix/unix-transport.js";
import { encodeMessages } from "../../../src/protocol/frames/frames.js";
import { Inbox } from "../../contracts/inbox.js";
import { transportContract } from "../../contracts/transport.contract.js";
import { closedAfterEach } from "../closed-after-each.js";

const dropped: ForeignFrames[] = [];
const transport = unixTransport({ onForeignFrames: (frames) => dropped.push(frames) });

transportContract({
  name: "unix",
  transport,
  freshAddress: () => localAddress("unix"),
  deadAddress: () => localAddress("unix"),
});

const keep = closedAfterEach();

afterEach(() => {
  dropped.length = 0;
});

const pathOf = (address: string) => address.slice("unix://".length);

async function listen(address = localAddress("unix")) {
  const socket = keep(await transport.listen(address));
  const received = new Inbox<ToScheduler>();
  const lost = new Inbox<string>();
  socket.onPeerLost((_, reason) => lost.add(reason));
  socket.onMessage((_, message) => received.add(message));
  return { socket, received, lost };
}

describe("paths", () => {
  test("a fresh one is made, and gone after close", async () => {
    const socket = await transport.listen("unix://*");
    expect(existsSync(pathOf(socket.address))).toBe(true);
    await socket.close();
    expect(existsSync(pathOf(socket.address))).toBe(false);
  });

  test("what a killed process left is replaced, what somebody listens on or wrote is not", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tilework-"));
    const notes = join(folder, "notes.txt");
    writeFileSync(notes, "mine");
    await expect(transport.listen(`unix://${notes}`)).rejects.toMatchObject({
      code: "cluster.address",
      message: `cannot listen at unix://${notes}: a file that is no socket is there; choose another path`,
    });
    const { socket } = await listen(`unix://${folder}/s`);
    await expect(transport.listen(socket.address)).rejects.toThrow(/it is in use/);
    await expect(transport.listen("unix:///no/such/folder/x")).rejects.toThrow(
      /folder does not exist/,
    );
    rmSync(folder, { recursive: true });
  });

  test("addresses of other transports are refused", async () => {
    const refused = { code: "cluster.address", message: /expected unix:\/\// };
    await expect(transport.listen("tcp://127.0.0.1:0")).rejects.toThrow(refused.message);
    await expect(transport.connect("ipc:///tmp/x")).rejects.toThrow(refused.message);
  });
});

describe("connections", () => {
  test("bytes that are not ours end their connection, and no other", async () => {
    const { socket, received } = await listen();
    const link = keep(await transport.connect(socket.address));
    const stranger = connectSocket(pathOf(socket.address));
    stranger.on("error", () => {});
    stranger.write("GET / HTTP/1.1\r\n\r\n");
    await once(stranger.resume(), "close");
    expect(dropped).toMatchObject([{ socket: "scheduler", address: socket.address }]);
    expect(socket.foreignFrameCount).toBe(1);
    link.send({ type: "clientHeartbeat" });
    expect(await received.next()).toEqual({ type: "clientHeartbeat" });
  });

  test("a peer that ends in the middle of a message is lost, and what it had said stays said", async () => {
    const { socket, received, lost } = await listen();
    const peer = connectSocket(pathOf(socket.address));
    const [bytes] = piecesOf(encodeMessages([{ type: "clientHeartbeat" } as ToScheduler]));
    peer.write(bytes as Uint8Array);
    peer.end((bytes as Uint8Array).subarray(0, 20));
    expect(await received.next()).toEqual({ type: "clientHeartbeat" });
    expect(await lost.next()).toBe("connection closed");
    expect(socket.foreignFrameCount).toBe(0);
  });

  test("a link to something else is lost, and says so", async () => {
    const other = createServer((peer) => peer.resume().end("SSH-2.0-OpenSSH\r\n"));
    const address = localAddress("unix");
    await new Promise<void>((resolve) => other.listen(pathOf(address), resolve));
    const link = keep(await transport.connect(address));
    const lost = new Inbox<string>();
    link.onLost(lost.add);
    link.onMessage(() => {});
    expect(await lost.next()).toBe(
      `connection closed before the scheduler said anything; is ${address} its address?`,
    );
    expect(dropped.map(({ socket }) => socket)).toEqual(["link"]);
    await new Promise((resolve) => other.close(resolve));
  });

  test("a link may connect before anyone listens, and tells why it does not", async () => {
    const address = localAddress("unix");
    const link = keep(await transport.connect(address));
    link.send({ type: "clientHeartbeat" });
    while (link.connectError === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(link.connectError).toBe(`nothing listens at ${address}`);
    const { received } = await listen(address);
    expect(await received.next()).toEqual({ type: "clientHeartbeat" });
    expect(link.connectError).toBeUndefined();
  });

  test("a flood from one peer leaves the event loop turns", async () => {
    const { socket, received } = await listen();
    const link = keep(await transport.connect(socket.address));
    let turns = 0;
    const turn = () => {
      turns++;
      next = setImmediate(turn);
    };
    let next = setImmediate(turn);
    for (let n = 0; n < 20_000; n++) link.send({ type: "describeCluster", request: n });
    await received.take(20_000);
    clearImmediate(next);
    expect(turns).toBeGreaterThan(3);
  });
});
