// Actors as the scheduler sees them: where they are made, what their callers hear when they are
// gone, and that the accounts hold whatever happens.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type {
  ActorLost,
  ActorPlaced,
  CreateActor,
  ReleaseActor,
  SchedulerToClient,
  StartActor,
} from "../../../src/protocol/messages/messages.js";
import {
  ACTOR_EDGES,
  actorBecomes,
  createActorTable,
} from "../../../src/scheduler/state/actor-state.js";
import { blocks, source } from "../../graph/example-layers.js";
import { type FakeClient, FakeCluster } from "../fake-cluster.js";
import type { FakeWorker } from "../fake-worker.js";

function wish(actor: string, more: Partial<CreateActor> = {}): CreateActor {
  const nothing = { name: null, isDetached: false, restarts: 0, concurrency: 1 };
  return { type: "createActor", actor, maker: new Uint8Array(1), ...nothing, ...more };
}

/** The actors that a worker was last told to make. */
function startsOn(worker: FakeWorker): StartActor[] {
  worker.receiveAll();
  return worker.other.filter((message) => message.type === "startActor");
}

function release(actor: string, ends = true): ReleaseActor {
  return { type: "releaseActor", actor, holds: 1, ends };
}

function start(worker: FakeWorker, actor: string): void {
  const message = startsOn(worker).findLast((told) => told.actor === actor);
  const incarnation = message?.incarnation ?? 0;
  worker.say({ type: "actorStarted", actor, incarnation, methods: ["add"], fields: ["n"] });
}

const placesOf = (heard: readonly SchedulerToClient[]): ActorPlaced[] =>
  heard.filter((message) => message.type === "actorPlaced");
const lossesOf = (heard: readonly SchedulerToClient[]): ActorLost[] =>
  heard.filter((message) => message.type === "actorLost");

describe("placement", () => {
  it("spreads actors over workers and tells where they are", () => {
    const cluster = new FakeCluster();
    const client = cluster.addClient();
    const workers = [cluster.addWorker("a"), cluster.addWorker("b")] as const;
    for (const id of ["x-1", "x-2", "x-3", "x-4"]) client.say(wish(id));
    expect(workers.map((worker) => startsOn(worker).length)).toEqual([2, 2]);
    start(workers[0], "x-1");
    expect(placesOf(client.other)).toEqual([
      {
        type: "actorPlaced",
        actor: "x-1",
        incarnation: 1,
        worker: workers[0].id,
        workerName: "a",
        address: "inproc://a",
        methods: ["add"],
        fields: ["n"],
      },
    ]);
  });

  it("waits for workers, for those that were named, and for resources that others have", () => {
    const cluster = new FakeCluster();
    const client = cluster.addClient();
    const resources = { GPU: 1 };
    client.say(wish("x-1", { resources }));
    client.say(wish("x-2", { resources }));
    client.say(wish("y-1", { workers: ["b"] }));
    const a = cluster.addWorker("a", { resources: { GPU: 1 } });
    expect(startsOn(a).map(({ actor }) => actor)).toEqual(["x-1"]);
    const b = cluster.addWorker("b");
    expect(startsOn(b).map(({ actor }) => actor)).toEqual(["y-1"]);
    start(a, "x-1");
    client.say(release("x-1"));
    expect(startsOn(a).map(({ actor }) => actor)).toEqual(["x-1", "x-2"]);
    expect(a.other.filter(({ type }) => type === "stopActor").length).toBe(1);
  });
});

