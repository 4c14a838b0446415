// What every transport promises, as one suite: test/comm/*.test.ts run it against each of them.
import { afterEach, describe, expect, test } from "vitest";
import type { DType } from "../../src/base/dtype.js";
import type {
  DataFetcher,
  DataItem,
  DataServer,
  FromScheduler,
  ToScheduler,
  Transport,
} from "../../src/comm/interface/transport.js";
import type { LayerName, SourceLayer } from "../../src/graph/model/layer.js";
import { collectGarbage } from "../../src/system/garbage-collection.js";
import { Inbox, PATIENCE_MS } from "./inbox.js";

/** A transport under test. */
export interface TransportCase {
  readonly name: string;
  readonly transport: Transport;
  /** An address to listen on; fresh on every call. */
  readonly freshAddress: () => string;
  /** A well-formed address where nothing listens. */
  readonly deadAddress: () => string;
}

/** A message that carries a number. */
function numbered(n: number): ToScheduler {
  return { type: "describeCluster", request: n };
}

/** A task's result: `length` float64 numbers that begin with `first`. */
export function item(length: number, first = 0): DataItem {
  const data = new Float64Array(new SharedArrayBuffer(length * 8));
  for (let i = 0; i < length; i++) data[i] = first + i;
  return { dtype: "float64", shape: [length], bytes: new Uint8Array(data.buffer) };
}

function numbersOf(found: DataItem | undefined): number[] {
  if (found === undefined) throw new Error("nothing was found");
  return [...new Float64Array(new Uint8Array(found.bytes).buffer)];
}

