// Calls on a cluster of processes, and their futures.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  asCompleted,
  bind,
  type Client,
  checkpoint,
  clone,
  delayed,
  Future,
  fireAndForget,
  fromBlocks,
  fromRange,
  fromSequence,
  LocalCluster,
  ones,
  TaskError,
  wait,
  waitOn,
} from "../../src/index.js";
import { collectGarbage } from "../../src/system/garbage-collection.js";

let cluster: LocalCluster;
let client: Client;

beforeAll(async () => {
  cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
  client = cluster.client;
});

afterAll(() => cluster.close());

describe("garbage", () => {
  it("is released on the workers when futures are released", async () => {
    const held = async () =>
      (await client.describe()).workers.reduce((sum, { managedBytes }) => sum + managedBytes, 0);
    const before = await held();
    const futures = client.map((n: number) => new Uint8Array(n), [100_000, 200_000]);
    await Promise.all(futures.map((future) => future.settled()));
    await expect.poll(held).toBeGreaterThan(before + 300_000);
    futures[1]?.release();
    await expect.poll(held).toBeLessThan(before + 200_000);
    expect((await (futures[0] as Future<Uint8Array>)).length).toBe(100_000);
    for (const future of futures) future[Symbol.dispose]();
    await expect.poll(held).toBeLessThan(before + 100_000);
    expect(futures[0]).toBeInstanceOf(Future);
    expect(await ones([3]).sum().compute()).toBe(3);
  });

  it("is no result that is awaited, though no one keeps its future", async () => {
    const slow = (n: number) => new Promise<number>((resolve) => setTimeout(() => resolve(n), 200));
    let isCollected = false;
    const registry = new FinalizationRegistry(() => (isCollected = true));
    const awaitedOnly = () => {
      const future = client.submit(slow, 7);
      const bystander = {};
      registry.register(bystander, undefined);
      return [future.result(), client.submit(slow, 8).then((n) => n + 1)];
    };
    const results = Promise.all(awaitedOnly());
    const collected = () => {
      collectGarbage();
      return isCollected;
    };
    await expect.poll(collected).toBe(true);
    expect(await results).toEqual([7, 9]);
  });
});

describe("a future that was released", () => {
  it("says so to the caller that asks for its value, and to the caller that waits for it", async () => {
    const released = { code: "task.cancelled", message: expect.stringMatching(/was released/) };
    const large = client.submit(() => new Uint8Array(100_000));
    await large.settled();
    large.release();
    await expect(large.result()).rejects.toMatchObject(released);
    const waiting = client.submit(() => new Promise((resolve) => setTimeout(resolve, 100, 1)));
    const result = waiting.result();
    waiting.release();
    await expect(result).rejects.toMatchObject(released);
    await expect(waiting.result()).rejects.toMatchObject(released);
  });

  it("still brings what was asked for before, and what came along", async () => {
    const large = client.submit(() => new Uint8Array(100_000));
    await large.settled();
    const result = large.result();
    await Promise.resolve();
    large.release();
    expect((await result).length).toBe(100_000);
    const small = client.submit(() => 3);
    await small.settled();
    small.release();
    expect(await small.result()).toBe(3);
  });
});

