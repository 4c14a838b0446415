// A worker that ends while a peer still reads what the worker itself has borrowed.
import { connect, createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { inprocTransport } from "../../../src/comm/inproc/inproc-transport.js";
import { localAddress, parseAddress } from "../../../src/comm/interface/address.js";
import type { DataServer, Transport } from "../../../src/comm/interface/transport.js";
import { zeromqNetwork, zeromqTransport } from "../../../src/comm/zeromq/zeromq-transport.js";
import { encodeMessages } from "../../../src/protocol/frames/frames.js";
import { startWorkerNode, type WorkerNode } from "../../../src/runtime/nodes/worker-node.js";
import { Inbox } from "../../contracts/inbox.js";
import { SharedRanges } from "../../system/shared-ranges.js";
import { ScriptedScheduler } from "../scripted-scheduler.js";

const BYTES = 16 * 2 ** 20;
const HOLDER = 7;
const TASK = 5;

const inproc = inprocTransport();
/** Values travel over sockets, words of the scheduler do not. */
const transport: Transport = {
  ...zeromqTransport(),
  listen: (address) => inproc.listen(address),
  connect: (address) => inproc.connect(address),
};

let server: DataServer | undefined;
let worker: WorkerNode | undefined;
let scheduler: ScriptedScheduler | undefined;

afterEach(async () => {
  await worker?.close();
  await scheduler?.close();
  await server?.close();
});

/** Lends a value that is all ones, until it is given back. */
async function lendOnes(): Promise<{ address: string; released: Inbox<void> }> {
  const ranges = new SharedRanges();
  const { buffer, byteOffset } = ranges.take(BYTES);
  const bytes = new Uint8Array(buffer, byteOffset, BYTES).fill(1);
  const released = new Inbox<void>();
  const release = () => {
    bytes.fill(0xff);
    released.add(undefined);
  };
  const value = { dtype: "uint8", shape: [BYTES], bytes, release } as const;
  server = await transport.serveData(localAddress("ipc"), () => [value], undefined, {
    offer: ranges.offer,
    isProof: (repeated) => ranges.isProof(repeated),
    placeOf: (asked) => ranges.placeOf(asked),
  });
  return { address: server.address, released };
}

async function joinWorker(): Promise<WorkerNode> {
  scheduler = await ScriptedScheduler.listen(transport);
  worker = await startWorkerNode({
    transport,
    schedulerAddress: scheduler.address,
    dataAddress: localAddress("ipc"),
    name: "w0",
    threads: 1,
    memoryLimitBytes: 8 * BYTES,
    sharedMemory: true,
    log: () => undefined,
  });
  await scheduler.workersJoined(1);
  return worker;
}

/**
 * Asks for the value, as from another machine, and reads on from where it begins only when it is
 * asked to.
 */
async function ask(address: string): Promise<() => Promise<Buffer | undefined>> {
  const between = localAddress("ipc");
  const holder = connect(parseAddress(address, "connect", ["ipc"]).path);
  let passedBytes = 0;
  let readOn = () => {};
  const begun = new Promise<void>((resolve) => {
    const proxy = createServer((peer) => {
      proxy.close();
      peer.on("error", () => {}).pipe(holder);
      holder.on("data", (chunk) => {
        peer.write(chunk);
        passedBytes += chunk.length;
        // More than the handshake has.
        if (passedBytes < 4096) return;
        holder.pause();
        resolve();
      });
      holder.on("error", () => {}).on("close", () => peer.end());
      readOn = () => holder.removeAllListeners("data").pipe(peer);
    });
    proxy.listen(parseAddress(between, "listen", ["ipc"]).path);
  });
  const line = zeromqNetwork(1_000).connect(between);
  const value = new Promise<Buffer | undefined>((resolve) => {
    line.listen({ received: (frames) => resolve(frames[1]), lost: () => resolve(undefined) });
  });
  line.send(encodeMessages([{ type: "getTasks", request: 1, tasks: [TASK] } as never]));
  await begun;
  return async () => {
    readOn();
    const read = await value;
    line.abandon();
    return read;
  };
}

describe.skipIf(!SharedRanges.isHere)("a worker that ends", () => {
  it("gives back what it has borrowed when no one reads it from there any more", async () => {
    const { address, released } = await lendOnes();
    const node = await joinWorker();
    const workers = [{ worker: HOLDER, name: "holder", address }];
    scheduler?.say(0, { type: "workersJoined", workers });
    scheduler?.say(0, {
      type: "acquireReplicas",
      tasks: [TASK],
      bytes: [BYTES],
      workers: [HOLDER],
    });
    await scheduler?.hear("replicasAdded");
    expect(node.memory.pool.bytesBorrowed).toBe(BYTES);
    const read = await ask(node.address);
    const ended = node.close();
    await Promise.race([ended, released.next()]);
    // What is cut off is no wrong value.
    const value = await read();
    expect(value?.every((byte) => byte === 1) ?? true).toBe(true);
    await ended;
  });
});
