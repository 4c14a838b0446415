// Actors on a cluster of processes: their calls, and what becomes of callers when they die.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ActorError, Client, LocalCluster } from "../../src/index.js";

class Counter {
  n: number;
  readonly log: string[] = [];

  constructor(n = 0) {
    this.n = n;
  }

  increment(by = 1): number {
    this.n += by;
    return this.n;
  }

  async later(by: number, ms: number): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return this.increment(by);
  }

  /** Waits until it counts so far. */
  async above(limit: number): Promise<number> {
    while (this.n <= limit) await new Promise((resolve) => setTimeout(resolve, 1));
    return this.increment();
  }

  pid(): number {
    return process.pid;
  }

  fail(): never {
    throw new RangeError("no more than that", { cause: new Error("the cause") });
  }

  spin(): void {
    for (;;);
  }

  exit(): void {
    process.exit(3);
  }

  leak(): Promise<never> {
    return new Promise(() => {});
  }

  give(): unknown {
    return new WeakMap();
  }

  size(array: Float64Array): number {
    return array.length;
  }

  zeros(length: number): Float64Array {
    return new Float64Array(length);
  }

  *upTo(length: number): Generator<number> {
    for (let i = 0; i < length; i++) yield this.n + i;
  }

  async *slowlyTo(length: number): AsyncGenerator<number> {
    for (const n of this.upTo(length)) yield await Promise.resolve(n);
  }
}

let cluster: LocalCluster;
let client: Client;

beforeAll(async () => {
  cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
  client = cluster.client;
});

afterAll(() => cluster.close());

async function errorOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  return promise.then(
    () => {
      throw new Error("it went well");
    },
    (error) => error,
  );
}

describe("calls", () => {
  it("keep what the actor knows, in order, for all who call", async () => {
    const counter = await client.actor(Counter, [10]);
    expect(await counter.increment()).toBe(11);
    const values = await Promise.all(Array.from({ length: 1000 }, () => counter.increment()));
    expect(values).toEqual(Array.from({ length: 1000 }, (_, k) => 12 + k));
    expect(await counter.n).toBe(1011);
    expect(await counter.log).toEqual([]);
    counter.release();
  });

  it("run one at a time, asynchronous ones too", async () => {
    using counter = await client.actor(Counter);
    const values = [counter.later(1, 20), counter.increment(10), counter.later(100, 0)];
    expect(await Promise.all(values)).toEqual([1, 11, 111]);
  });

  it("of generators give the list of what they yield", async () => {
    const counter = await client.actor(Counter, [5]);
    const lists: number[][] = [await counter.upTo(2), await counter.slowlyTo(3)];
    expect(lists).toEqual([
      [5, 6],
      [5, 6, 7],
    ]);
  });

  it("run side by side where the actor was made for it", async () => {
    using counter = await client.actor(Counter, [0], { concurrency: 2 });
    const slow = counter.above(5);
    expect(await counter.increment(10)).toBe(10);
    expect(await slow).toBe(11);
  });

  it("read futures and carry large arrays both ways", async () => {
    using counter = await client.actor(Counter, [client.submit(() => 5)]);
    const seven = client.submit(() => 7);
    const calls = [counter.increment(seven), counter.increment(1)];
    expect(await Promise.all(calls)).toEqual([12, 13]);
    expect(await counter.size(new Float64Array(300_000))).toBe(300_000);
    expect((await counter.zeros(200_000)).length).toBe(200_000);
  });

  it("go on while tasks and other actors are busy", async () => {
    const [one, two] = await Promise.all([client.actor(Counter), client.actor(Counter)]);
    const busy = client.with({ timeLimitMs: 150_000 }).map(
      (_: number) => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
        return 1;
      },
      [1, 2, 3, 4],
    );
    const slow = one.later(1, 200);
    expect(await two.increment()).toBe(1);
    expect(await slow).toBe(1);
    expect(await client.gather(busy)).toEqual([1, 1, 1, 1]);
    expect(new Set([await one.pid(), await two.pid()]).size).toBe(2);
    one.release();
    two.release();
  });
});