describe("submit", () => {
  it("calls a function with what it captured", async () => {
    const factor = 3;
    const future = client.submit((x: number) => x * factor, 14);
    expect(await future).toBe(42);
    expect(future.status).toBe("finished");
    expect(future.key).toMatch(/^call-[0-9a-f]{7}\(0\)$/);
  });

  it("reads futures wherever they stand in lists and plain objects, without fetching them", async () => {
    const one = client.submit(() => ({ at: new Date(0), big: 10n ** 20n }));
    const list = client.submit(
      (...parts: unknown[]) => parts,
      one,
      [one, { deep: one }],
      new Map(),
    );
    expect(await list).toEqual([
      { at: new Date(0), big: 10n ** 20n },
      [{ at: new Date(0), big: 10n ** 20n }, { deep: { at: new Date(0), big: 10n ** 20n } }],
      new Map(),
    ]);
  });

  it("gives futures that are used as any promise", async () => {
    const failing = client.submit(() => {
      throw new RangeError("too far");
    });
    const reason = await failing.catch((error) => (error as TaskError).cause);
    expect(reason).toMatchObject({ name: "RangeError", message: "too far" });
    let ends = 0;
    expect(await client.submit(() => 1).finally(() => ends++)).toBe(1);
    await expect(failing.finally(() => ends++)).rejects.toMatchObject({ code: "task.failed" });
    expect(ends).toBe(2);
  });

  it("waits for what asynchronous functions return", async () => {
    const later = client.submit(async (x: number) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return x + 1;
    }, 1);
    expect(await later).toBe(2);
  });

  it("gives calls copies of their own of what they read", async () => {
    const list = client.submit(() => [1, 2, 3]);
    const spoiled = client.submit((values: number[]) => values.splice(0).length, list);
    expect(await spoiled).toBe(3);
    expect(await client.submit((values: number[]) => values.length, list)).toBe(3);
  });

  it("carries values of any size, and what they hold", async () => {
    const size = 3_000_000;
    const large = client.scatter(new Float64Array(size).fill(0.5));
    const sum = client.submit((values: Float64Array) => values.reduce((a, b) => a + b, 0), large);
    expect(await sum).toBe(size / 2);
    const back = await client.submit((values: Float64Array) => values.map((x) => 2 * x), large);
    expect(back.byteLength).toBe(8 * size);
    expect(back[size - 1]).toBe(1);
  });
});

describe("many futures", () => {
  const failing = () => {
    throw new RangeError("no");
  };

  it("are waited for: all, the first, the first error, or until the time is over", async () => {
    const numbers = client.map((x: number) => x, [1, 2, 3]);
    expect(await wait(numbers)).toEqual({ done: numbers, notDone: [] });
    expect(await wait([])).toEqual({ done: [], notDone: [] });
    const never = client.with({ workers: ["no one"] }).submit((x: number) => x, 1);
    const first = await wait([never, ...numbers], { returnWhen: "firstCompleted" });
    expect(first).toEqual({ done: numbers, notDone: [never] });
    const bad = client.submit(failing);
    const failed = await wait([never, bad], { returnWhen: "firstException" });
    expect(failed).toEqual({ done: [bad], notDone: [never] });
    expect((await wait([never], { timeoutMs: 1 })).notDone).toEqual([never]);
    client.cancel({ list: [never] });
    expect(never.status).toBe("cancelled");
    expect(() => wait([1 as unknown as Future])).toThrow(/position 0/);
    expect(() => wait([], { returnWhen: "x" as "allCompleted" })).toThrow(/expected allCompleted/);
  });

  it("come in the order in which their calls end", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tilework-order-"));
    const go = join(folder, "go");
    const slow = client.with({ workers: ["worker-0"] }).submit(async (file: string) => {
      while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5));
    }, go);
    const fast = client.with({ workers: ["worker-1"] }).submit(() => 1);
    const bad = client.with({ workers: ["worker-1"] }).submit(failing);
    const order: Future[] = [];
    const all: Future[] = [slow, fast, bad];
    for await (const { future, position } of asCompleted(all)) {
      expect(future).toBe(all[position]);
      order.push(future);
      if (order.length === 2) writeFileSync(go, "");
    }
    rmSync(folder, { recursive: true });
    expect(order).toHaveLength(3);
    expect(order[2]).toBe(slow);
    expect(new Set(order)).toEqual(new Set([slow, fast, bad]));
  });

  it("can be added to a loop, and come in batches, in time or not at all", async () => {
    const next = (n: number) => n + 1;
    const completed = asCompleted([client.submit(next, 0)]);
    const seen: number[] = [];
    for await (const { future, position } of completed) {
      seen.push(await future);
      if (position < 2) completed.add([client.submit(next, seen.at(-1) as number)]);
    }
    expect(seen).toEqual([1, 2, 3]);
    const never = client.with({ workers: ["no one"] }).submit(next, 1);
    const five = client.map(next, [1, 2, 3, 4, 5]);
    await wait(five);
    const batches = asCompleted(five).batches();
    expect((await batches.next()).value).toHaveLength(5);
    expect((await batches.next()).done).toBe(true);
    const late = { code: "cluster.timeout", data: { open: 1, timeoutMs: 1 } };
    await expect(asCompleted([never], { timeoutMs: 1 }).next()).rejects.toMatchObject(late);
    expect((await wait([never, ...five], { count: 5 })).notDone).toEqual([never]);
    expect(() => wait(five, { count: 6 })).toThrow(/count is 6/);
    never.cancel();
  });

  it("are made of the elements of a list, of a plain object's values, and of collections", async () => {
    const { list, rate } = client.scatterEach({ list: [1, 2], rate: 0.5 });
    expect(await client.gather([list, rate])).toEqual([[1, 2], 0.5]);
    expect(await client.gather(client.scatterEach([7, 8]))).toEqual([7, 8]);
    expect(() => client.scatterEach("ab" as never)).toThrow(/expected a list or a plain object/);
    const x = ones([4], { chunks: 2 });
    const [sum, mean] = client.compute([x.sum(), x.mean()]);
    expect(await client.submit((a, b) => [a, b], sum, mean)).toEqual([4, 1]);
    expect(() => client.compute([{ compute: () => Promise.resolve(1) }])).toThrow(/alone/);
    const [kept] = await client.persist([x.add(1)]);
    expect(await kept?.sum().compute()).toBe(8);
  });

  it("need not be kept", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tilework-forgotten-"));
    const path = join(folder, "written");
    fireAndForget(
      client.submit((file: string) => {
        process.getBuiltinModule("node:fs").writeFileSync(file, "done");
      }, path),
    );
    await expect.poll(() => existsSync(path)).toBe(true);
    rmSync(folder, { recursive: true });
  });

  it("have a call on every worker, each for itself", async () => {
    const pids = await client.run((offset: number) => process.pid + offset, 0);
    expect(Object.keys(pids).sort()).toEqual(["worker-0", "worker-1"]);
    const known = (await client.describe()).workers.map(({ pid }) => pid);
    expect(new Set(Object.values(pids))).toEqual(new Set(known));
    await expect(client.run(failing)).rejects.toThrow(/no/);
  });
});

