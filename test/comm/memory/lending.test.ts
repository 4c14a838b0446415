// Values that peers of the same machine read where they are: the transport contract with everything
// lent that may be, and what becomes of it when connections and processes end.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { localAddress } from "../../../src/comm/interface/address.js";
import type { DataItem, LendableMemory, Transport } from "../../../src/comm/interface/transport.js";
import { zeromqTransport } from "../../../src/comm/zeromq/zeromq-transport.js";
import { isPeerMemory } from "../../../src/system/peer-memory.js";
import { Inbox, PATIENCE_MS } from "../../contracts/inbox.js";
import { item, transportContract } from "../../contracts/transport.contract.js";
import { SharedRanges } from "../../system/shared-ranges.js";
import { closedAfterEach } from "../closed-after-each.js";

/** Memory into which everything is copied that is to be lent. */
function memoryOf(owner: SharedRanges): LendableMemory {
  return {
    offer: owner.offer,
    isProof: (repeated) => owner.isProof(repeated),
    placeOf: (bytes) => owner.placeOf(bytes),
    copyIn: (given) => {
      const range = owner.take(given.bytes.byteLength);
      const bytes = new Uint8Array(range.buffer, range.byteOffset, range.bytes);
      bytes.set(given.bytes);
      given.release?.();
      return { ...given, bytes, release: () => owner.giveBack(range) };
    },
  };
}

const sockets = zeromqTransport();
const lending: Transport = {
  ...sockets,
  serveData: (address, handler, calls) =>
    sockets.serveData(address, handler, calls, memoryOf(new SharedRanges())),
};
const keep = closedAfterEach();
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** Serves values of `length` numbers and counts which are released. */
async function serve(
  length = 100_000,
  change: (memory: LendableMemory) => Partial<LendableMemory> = () => ({}),
) {
  const ranges = new SharedRanges();
  const memory = memoryOf(ranges);
  const released = new Inbox<number>();
  const handler = ({ tasks }: { tasks: readonly number[] }): DataItem[] =>
    tasks.map((task) => {
      const range = ranges.take(length * 8);
      const bytes = new Uint8Array(range.buffer, range.byteOffset, range.bytes);
      bytes.set(item(length, task).bytes);
      const release = () => {
        ranges.giveBack(range);
        released.add(task);
      };
      return { dtype: "float64", shape: [length], bytes, release };
    });
  const server = keep(
    await sockets.serveData(
      localAddress("ipc"),
      (request) => handler(request as never),
      undefined,
      {
        ...memory,
        ...change(memory),
      },
    ),
  );
  return { address: server.address, released };
}

const ask = (tasks: readonly number[]) => ({ type: "getTasks", tasks }) as const;
const first = (found: DataItem | undefined) =>
  new Float64Array(found?.bytes.buffer as ArrayBuffer, found?.bytes.byteOffset, 1)[0];
const isLent = (found: DataItem | undefined) => isPeerMemory(found?.bytes.buffer as ArrayBuffer);

/** A process that fetches task 5 and then waits. */
function borrow(address: string): ChildProcess {
  const built = new URL("../../../dist/comm/zeromq/zeromq-transport.js", import.meta.url).href;
  const source = `const { zeromqTransport } = await import(${JSON.stringify(built)});
    const fetcher = zeromqTransport().fetcher();
    const [found] = await fetcher.fetch(process.argv[1], { type: "getTasks", tasks: [5] }, ${PATIENCE_MS});
    const read = () => new Float64Array(found.bytes.buffer, found.bytes.byteOffset, 1)[0];
    process.on("message", () => process.send(read()));
    process.send(read());`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source, address], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  children.push(child);
  return child;
}