describe("errors", () => {
  it("of methods keep class, message, cause and stack, and the actor lives on", async () => {
    using counter = await client.actor(Counter);
    const error = await errorOf(counter.fail());
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe("no more than that");
    expect((error.cause as Error).message).toBe("the cause");
    expect(error.stack).toContain("actors.test.ts");
    expect(await counter.increment()).toBe(1);
  });

  it("of what cannot be sent name it", async () => {
    using counter = await client.actor(Counter);
    expect((await errorOf(counter.give())).message).toContain("what Counter.give returned");
    const error = await errorOf(counter.size(new WeakMap() as never));
    expect(error.code).toBe("argument.function");
    expect(await counter.increment()).toBe(1);
  });

  it("of what is no class, no list of arguments or a client are said at the call", async () => {
    const made = (given: unknown, args?: unknown) =>
      errorOf(client.actor(given as typeof Counter, args as [number]));
    expect((await made(() => 1)).code).toBe("argument.value");
    expect((await made(Counter, { name: "x" })).message).toBe(
      "the arguments of the constructor of Counter were given as an object: expected a list, as in client.actor(Counter, [1, 2], { name })",
    );
    const own = client;
    expect(() => client.submit(() => own.address)).toThrow(
      "captures own, which is a Client of this process: call getClient() inside the function",
    );
  });

  it("of constructors come with the worker and the cause", async () => {
    class Broken {
      constructor() {
        throw new TypeError("not today");
      }
    }
    const error = await errorOf(client.actor(Broken));
    expect(error).toBeInstanceOf(ActorError);
    expect(error.code).toBe("actor.failed");
    expect(error.message).toMatch(
      /^Broken-\w+ could not be created on worker worker-\d: TypeError: not today$/,
    );
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  it("of unknown methods and bad options come at once", async () => {
    using counter = await client.actor(Counter);
    expect((counter as unknown as { nope?: unknown }).nope).toBeUndefined();
    const bad = client.actor(Counter, [0], { concurrency: 0 });
    expect((await errorOf(bad)).message).toContain("concurrency is 0");
    const unknown = client.actor(Counter, [0], { speed: 3 } as never);
    expect((await errorOf(unknown)).code).toBe("argument.value");
    class Trap {
      // biome-ignore lint/suspicious/noThenProperty: what is refused
      then() {}
    }
    expect((await errorOf(client.actor(Trap))).message).toContain("named then");
  });
});

describe("lives", () => {
  it("end when they are released: calls made before still run, later ones are refused", async () => {
    const counter = await client.actor(Counter);
    const slow = counter.later(1, 30);
    counter.release();
    expect((await errorOf(counter.increment())).code).toBe("actor.released");
    expect(await slow).toBe(1);
  });

  it("are found by name, and end with the last who has a handle", async () => {
    const other = await Client.connect(client.address, { current: false });
    const counter = await other.actor(Counter, [1], { name: "shared" });
    const found = await client.getActor<Counter>("shared");
    expect(await found.increment()).toBe(2);
    expect(await counter.increment()).toBe(3);
    expect((await errorOf(client.actor(Counter, [], { name: "shared" }))).message).toContain(
      "an actor named shared exists already",
    );
    await other.close();
    expect(await found.increment()).toBe(4);
    found.release();
    expect((await errorOf(client.getActor("shared"))).code).toBe("actor.unknown");
    expect((await errorOf(found.increment())).code).toBe("actor.released");
  });

  it("outlive their client where they are to", async () => {
    const other = await Client.connect(client.address, { current: false });
    await (await other.actor(Counter, [1], { name: "kept", detached: true })).increment();
    await other.close();
    const found = await client.getActor<Counter>("kept");
    expect(await found.increment()).toBe(3);
    found.release();
    await expect
      .poll(async () =>
        client.getActor("kept").then(
          () => "there",
          ({ code }) => code,
        ),
      )
      .toBe("actor.unknown");
  });

  it("end with the time limit of a call, which names the method", async () => {
    const counter = await client.actor(Counter, [0], { timeLimitMs: 200 });
    const calls = [counter.spin(), counter.increment()];
    const [error, next] = await Promise.all(calls.map((call) => errorOf(call)));
    expect(error?.code).toBe("actor.died");
    expect(error?.message).toContain("spin ran longer than its time limit of 200 ms");
    expect(next?.code).toBe("actor.died");
    expect((await errorOf(counter.increment())).code).toBe("actor.died");
  });

  it("end with process.exit, and are made again where they may be", async () => {
    const counter = await client.actor(Counter, [5], { restarts: 1 });
    expect(await counter.increment()).toBe(6);
    const error = await errorOf(counter.exit() as never);
    expect(error.message).toMatch(/exited with code 3; it restarts .*restart 1 of 1/);
    expect(await counter.increment()).toBe(6);
    expect((await errorOf(counter.exit() as never)).message).toContain("its state is lost");
    expect((await errorOf(counter.increment())).code).toBe("actor.died");
  });
});

describe("workers", () => {
  it("that die fail calls with the actor, the worker and the signal", async () => {
    const counter = await client.actor(Counter);
    const pid = await counter.pid();
    const calls = [counter.leak(), counter.increment(), counter.increment()];
    process.kill(pid, "SIGKILL");
    for (const error of await Promise.all(calls.map((call) => errorOf(call)))) {
      expect(error.code).toBe("actor.died");
      expect(error.message).toMatch(
        /^the actor Counter-\w+ on worker worker-\d is gone: .*SIGKILL/,
      );
      expect(error.data).toMatchObject({ signal: "SIGKILL" });
    }
    expect((await errorOf(counter.increment())).code).toBe("actor.died");
    await expect.poll(async () => (await client.describe()).workers.length).toBe(2);
  });

  it("do not retire while an actor lives on them", async () => {
    const counter = await client.actor(Counter);
    const pid = await counter.pid();
    const name = (await client.describe()).workers.find((worker) => worker.pid === pid)?.name ?? "";
    const { retired, stayed } = await client.retireWorkers([name]);
    expect(retired).toEqual([]);
    expect(stayed[0]?.reason).toMatch(/^actors live on it and cannot move: Counter-\w+$/);
    expect(await counter.increment()).toBe(1);
    counter.release();
  });
});