describe("a call on every worker", () => {
  it("ends with its worker, and what it returned is not made again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tw-"));
    const path = join(folder, "calls");
    const note = (file: string) => process.getBuiltinModule("node:fs").appendFileSync(file, ".");
    const die = () => void process.kill(process.pid, "SIGKILL");
    await using own = await LocalCluster.start({ workers: 1, threadsPerWorker: 1, log: () => {} });
    await own.client.run(note, path);
    await expect(own.client.run(die)).rejects.toMatchObject({ code: "task.workerDied" });
    const workersThere = async () => (await own.client.describe()).workers.length;
    await expect.poll(workersThere).toBe(1);
    await own.client.run(() => "later than whatever waited for this worker");
    expect(readFileSync(path, "utf8")).toBe(".");
    rmSync(folder, { recursive: true });
  });
});

describe("what goes wrong", () => {
  it("is passed on to the caller that waits for that call, and for what reads it; others go on", async () => {
    const futures = client.map(
      (x: number) => {
        if (x === 2) throw new RangeError("two");
        return x;
      },
      [1, 2, 3],
    );
    const [first, second, third] = futures as [Future<number>, Future<number>, Future<number>];
    const dependent = client.submit((x: number) => x, second);
    expect(await first).toBe(1);
    expect(await third).toBe(3);
    const error = (await second.exception()) as TaskError;
    expect(error).toBeInstanceOf(TaskError);
    expect(error.message).toContain(second.key);
    expect(error.cause).toMatchObject({ name: "RangeError", message: "two" });
    await expect(dependent).rejects.toMatchObject({ code: "task.failed" });
    expect(second.status).toBe("error");
  });

  it("is tried again as often as is asked for", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tilework-retries-"));
    const flaky = (path: string) => {
      const { appendFileSync, readFileSync } = process.getBuiltinModule("node:fs");
      appendFileSync(path, "x");
      if (readFileSync(path, "utf8").length < 3) throw new Error("not yet");
      return "done";
    };
    const patient = client.with({ retries: 2 });
    expect(await patient.submit(flaky, join(folder, "tries"))).toBe("done");
    rmSync(folder, { recursive: true });
  });

  it("is a result that cannot be sent", async () => {
    const promise = client.submit(() => new WeakMap()).result();
    await expect(promise).rejects.toThrow(/weak collection/);
  });

  it("is a function that cannot be sent, at the call", () => {
    const weak = new WeakMap();
    expect(() => client.submit(() => weak.has({}))).toThrow(/weak/);
  });

  it("is a function that ends its thread: an error for that call alone", async () => {
    const futures = client.map(
      (x: number) => {
        if (x === 1) process.exit(3);
        return x;
      },
      [0, 1, 2, 3],
    );
    const outcomes = await Promise.allSettled(futures);
    expect(outcomes.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
    ]);
  });
});