describe.skipIf(!SharedRanges.isHere)("lending", () => {
  transportContract({
    name: "zeromq over ipc, lending",
    transport: lending,
    freshAddress: () => localAddress("ipc"),
    deadAddress: () => localAddress("ipc"),
  });

  it("lends large values, sends small ones, and takes back what was released", async () => {
    const { address, released } = await serve();
    const fetcher = keep(sockets.fetcher());
    const [one, two] = await fetcher.fetch(address, ask([1, 2]), PATIENCE_MS);
    expect([isLent(one), isLent(two), first(one), first(two)]).toEqual([true, true, 1, 2]);
    two?.release?.();
    expect(await released.next()).toBe(2);
    one?.release?.();
    one?.release?.();
    expect(await released.next()).toBe(1);
    const small = await serve(500);
    const [sent] = await fetcher.fetch(small.address, ask([3]), PATIENCE_MS);
    expect([isLent(sent), first(sent)]).toEqual([false, 3]);
    expect(await small.released.next()).toBe(3);
  });

  it("sends to who cannot prove that it reads the memory, and to who cannot map it", async () => {
    const strangers: ((memory: LendableMemory) => Partial<LendableMemory>)[] = [
      ({ offer }) => ({ offer: { ...offer, name: "tilework-elsewhere" } }),
      () => ({ isProof: () => false }),
      ({ placeOf }) => ({ placeOf: (bytes) => ({ ...placeOf(bytes), fd: 10_000 }) as never }),
    ];
    const fetcher = keep(sockets.fetcher());
    for (const stranger of strangers) {
      const { address, released } = await serve(100_000, stranger);
      const [found] = await fetcher.fetch(address, ask([4]), PATIENCE_MS);
      expect([isLent(found), first(found)]).toEqual([false, 4]);
      expect(await released.next()).toBe(4);
    }
  });

  it("takes everything back when the fetcher is closed", async () => {
    const { address, released } = await serve();
    const fetcher = sockets.fetcher();
    await fetcher.fetch(address, ask([1, 2, 3]), PATIENCE_MS);
    await fetcher.close();
    expect((await released.take(3)).sort()).toEqual([1, 2, 3]);
  });

  it("takes back what it lent in an answer that a closed fetcher does not hear", async () => {
    const fetcher = sockets.fetcher();
    let closed: Promise<void> | undefined;
    const { address, released } = await serve(100_000, ({ placeOf }) => ({
      placeOf: (bytes) => {
        // As it is lent, and before it is on its way.
        if (first({ bytes } as DataItem) === 2) closed = fetcher.close();
        return placeOf(bytes);
      },
    }));
    await fetcher.fetch(address, ask([1]), PATIENCE_MS);
    await expect(fetcher.fetch(address, ask([2]), PATIENCE_MS)).rejects.toThrow(/closed/);
    await closed;
    expect((await released.take(2)).sort()).toEqual([1, 2]);
  });

  it("takes back what it lent in an answer that cannot be understood", async () => {
    const { address, released } = await serve(100_000, ({ placeOf }) => ({
      placeOf: (bytes) => ({ ...placeOf(bytes), fileBytes: 1 }) as never,
    }));
    const fetcher = sockets.fetcher();
    const unanswered = fetcher.fetch(address, ask([1, 2]), PATIENCE_MS);
    unanswered.catch(() => {});
    expect((await released.take(2)).sort()).toEqual([1, 2]);
    await fetcher.close();
    await expect(unanswered).rejects.toThrow(/closed/);
  });

  it("goes on lending what is read when the connection is lost, and ends what is not", async () => {
    const { address, released } = await serve();
    const fetcher = keep(sockets.fetcher());
    const [one, two] = await fetcher.fetch(address, ask([1, 2]), PATIENCE_MS);
    fetcher.forget(address);
    // No one hears of it: the next connection says what is still read.
    two?.release?.();
    const [three] = await fetcher.fetch(address, ask([3]), PATIENCE_MS);
    expect(await released.next()).toBe(2);
    expect([first(one), first(three)]).toEqual([1, 3]);
    one?.release?.();
    expect(await released.next()).toBe(1);
  });

  it("takes back what a killed process had, but not what a stopped one has", async () => {
    const { address, released } = await serve();
    const [stopped, killed] = [borrow(address), borrow(address)];
    const said = async (child: ChildProcess) => (await once(child, "message"))[0];
    expect(await Promise.all([stopped, killed].map(said))).toEqual([5, 5]);
    stopped.kill("SIGSTOP");
    killed.kill("SIGKILL");
    expect(await released.next()).toBe(5);
    stopped.kill("SIGCONT");
    stopped.send("read");
    expect(await said(stopped)).toBe(5);
    stopped.kill("SIGKILL");
    expect(await released.next()).toBe(5);
  });
});