describe("names", () => {
  it("are had once, and found by others", () => {
    const cluster = new FakeCluster();
    const [one, two] = [cluster.addClient("one"), cluster.addClient("two")];
    const worker = cluster.addWorker("a");
    one.say(wish("x-1", { name: "shared" }));
    start(worker, "x-1");
    two.say(wish("x-2", { name: "shared" }));
    expect(lossesOf(two.other)[0]?.error.code).toBe("actor.failed");
    two.say({ type: "findActor", request: 7, actor: null, name: "shared" });
    two.say({ type: "findActor", request: 8, actor: null, name: "other" });
    expect(two.other.filter(({ type }) => type === "actorFound")).toEqual([
      { type: "actorFound", request: 7, actor: "x-1" },
      { type: "actorFound", request: 8, actor: null },
    ]);
    expect(placesOf(two.other).length).toBe(1);
    two.say(release("x-1"));
    expect(cluster.state.actorTable.byId.size).toBe(1);
    two.say({ type: "findActor", request: 9, actor: "x-1", name: null });
    one.say({ type: "closeClient" });
    expect(cluster.state.actorTable.byId.size).toBe(1);
    expect(two.other.at(-1)).toEqual({ type: "actorReleased", actor: "x-1" });
    two.say(release("x-1", false));
    expect(cluster.state.actorTable.byId.size).toBe(0);
  });

  it("of detached actors stay when their client is gone", () => {
    const cluster = new FakeCluster();
    const [one, two] = [cluster.addClient("one"), cluster.addClient("two")];
    const worker = cluster.addWorker("a");
    one.say(wish("x-1", { name: "kept", isDetached: true }));
    start(worker, "x-1");
    one.say({ type: "closeClient" });
    two.say({ type: "findActor", request: 1, actor: null, name: "kept" });
    expect(placesOf(two.other).length).toBe(1);
    two.say(release("x-1"));
    expect(cluster.state.actorTable.byName.size).toBe(0);
  });
});

describe("holders", () => {
  const found = (client: FakeClient, actor: string, askedBy?: string) =>
    client.say({
      type: "findActor",
      request: 1,
      actor,
      name: null,
      ...(askedBy === undefined ? {} : { askedBy }),
    });

  it("of queues keep actors until the one that takes the item has a handle", () => {
    const cluster = new FakeCluster();
    const [one, two] = [cluster.addClient("one"), cluster.addClient("two")];
    start(cluster.addWorker("a"), "none");
    one.say(wish("x-1"));
    const item = { holder: "h", wait: 1, name: "q" };
    const value = new Uint8Array(1);
    const actors = ["x-1", "gone"];
    one.say({ type: "coordinate", request: 1, ...item, operation: "queue.put", value, actors });
    one.say({ type: "closeClient" });
    expect(cluster.state.actorTable.byId.size).toBe(1);
    two.say({ type: "coordinate", request: 2, ...item, operation: "queue.get" });
    expect(two.other.at(-1)).toMatchObject({ type: "coordinated", actors: ["x-1"] });
    found(two, "x-1");
    two.say({ ...release("x-1", false), isTaken: true });
    expect(cluster.state.actorTable.byId.size).toBe(1);
    two.say(release("x-1", false));
    expect(cluster.state.actorTable.byId.size).toBe(0);
  });

  it("are results in which handles are, until these are forgotten", () => {
    const cluster = new FakeCluster();
    const [one, two] = [cluster.addClient("one"), cluster.addClient("two")];
    const worker = cluster.addWorker("a");
    const graph = two.submit(source([blocks(1, 10)]));
    worker.receiveAll();
    one.say(wish("x-1"));
    const [task] = [...worker.assigned.keys()].map(Number);
    worker.say({ type: "actorsKept", tasks: [task as number, 999], actors: ["x-1", "x-1"] });
    one.say(release("x-1"));
    expect(cluster.state.actorTable.byId.size).toBe(1);
    cluster.settle();
    two.release(graph);
    expect(cluster.state.actorTable.byId.size).toBe(0);
  });

  it("that are actors end with each other where no one else holds them", () => {
    const cluster = new FakeCluster();
    const [client, line] = [cluster.addClient("one"), cluster.addClient("tasks of a")];
    const worker = cluster.addWorker("a");
    client.say(wish("x-1"));
    start(worker, "x-1");
    line.say({ ...wish("y-1"), askedBy: "x-1" });
    start(worker, "y-1");
    found(line, "x-1", "y-1");
    found(line, "x-1", "x-1");
    expect(cluster.state.actorTable.byId.size).toBe(2);
    client.say(release("x-1"));
    expect(cluster.state.actorTable.byId.size).toBe(0);
    expect(worker.other.filter(({ type }) => type === "stopActor").length).toBe(0);
    worker.receiveAll();
    expect(worker.other.filter(({ type }) => type === "stopActor").length).toBe(2);
    // An actor that is over asks for nothing any more.
    line.say({ ...wish("z-1"), askedBy: "y-1" });
    expect(cluster.state.actorTable.byId.size).toBe(0);
  });

  it("that die hold nothing any more", () => {
    const cluster = new FakeCluster();
    const [client, line] = [cluster.addClient("one"), cluster.addClient("tasks of a")];
    const worker = cluster.addWorker("a");
    client.say(wish("x-1", { restarts: 1 }));
    start(worker, "x-1");
    line.say({ ...wish("y-1"), askedBy: "x-1" });
    start(worker, "y-1");
    const error = { name: "Error", message: "it exited" };
    worker.say({ type: "actorEnded", actor: "x-1", incarnation: 1, error });
    expect([...cluster.state.actorTable.byId.keys()]).toEqual(["x-1"]);
  });
});