describe("calls that do not end", () => {
  it("fail when their time is over, and leave the others alone", async () => {
    const limited = client.with({ timeLimitMs: 300 });
    const endless = limited.submit(() => {
      for (;;);
    });
    const stuck = limited.submit(() => new Promise(() => {}));
    const others = client.map((x: number) => x, [0, 2, 3]);
    expect(await client.gather(others)).toEqual([0, 2, 3]);
    for (const future of [endless, stuck]) {
      const error = (await future.exception()) as TaskError;
      expect(error.code).toBe("task.failed");
      expect(error.message).toContain(future.key);
      expect(error.message).toMatch(/longer than its time limit of 300 ms/);
    }
    expect(() => client.with({ timeLimitMs: 0 })).toThrow(/milliseconds above 0/);
  });

  it("give their threads back when they are cancelled", async () => {
    const forever = client.map(
      (_: number) => {
        for (;;);
      },
      [1, 2, 3, 4],
    );
    const executing = async () =>
      (await client.describe()).workers.reduce((sum, worker) => sum + worker.executing, 0);
    await expect.poll(executing).toBeGreaterThanOrEqual(2);
    for (const future of forever) future.cancel();
    expect(await client.gather(client.map((x: number) => x, [1, 2, 3]))).toEqual([1, 2, 3]);
  });
});

describe("map, gather, cancel", () => {
  it("gathers from lists and objects as deep as they go, and leaves out what failed", async () => {
    const bad = (x: number) => {
      if (x === 2) throw new RangeError("two");
      return { x };
    };
    const [one, two, three] = client.map(bad, [1, 2, 3]) as [
      Future<{ x: number }>,
      Future<{ x: number }>,
      Future<{ x: number }>,
    ];
    const structure = { list: [one, [three, 5]], one, text: "t", none: null };
    expect(await client.gather(structure)).toEqual({
      list: [{ x: 1 }, [{ x: 3 }, 5]],
      one: { x: 1 },
      text: "t",
      none: null,
    });
    await expect(client.gather([one, { two }])).rejects.toThrow(/two/);
    const skipped = await client.gather([one, { two, three }, two], { errors: "skip" });
    expect(skipped).toEqual([{ x: 1 }, { three: { x: 3 } }]);
    expect(await client.gather([])).toEqual([]);
    await expect(client.gather([], { errors: "no" as "skip" })).rejects.toThrow(
      /"raise" or "skip"/,
    );
  });

  it("keeps what is held of many calls when the others are released", async () => {
    const futures = client.map(
      (x: number) => [x],
      Array.from({ length: 5_000 }, (_, k) => k),
    );
    expect((await client.gather(futures)).at(-1)).toEqual([4_999]);
    for (const future of futures.slice(1)) future.release();
    const next = client.submit((list: number[]) => list.length, futures[0] as Future<number[]>);
    expect(await next).toBe(1);
  });

  it("maps over lists side by side", async () => {
    const sums = client.map((a: number, b: number) => a + b, [1, 2, 3], new Set([10, 20, 30]));
    expect(await client.gather(sums)).toEqual([11, 22, 33]);
    expect(() => client.map((a: number, b: number) => a + b, [1], [1, 2])).toThrow(/lengths 1, 2/);
    expect(client.map((x: number) => x, [])).toEqual([]);
  });

  it("cancels what is wanted no more", async () => {
    const controller = new AbortController();
    const slow = client
      .with({ signal: controller.signal })
      .map((x: number) => new Promise((resolve) => setTimeout(resolve, x)), [50, 50, 50, 50]);
    controller.abort();
    for (const future of slow)
      await expect(future).rejects.toMatchObject({ code: "task.cancelled" });
  });

  it("keeps what has come before it is cancelled", async () => {
    const controller = new AbortController();
    const [quick, endless] = client
      .with({ signal: controller.signal })
      .map((ms: number) => (ms > 0 ? new Promise(() => {}) : new Uint8Array(10_000)), [0, 1]);
    await quick?.settled();
    controller.abort();
    await expect(endless).rejects.toMatchObject({ code: "task.cancelled" });
    expect(((await quick) as Uint8Array).length).toBe(10_000);
  });

  it("lets an idle worker have a call that waits behind another that takes long", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tilework-futures-"));
    const hold = (n: number, file: string) => {
      while (!existsSync(file)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      return n;
    };
    const [first, second] = [join(folder, "first"), join(folder, "second")];
    // What reads a result that is there goes to workers at once, however busy they are.
    const one = client.submit(() => 1);
    await one;
    const holding = [first, second].map((file) => client.submit(hold, one, file));
    const behind = [1, 2, 3].map((n) => client.submit((a: number, b: number) => a + b, one, n));
    writeFileSync(first, "");
    // All of them are done by the worker that is free, since the other is not until later.
    expect(await Promise.all(behind)).toEqual([2, 3, 4]);
    expect(holding.map(({ status }) => status)).toContain("pending");
    writeFileSync(second, "");
    expect(await Promise.all(holding)).toEqual([1, 1]);
    rmSync(folder, { recursive: true });
  });

  it("makes a pure call once", async () => {
    const pure = client.with({ pure: true });
    const [a, b] = [pure.submit(() => Math.random()), pure.submit(() => Math.random())];
    expect(a.key).toBe(b.key);
    expect(await a).toBe(await b);
    const [c, d] = [client.submit(() => Math.random()), client.submit(() => Math.random())];
    expect(await c).not.toBe(await d);
  });
});