export function transportContract({
  name,
  transport,
  freshAddress,
  deadAddress,
}: TransportCase): void {
  const open: { close(): Promise<void> }[] = [];
  const keep = <C extends { close(): Promise<void> }>(closable: C): C => {
    open.push(closable);
    return closable;
  };

  afterEach(async () => {
    for (const closable of open.splice(0).reverse()) await closable.close();
  });

  async function listen(address = freshAddress()) {
    const socket = keep(await transport.listen(address));
    const messages = new Inbox<{ from: string; message: ToScheduler }>();
    const lost = new Inbox<{ peer: string; reason: string }>();
    socket.onPeerLost((peer, reason) => lost.add({ peer, reason }));
    socket.onMessage((from, message) => messages.add({ from, message }));
    return { socket, messages, lost };
  }

  async function connect(address: string) {
    const link = keep(await transport.connect(address));
    const messages = new Inbox<FromScheduler>();
    const lost = new Inbox<string>();
    link.onLost(lost.add);
    link.onMessage(messages.add);
    return { link, messages, lost };
  }

  async function serve(handler: Parameters<Transport["serveData"]>[1]): Promise<DataServer> {
    return keep(await transport.serveData(freshAddress(), handler));
  }

  const fetcher = (): DataFetcher => keep(transport.fetcher());

  describe(`${name}: scheduler and peers`, () => {
    test("a message arrives whole, and so does the answer", async () => {
      const { socket, messages } = await listen();
      const peer = await connect(socket.address);
      const register: ToScheduler = { type: "registerClient", version: 1, name: "naïve 客户" };
      peer.link.send(register);
      const { from, message } = await messages.next();
      expect(message).toEqual(register);
      const accepted: FromScheduler = {
        type: "clientAccepted",
        heartbeatIntervalMs: 500,
        jobTasksMax: 1_000,
        scheduler: "s",
      };
      socket.send(from, accepted);
      expect(await peer.messages.next()).toEqual(accepted);
    });

    test("20,000 messages arrive in order, both ways", async () => {
      const count = 20_000;
      const { socket, messages } = await listen();
      const peer = await connect(socket.address);
      for (let n = 0; n < count; n++) peer.link.send(numbered(n));
      const received = await messages.take(count);
      expect(received.map(({ message }) => message)).toEqual(
        Array.from({ length: count }, (_, n) => numbered(n)),
      );
      const { from } = received[0] as { from: string };
      for (let n = 0; n < count; n++) socket.send(from, { type: "workerLost", worker: n });
      const answers = await peer.messages.take(count);
      expect(answers.every((m, n) => m.type === "workerLost" && m.worker === n)).toBe(true);
    });

    test("messages of many turns keep their order", async () => {
      const { socket, messages } = await listen();
      const peer = await connect(socket.address);
      for (let n = 0; n < 50; n++) {
        peer.link.send(numbered(2 * n));
        peer.link.send(numbered(2 * n + 1));
        await new Promise((resolve) => setImmediate(resolve));
      }
      const received = await messages.take(100);
      expect(received.map(({ message }) => message)).toEqual(
        Array.from({ length: 100 }, (_, n) => numbered(n)),
      );
    });

    test("many peers are notified apart", async () => {
      const { socket, messages } = await listen();
      const peers = await Promise.all(Array.from({ length: 40 }, () => connect(socket.address)));
      peers.forEach((peer, n) => {
        peer.link.send(numbered(n));
      });
      const received = await messages.take(peers.length);
      expect(new Set(received.map(({ from }) => from)).size).toBe(peers.length);
      for (const { from, message } of received) {
        const worker = message.type === "describeCluster" ? message.request : -1;
        socket.send(from, { type: "workerLost", worker });
      }
      const answers = await Promise.all(peers.map((peer) => peer.messages.next()));
      expect(answers).toEqual(peers.map((_, worker) => ({ type: "workerLost", worker })));
    });

    test("a handler never runs inside a send", async () => {
      const { socket, messages } = await listen();
      const peer = await connect(socket.address);
      peer.link.send(numbered(1));
      expect(messages.size).toBe(0);
      await messages.next();
    });

    test("messages that come before anyone listens for them are kept", async () => {
      const socket = keep(await transport.listen(freshAddress()));
      const peer = await connect(socket.address);
      peer.link.send(numbered(7));
      await new Promise((resolve) => setImmediate(resolve));
      const messages = new Inbox<ToScheduler>();
      socket.onMessage((_, message) => messages.add(message));
      expect(await messages.next()).toEqual(numbered(7));
    });

    test("a layer of 64 MiB arrives", async () => {
      const { socket, messages } = await listen();
      const peer = await connect(socket.address);
      const data = new Float64Array(new SharedArrayBuffer(64 << 20));
      for (let i = 0; i < data.length; i += 1000) data[i] = i;
      const layer: SourceLayer = {
        kind: "source",
        name: "data-1" as LayerName,
        inputs: [],
        chunks: [[data.length]],
        dtype: "float64",
        generator: { type: "data", data },
      };
      peer.link.send({
        type: "submitGraph",
        graph: "g",
        layers: [layer],
        outputs: [layer.name],
        reportOutputs: true,
      });
      const { message } = await messages.next();
      const [received] = message.type === "submitGraph" ? message.layers : [];
      const arrived = received as SourceLayer & { generator: { data: Float64Array } };
      expect(arrived.chunks).toEqual(layer.chunks);
      expect(arrived.generator.data.length).toBe(data.length);
      expect(arrived.generator.data.every((value, i) => value === data[i])).toBe(true);
    });

    test("a peer that closes is reported after its last words", async () => {
      const { socket, messages, lost } = await listen();
      const peer = await connect(socket.address);
      const order: string[] = [];
      peer.link.send(numbered(1));
      const { from } = await messages.next();
      peer.link.send({ type: "closeClient" });
      await peer.link.close();
      order.push((await messages.next()).message.type);
      expect(await lost.next()).toEqual({ peer: from, reason: expect.any(String) });
      expect(order).toEqual(["closeClient"]);
      expect(peer.lost.size).toBe(0);
    });

    test("sending to a peer that is gone, or never was, is no error", async () => {
      const { socket, messages, lost } = await listen();
      const peer = await connect(socket.address);
      peer.link.send(numbered(1));
      const { from } = await messages.next();
      await peer.link.close();
      await lost.next();
      socket.send(from, { type: "workerLost", worker: 1 });
      socket.send("no one", { type: "workerLost", worker: 1 });
    });

    test("a scheduler that closes sends its last words, then the link is lost", async () => {
      const { socket, messages } = await listen();
      const peer = await connect(socket.address);
      peer.link.send(numbered(1));
      const { from } = await messages.next();
      for (let n = 0; n < 1000; n++) socket.send(from, { type: "workerLost", worker: n });
      socket.send(from, { type: "shutdownWorker", reason: "over" });
      await socket.close();
      const last = (await peer.messages.take(1001)).at(-1);
      expect(last).toEqual({ type: "shutdownWorker", reason: "over" });
      expect(await peer.lost.next()).toEqual(expect.any(String));
      peer.link.send(numbered(2));
      await peer.link.close();
    });

    test("an address that is taken is refused, and free again after close", async () => {
      const first = await transport.listen(freshAddress());
      const { address } = first;
      // The role of the server's keys is no part of the place.
      const [place = address] = address.split("#");
      await expect(transport.listen(address)).rejects.toMatchObject({
        code: "cluster.address",
        message: expect.stringContaining(place),
      });
      await first.close();
      const second = await transport.listen(address);
      expect(second.address).toBe(address);
      await second.close();
    });

    test("a malformed address is refused at once", async () => {
      for (const address of ["nonsense", "tcp://", "tcp://host", "tcp://host:99999", "udp://h:1"]) {
        const refusal = { code: "cluster.address", message: expect.stringContaining(address) };
        await expect(transport.listen(address)).rejects.toMatchObject(refusal);
        await expect(transport.connect(address)).rejects.toMatchObject(refusal);
        await expect(transport.serveData(address, () => [])).rejects.toMatchObject(refusal);
      }
    });

    test("connecting to nothing neither throws nor hangs", async () => {
      const { link } = await connect(deadAddress());
      link.send(numbered(1));
      await link.close();
    });

    test("closing twice is closing once", async () => {
      const { socket } = await listen();
      const { link } = await connect(socket.address);
      await link.close();
      await link.close();
      await socket.close();
      await socket.close();
    });
  });

  describe(`${name}: data`, () => {
    const store = new Map<number, DataItem>([
      [1, item(4, 10)],
      [2, item(100_000, 20)],
      [3, { dtype: "bool", shape: [2, 0], bytes: new Uint8Array(0) }],
      [4, { dtype: "uint8", shape: [], bytes: new Uint8Array([7]) }],
      [5, item(129, 50)],
      [6, item(128, 60)],
    ]);
    const lookUp: Parameters<Transport["serveData"]>[1] = (request) =>
      request.type === "getTasks"
        ? request.tasks.map((task) => store.get(task))
        : [request.layer === "x" ? item(3, request.block) : undefined];

    test("values arrive in the order asked for, with holes where there is none", async () => {
      const { address } = await serve(lookUp);
      const tasks = [2, 99, 1, 3, 4, 6, 5, 98];
      const found = await fetcher().fetch(address, { type: "getTasks", tasks }, PATIENCE_MS);
      expect(found.map((value) => value?.shape)).toEqual(
        tasks.map((task) => store.get(task)?.shape),
      );
      expect(found.map((value) => value?.dtype)).toEqual(
        tasks.map((task): DType | undefined => store.get(task)?.dtype),
      );
      tasks.forEach((task, position) => {
        const bytes = store.get(task)?.bytes;
        expect(found[position]?.bytes.length).toBe(bytes?.length);
        expect(bytes?.every((byte, i) => byte === found[position]?.bytes[i]) ?? true).toBe(true);
      });
      expect(found.every((value) => (value?.bytes.byteOffset ?? 0) % 8 === 0)).toBe(true);
    });

    test("a held block arrives", async () => {
      const { address } = await serve(lookUp);
      const ask = fetcher();
      const held = await ask.fetch(
        address,
        { type: "getServed", layer: "x" as LayerName, block: 5 },
        10_000,
      );
      expect(held.map(numbersOf)).toEqual([[5, 6, 7]]);
      const none = await ask.fetch(
        address,
        { type: "getServed", layer: "y" as LayerName, block: 5 },
        10_000,
      );
      expect(none).toEqual([undefined]);
    });

    test("a fetch is told how long the peer had its request", async () => {
      const { address } = await serve(async () => [item(3, 1)]);
      const heldMs: number[] = [];
      await fetcher().fetch(address, { type: "getTasks", tasks: [1] }, PATIENCE_MS, (ms) =>
        heldMs.push(ms),
      );
      expect(heldMs).toEqual([expect.any(Number)]);
      expect(heldMs[0]).toBeGreaterThanOrEqual(0);
    });

    test("no tasks, no values", async () => {
      const { address } = await serve(lookUp);
      expect(await fetcher().fetch(address, { type: "getTasks", tasks: [] }, PATIENCE_MS)).toEqual(
        [],
      );
    });

    test("64 MiB arrive", async () => {
      const big = item(8 << 20, 1);
      const { address } = await serve(() => [big]);
      const [found] = await fetcher().fetch(address, { type: "getTasks", tasks: [1] }, PATIENCE_MS);
      expect(Buffer.compare(found?.bytes as Uint8Array, big.bytes)).toBe(0);
    });

    test("many requests in flight are answered each by its own reply", async () => {
      const { address } = await serve(async (request) => {
        const [task = 0] = request.type === "getTasks" ? request.tasks : [];
        // The later ones answer first.
        for (let turn = task; turn < 20; turn++) {
          await new Promise((resolve) => setImmediate(resolve));
        }
        return [item(1, task)];
      });
      const ask = fetcher();
      const found = await Promise.all(
        Array.from({ length: 20 }, (_, task) =>
          ask.fetch(address, { type: "getTasks", tasks: [task] }, PATIENCE_MS),
        ),
      );
      expect(found.map(([value]) => numbersOf(value))).toEqual(
        Array.from({ length: 20 }, (_, task) => [task]),
      );
    });

    test("a peer that does not answer times out", async () => {
      const { address } = await serve(() => new Promise(() => {}));
      const asked = fetcher().fetch(address, { type: "getTasks", tasks: [1] }, 30);
      await expect(asked).rejects.toMatchObject({
        code: "cluster.timeout",
        message: expect.stringContaining(address),
      });
    });

    test("a late reply is dropped, and the next request is answered", async () => {
      let answerLate: (items: DataItem[]) => void = () => {};
      const { address } = await serve((request) =>
        request.type === "getTasks" && request.tasks[0] === 1
          ? new Promise((resolve) => (answerLate = resolve))
          : [item(2)],
      );
      const ask = fetcher();
      const asked = ask.fetch(address, { type: "getTasks", tasks: [1] }, 30);
      await expect(asked).rejects.toMatchObject({ code: "cluster.timeout" });
      answerLate([item(1000)]);
      const [found] = await ask.fetch(address, { type: "getTasks", tasks: [2] }, PATIENCE_MS);
      expect(numbersOf(found)).toEqual([0, 1]);
    });

    test("forgetting a peer fails its requests at once", async () => {
      const asked = new Inbox<void>();
      const { address } = await serve(() => {
        asked.add();
        return new Promise(() => {});
      });
      const ask = fetcher();
      const failure = expect(
        ask.fetch(address, { type: "getTasks", tasks: [1] }, PATIENCE_MS),
      ).rejects.toMatchObject({ code: "cluster.connection" });
      await asked.next();
      ask.forget(address);
      await failure;
    });

    test("a peer that is not there fails with a connection error, long before the timeout", async () => {
      const asked = fetcher().fetch(deadAddress(), { type: "getTasks", tasks: [1] }, PATIENCE_MS);
      await expect(asked).rejects.toMatchObject({ code: "cluster.connection" });
    });

    test("closing the fetcher fails what is in flight", async () => {
      const { address } = await serve(() => new Promise(() => {}));
      const ask = fetcher();
      const failure = expect(
        ask.fetch(address, { type: "getTasks", tasks: [1] }, PATIENCE_MS),
      ).rejects.toMatchObject({ code: "cluster.closed" });
      await ask.close();
      await failure;
      await expect(
        ask.fetch(address, { type: "getTasks", tasks: [1] }, PATIENCE_MS),
      ).rejects.toMatchObject({ code: "cluster.closed" });
    });

    test("memory is released once the value has arrived, not before", async () => {
      const released = new Inbox<number>();
      const withRelease = (value: DataItem, n: number): DataItem => ({
        ...value,
        release: () => released.add(n),
      });
      const { address } = await serve(() => [
        withRelease(item(4), 1),
        withRelease(item(1 << 17), 2),
      ]);
      const ask = fetcher();
      const found = await ask.fetch(address, { type: "getTasks", tasks: [1, 2] }, PATIENCE_MS);
      expect(found.map((value) => value?.bytes.length)).toEqual([32, 1 << 20]);
      for (const value of found) value?.release?.();
      expect((await released.take(2)).sort()).toEqual([1, 2]);
      expect(released.size).toBe(0);
    });

    test("the garbage collector takes no memory back that is still being sent", async () => {
      // As a worker's pool does: what was given back holds something else at once.
      const lent = (n: number): DataItem => {
        const value = item(1 << 17, n);
        return { ...value, release: () => value.bytes.fill(0xff) };
      };
      const { address } = await serve(() => [1, 2, 3, 4, 5, 6, 7, 8].map(lent));
      const tasks = [1, 2, 3, 4, 5, 6, 7, 8];
      let isThere = false;
      const asked = fetcher()
        .fetch(address, { type: "getTasks", tasks }, PATIENCE_MS)
        .finally(() => (isThere = true));
      while (!isThere) {
        collectGarbage();
        await new Promise((resolve) => setImmediate(resolve));
      }
      const wrong = (await asked).flatMap((found, i) =>
        Buffer.compare(found?.bytes ?? Buffer.alloc(0), item(1 << 17, i + 1).bytes) === 0
          ? []
          : [i],
      );
      expect(wrong).toEqual([]);
    });

    test("a server that has closed sends nothing any more of what it was given", async () => {
      const given = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => item(1 << 17, n));
      const asked = new Inbox<void>();
      const server = await serve(() => {
        // Once the answer was sent.
        setImmediate(() => asked.add(undefined));
        return given.map((value) => ({ ...value, release: () => undefined }));
      });
      const tasks = [1, 2, 3, 4, 5, 6, 7, 8];
      const coming = fetcher()
        .fetch(server.address, { type: "getTasks", tasks }, PATIENCE_MS)
        .then((found) => found.map((value) => Buffer.from(value?.bytes ?? [])))
        // It was cut off: that is no wrong value.
        .catch(() => tasks.map((n) => item(1 << 17, n).bytes));
      await asked.next();
      await server.close();
      for (const { bytes } of given) bytes.fill(0xff);
      const isWrong = (bytes: Uint8Array, i: number) =>
        Buffer.compare(bytes, item(1 << 17, i + 1).bytes) !== 0;
      expect((await coming).map(isWrong)).toEqual(tasks.map(() => false));
    });
  });
}