describe("deaths", () => {
  it("of workers are notified with what their supervisor says, or without after half a second", () => {
    for (const isSupervised of [true, false]) {
      const cluster = new FakeCluster();
      const client = cluster.addClient();
      const worker = cluster.addWorker("a");
      client.say(wish("x-1"));
      start(worker, "x-1");
      cluster.kill(worker);
      expect(lossesOf(client.other)).toEqual([]);
      const exit = { exitCode: null, signal: "SIGKILL" };
      const reason = "killed by SIGKILL";
      if (isSupervised) client.say({ type: "reportWorkerExit", name: "a", reason, ...exit });
      else cluster.tick(600);
      const [loss] = lossesOf(client.other);
      expect(loss?.isComingBack).toBe(false);
      const told = isSupervised ? reason : "connection reset";
      expect(loss?.error.message).toBe(
        `the actor x-1 on worker a is gone: its worker died: ${told}; its state is lost`,
      );
      expect(loss?.error.data).toMatchObject({
        actor: "x-1",
        signal: isSupervised ? "SIGKILL" : null,
      });
      expect(cluster.state.actorTable.byId.size).toBe(0);
    }
  });

  it("are followed by a new life where there are restarts left", () => {
    const cluster = new FakeCluster();
    const client = cluster.addClient();
    const [a, b] = [cluster.addWorker("a"), cluster.addWorker("b")];
    client.say(wish("x-1", { restarts: 1 }));
    start(a, "x-1");
    const error = { name: "Error", message: "it exited" };
    // A word about another life than this one says nothing.
    a.say({ type: "actorEnded", actor: "x-1", incarnation: 0, error });
    expect(lossesOf(client.other)).toEqual([]);
    cluster.kill(a);
    cluster.tick(600);
    expect(lossesOf(client.other)[0]?.isComingBack).toBe(true);
    expect(startsOn(b)[0]?.incarnation).toBe(2);
    start(b, "x-1");
    expect(placesOf(client.other).at(-1)?.incarnation).toBe(2);
    b.say({ type: "actorEnded", actor: "x-1", incarnation: 2, error });
    expect(lossesOf(client.other).at(-1)?.isComingBack).toBe(false);
  });

  it("in the constructor are final", () => {
    const cluster = new FakeCluster();
    const client = cluster.addClient();
    const worker = cluster.addWorker("a");
    client.say(wish("x-1", { restarts: 5 }));
    worker.receiveAll();
    const error = { name: "TypeError", message: "not today" };
    worker.say({ type: "actorEnded", actor: "x-1", incarnation: 1, error });
    const [loss] = lossesOf(client.other);
    expect([loss?.error.code, loss?.error.cause?.message]).toEqual(["actor.failed", "not today"]);
    expect(cluster.state.actorTable.byId.size).toBe(0);
  });
});