describe("a look at the cluster", () => {
  it("says which worker has a result, how large it is, and what each of them has", async () => {
    const [name] = (await client.describe()).workers.map((worker) => worker.name);
    const here = client.with({ workers: [name as string] });
    const [one, other] = here.map((n: number) => new Uint8Array(n), [1_000, 2_000]);
    await Promise.all([one?.settled(), other?.settled()]);
    const key = one?.key as string;
    expect(await client.whoHas(one)).toEqual({ [key]: [name] });
    expect(Object.keys(await client.whoHas({ list: [one, other] }))).toHaveLength(2);
    expect((await client.whoHas())[key]).toEqual([name]);
    expect((await client.hasWhat())[name as string]).toContain(key);
    expect((await client.nbytes(one))[key]).toBeGreaterThanOrEqual(1_000);
    const x = await ones([4], { chunks: 2 }).persist();
    expect(Object.keys(await client.whoHas(x))).toHaveLength(2);
    await expect(client.whoHas(7)).rejects.toMatchObject({ code: "argument.value" });
    await client.waitForWorkers(2);
    await expect(client.waitForWorkers(3, 1)).rejects.toMatchObject({ code: "cluster.timeout" });
  });

  it("says what runs each process, and what is in their logs", async () => {
    const { workers, differences } = await client.versions();
    expect(Object.keys(workers).length).toBeGreaterThanOrEqual(2);
    expect(differences).toEqual([]);
    const [name = ""] = Object.keys(workers);
    expect(Object.keys(await client.logs([name]))).toEqual(["scheduler", name]);
    const joined = expect.objectContaining({ level: "info", text: "joined the scheduler" });
    expect((await client.logs())[name]).toContainEqual(joined);
    await expect(client.logs("worker-0" as never)).rejects.toMatchObject({
      code: "argument.value",
    });
  });

  it("says what each worker is processing", async () => {
    const [name] = (await client.describe()).workers.map((worker) => worker.name);
    const never = client.with({ workers: [name as string] }).submit(() => new Promise(() => {}));
    const processing = async () => (await client.processing())[name as string];
    await expect.poll(processing).toContain(never.key);
    never.cancel();
  });
});

