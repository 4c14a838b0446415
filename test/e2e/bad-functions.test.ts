// Functions that take all memory, end their thread, never return, or return what cannot be sent: an
// error with the key and place, while other work goes on in the same process.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, LocalCluster, TaskError } from "../../src/index.js";

let cluster: LocalCluster;
let client: Client;
const logged: string[] = [];

beforeAll(async () => {
  cluster = await LocalCluster.start({
    workers: 1,
    threadsPerWorker: 2,
    memoryLimit: "300MB",
    log: (line) => void logged.push(line),
  });
  client = cluster.client;
});
afterAll(() => cluster.close());

/** What a call fails with, while others go on in the same process as before. */
async function failure(f: () => unknown, timeLimitMs = 150_000): Promise<TaskError> {
  const [{ pid } = { pid: 0 }] = cluster.workers;
  using failing = client.with({ timeLimitMs, name: "failing" }).submit(f);
  const others = client.map((x: number) => x * 2, [1, 2, 3]);
  expect(await client.gather(others)).toEqual([2, 4, 6]);
  const error = await failing.exception();
  expect(error).toBeInstanceOf(TaskError);
  using here = client.submit(() => process.pid);
  expect(await here).toBe(pid);
  expect((error as TaskError).data).toMatchObject({ key: failing.key, worker: "worker-0" });
  expect(error?.message).toContain(`${failing.key} failed on worker worker-0: `);
  return error as TaskError;
}

describe("memory", () => {
  it.each<[string, () => unknown]>([
    [
      "objects",
      () => {
        const all: unknown[] = [];
        for (;;) all.push({ a: Array.from({ length: 500 }, Math.random) });
      },
    ],
    [
      "strings",
      () => {
        const all: string[] = [];
        for (;;) all.push(`${all.length} of them`.repeat(10_000).toUpperCase());
      },
    ],
    [
      "buffers",
      () => {
        const all: Uint8Array[] = [];
        for (;;) all.push(new Uint8Array(10_000_000).fill(1));
      },
    ],
  ])("%s", async (_what, f) => {
    const error = await failure(f);
    expect(error.code).toBe("task.memory");
    expect(error.message).toMatch(/about to run out of memory|more than the heap/);
  });
});

describe("ends of another kind", () => {
  it("process.exit", async () => {
    const error = await failure(() => process.exit(3));
    expect(error.message).toMatch(/its thread was ended: process\.exit\(3\) was called$/);
  });

  it("recursion without end", async () => {
    const deeper = (n: number): number => deeper(n + 1) + 1;
    const { cause } = await failure(() => deeper(0));
    expect(cause).toBeInstanceOf(RangeError);
    expect((cause as Error).stack).toContain("bad-functions.test.ts");
  });

  it("a promise that never settles", async () => {
    const error = await failure(() => new Promise(() => {}), 300);
    expect(error.message).toContain("longer than its time limit of 300 ms");
  });

  it("an error that no one catches", async () => {
    const error = await failure(() => new Promise(() => setTimeout(() => JSON.parse("{"), 1)));
    expect(error.message).toContain("SyntaxError");
  });

  it("results that cannot be sent", async () => {
    const weak = await failure(() => ({ a: [new WeakMap()] }));
    expect(weak.message).toContain("the result of");
    expect(weak.message).toContain("a.0, which is a weak collection");
    const running = await failure(() => {
      const numbers = (async function* () {
        yield 1;
      })();
      return { numbers };
    });
    expect(running.message).toContain("a running generator");
  });
});

describe("arguments", () => {
  it("that a function changes are its own", async () => {
    using data = client.scatter({ list: [1, 2, 3], bytes: new Uint8Array(200_000).fill(1) });
    const spoil = (given: { list: number[]; bytes: Uint8Array }) => {
      const seen = [...given.list, given.bytes[0], given.bytes.at(-1)];
      given.list.push(9);
      given.list[0] = 9;
      given.bytes.fill(9);
      return seen;
    };
    const seen = await client.gather(
      client.map(
        spoil,
        Array.from({ length: 8 }, () => data),
      ),
    );
    expect(seen).toEqual(Array.from({ length: 8 }, () => [1, 2, 3, 1, 1]));
    expect((await data).bytes.every((byte) => byte === 1)).toBe(true);
  });
});