describe("workers with actors", () => {
  it("do not retire, and are not spared", () => {
    const cluster = new FakeCluster();
    const client = cluster.addClient();
    const [a] = [cluster.addWorker("a"), cluster.addWorker("b")];
    client.say(wish("x-1"));
    start(a, "x-1");
    client.say({ type: "retireWorkers", request: 1, names: ["a"] });
    const answer = client.other.find(({ type }) => type === "workersRetired");
    expect(answer).toMatchObject({
      retired: [],
      stayed: [{ name: "a", reason: "actors live on it and cannot move: x-1" }],
    });
    expect(cluster.state.workersByName.get("a")?.isRetiring).toBe(false);
  });
});

describe("a worker that dies with an actor and one which only that holds", () => {
  it("takes both along", () => {
    const cluster = new FakeCluster();
    const client = cluster.addClient();
    const worker = cluster.addWorker("a");
    client.say(wish("x-1"));
    client.say(wish("x-2", { askedBy: "x-1" }));
    expect(startsOn(worker)).toHaveLength(2);
    cluster.kill(worker);
    cluster.tick(10_000);
    expect(cluster.state.actorTable.byWorker.size).toBe(0);
    expect(lossesOf(client.other).map(({ actor }) => actor)).toContain("x-1");
  });
});

describe("accounts", () => {
  it("know which state follows which", () => {
    expect(Object.keys(ACTOR_EDGES).length).toBe(9);
    const actor = { id: "x", status: "waiting", wish: { name: null } } as never;
    expect(() => actorBecomes(createActorTable(), actor, "running")).toThrow("waiting>running");
  });

  it("hold in random lives, and every actor learns of or lives", () => {
    const action = fc.record({
      what: fc.constantFrom(
        "create",
        "start",
        "end",
        "release",
        "kill",
        "join",
        "tick",
        "find",
        "put",
        "take",
      ),
      by: fc.option(fc.nat(5), { freq: 2 }),
      which: fc.nat(5),
      who: fc.nat(1),
      restarts: fc.nat(2),
      takesGpu: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const cluster = new FakeCluster();
        const clients = [cluster.addClient("one"), cluster.addClient("two")];
        const workers: FakeWorker[] = [];
        let created = 0;
        for (const { what, which, who, by, restarts, takesGpu } of actions) {
          const client = clients[who] as (typeof clients)[number];
          const alive = workers.filter(({ isAlive }) => isAlive);
          const worker = alive[which % (alive.length || 1)];
          const actor = `x-${which}`;
          const other = by === null ? 0 : `x-${by}`;
          const ends = { name: "Error", message: "it ended" };
          if (what === "create") {
            const resources = takesGpu ? { resources: { GPU: 1 } } : {};
            const terms = { restarts, isDetached: takesGpu, askedBy: other, ...resources };
            client.say(wish(`x-${created++}`, terms));
          } else if (what === "start" && worker !== undefined) start(worker, actor);
          else if (what === "end" && worker !== undefined) {
            const incarnation = startsOn(worker).at(-1)?.incarnation ?? 1;
            worker.say({ type: "actorEnded", actor, incarnation, error: ends });
          } else if (what === "release") client.say({ ...release(actor), askedBy: other });
          else if (what === "kill" && worker !== undefined) cluster.kill(worker);
          else if (what === "join" && alive.length < 3) {
            workers.push(cluster.addWorker(`w${workers.length}`, { resources: { GPU: 1 } }));
          } else if (what === "tick") cluster.tick(300);
          else if (what === "find") {
            client.say({ type: "findActor", request: 1, actor, name: null, askedBy: other });
          } else {
            const fields = what === "put" ? { value: new Uint8Array(1), actors: [actor] } : {};
            const operation = what === "put" ? "queue.put" : "queue.get";
            const wait = { request: 1, holder: "h", wait: 1, name: "q" };
            client.say({ type: "coordinate", ...wait, operation, ...fields });
          }
        }
        for (const client of clients) client.say({ type: "closeClient" });
        clients.push(cluster.addClient("three"));
        for (let k = 0; k < actions.length; k++) {
          const wait = { request: 1, holder: "h", wait: k, name: "q" };
          clients[2]?.say({ type: "coordinate", ...wait, operation: "queue.get" });
        }
        clients[2]?.say({ type: "closeClient" });
        const left = [...cluster.state.actorTable.byId.values()];
        expect(left.every(({ wish: { isDetached } }) => isDetached)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