it("runs what is bound after its parents, on any worker", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tw-bound-"));
  const write = delayed(
    async (path: string, ms: number) => {
      const [{ writeFileSync: put }, { setTimeout: sleep }] = await Promise.all([
        import("node:fs"),
        import("node:timers/promises"),
      ]);
      await sleep(ms);
      put(path, "1");
    },
    { name: "write" },
  );
  const paths = [0, 1, 2, 3].map((n) => join(folder, `${n}`));
  const written = paths.map((path, n) => write(path, 20 * n));
  // Its blocks come from files that are not there yet.
  const made = fromBlocks(
    async ({ blockIndex }) => {
      const { readFileSync: read } = await import("node:fs");
      return [Number(read(paths[blockIndex[0] as number] as string, "utf8"))];
    },
    4,
    { chunks: 1, captured: { paths } },
  );
  expect(await bind(made, written).sum().compute()).toBe(4);
  expect(await waitOn(made).sum().compute()).toBe(4);
  expect(await checkpoint(made, fromRange(5)).compute()).toBe(null);
  expect(
    await clone(fromSequence([1, 2, 3]))
      .sum()
      .compute(),
  ).toBe(6);
  rmSync(folder, { recursive: true });
});

// Calls of other tests may run again where a worker dies, and would keep a thread.
describe("streams, on a cluster of their own", () => {
  let own: LocalCluster;
  let client: Client;
  beforeAll(async () => {
    own = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
    client = own.client;
  });
  afterAll(() => own.close());

  it("give items while the generator runs, and it waits while none is taken", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tw-stream-"));
    const path = join(folder, "made");
    const go = join(folder, "go");
    const stream = client.stream(
      async function* (log: string, goOn: string) {
        const { appendFileSync, existsSync: isThere } = await import("node:fs");
        yield "first";
        // The first one arrives before the others are made.
        while (!isThere(goOn)) await new Promise((resolve) => setTimeout(resolve, 5));
        for (let n = 1; n < 100; n++) {
          appendFileSync(log, `${n}\n`);
          yield n % 2 === 0 ? n : new Uint8Array(100_000).fill(n);
        }
      },
      [path, go],
      { ahead: 3 },
    );
    expect(await (await stream.next()).value).toBe("first");
    writeFileSync(go, "");
    const made = () =>
      existsSync(path) ? readFileSync(path, "utf8").trim().split("\n").length : 0;
    // Three wait, and one is about to.
    await expect.poll(made).toBe(4);
    const sum = client.submit((bytes) => (bytes as Uint8Array)[0], (await stream.next()).value);
    expect(await sum).toBe(1);
    await expect.poll(made).toBe(5);
    let last: unknown;
    for await (const future of stream) {
      last = await future;
      if (last === 10) break;
    }
    expect(last).toBe(10);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(made()).toBeLessThan(20);
    rmSync(folder, { recursive: true });
  });

  it("end with what the generator throws, after the items before", async () => {
    const items: number[] = [];
    const run = async () => {
      const stream = client.stream(function* () {
        yield 1;
        yield 2;
        throw new RangeError("no more");
      });
      for await (const future of stream) items.push(await future);
    };
    await expect(run()).rejects.toMatchObject({ cause: { message: "no more" } });
    expect(items).toEqual([1, 2]);
    const list = [];
    for await (const each of client.stream((n: number) => [n, n + 1], [5])) list.push(await each);
    expect(list).toEqual([5, 6]);
    expect(() => client.stream(3 as never)).toThrow(/expected a generator function/);
    expect(() => client.stream(() => [], [], { ahead: 0 })).toThrow(/ahead/);
  });

  it("go on where they were when the generator's worker is killed", async () => {
    const stream = client.stream(
      async function* () {
        for (let n = 0; n < 30; n++) yield { n, pid: process.pid };
      },
      [],
      { ahead: 2 },
    );
    const pids = new Set<number>();
    let at = 0;
    for await (const future of stream) {
      const { n, pid } = await future;
      expect(n).toBe(at++);
      pids.add(pid);
      if (n === 5) process.kill(pid, "SIGKILL");
    }
    expect(at).toBe(30);
    expect(pids.size).toBe(2);
    await expect.poll(async () => (await client.describe()).workers.length).toBe(2);
  });
});
