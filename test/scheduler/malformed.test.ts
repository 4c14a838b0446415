// Messages in valid frames with anything in them: whatever a peer says, the scheduler neither
// throws nor loses count, and those who speak sense are served.
import fc from "fast-check";
import { expect, test } from "vitest";
import { TO_SCHEDULER } from "../../src/protocol/messages/messages.js";
import type { SchedulerEvent } from "../../src/scheduler/state/events.js";
import { blocks, elementwise, reduce, source, transpose } from "../graph/example-layers.js";
import { FakeCluster } from "./fake-cluster.js";

const x = source([blocks(3, 10), blocks(3, 10)]);
const mean = reduce(elementwise("add", x, transpose(x)), "mean");

const number = fc.oneof(
  fc.integer({ min: -2, max: 40 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 0.5, 2 ** 31, 2 ** 53, -1e300),
);
const value: fc.Arbitrary<unknown> = fc.oneof(
  { depthSize: "small" },
  number,
  fc.array(number, { maxLength: 3 }),
  fc.constantFrom(null, undefined, true, "", "graph", "a", [], {}, [[]], "__proto__"),
  fc.constant({ name: "Error", message: "made up" }),
  fc.array(fc.constantFrom<unknown>(x.layer, { ...x.layer, chunks: [[-1]] }, {}, 7), {
    maxLength: 2,
  }),
  fc.anything(),
);
const NAMES = [
  ...new Set(Object.values(TO_SCHEDULER).flatMap(({ fields }) => Object.keys(fields))),
];
const event = fc.record({
  type: fc.oneof(fc.constantFrom(...Object.keys(TO_SCHEDULER)), fc.string()),
  from: fc.constantFrom("peer-bad", "peer-badClient", "no one"),
  fields: fc.dictionary(fc.constantFrom(...NAMES), value),
});
/** These are understood and do what they say to others, which is to end them. */
const ENDINGS = ["shutdownCluster", "restartCluster", "retireWorkers", "reportWorkerExit"];

test("nothing that a peer says throws or does harm", () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 5, maxLength: 40 }), (events) => {
      const cluster = new FakeCluster();
      const client = cluster.addClient();
      const worker = cluster.addWorker("a");
      worker.isSlow = true;
      const graph = client.submit(mean);
      worker.receiveAll();
      for (const { type, from, fields } of events) {
        if (ENDINGS.includes(type) || type.startsWith("register")) continue;
        // Those that were cut off come back.
        if (!cluster.state.workersByPeer.has("peer-bad")) cluster.addWorker("bad");
        if (!cluster.state.clients.has("peer-badClient")) cluster.addClient("badClient");
        cluster.happen({ ...fields, type, from } as unknown as SchedulerEvent);
      }
      for (const from of ["peer-bad", "peer-badClient"]) {
        cluster.happen({ type: "peerLost", from, reason: "connection reset" });
      }
      cluster.workers.delete("peer-bad");
      cluster.settle();
      // What a worker says of tasks that it was given may be an error.
      if (graph.error === undefined) client.checkOutputs(graph);
      else expect(graph.error.message).toContain("made up");
    }),
    { numRuns: 150 },
  );
});

test("a peer that sends what cannot be true is cut off with a word, and no one else", () => {
  const lies: readonly (readonly [string, object])[] = [
    ["tasksFinished", { tasks: [0], attempts: [0], bytes: [2 ** 53 - 1], durationsMs: [1] }],
    ["tasksFinished", { tasks: [0], attempts: [0], bytes: [8], durationsMs: [1e300] }],
    ["tasksFinished", { tasks: [0], attempts: [0], bytes: [-8], durationsMs: [1] }],
    ["replicasAdded", { tasks: [0], bytes: [8], transferMs: -1 }],
    ["piecesFetched", { tasks: [0], bytes: [2 ** 50], transferMs: 1 }],
  ];
  for (const [type, fields] of lies) {
    const cluster = new FakeCluster();
    const client = cluster.addClient();
    const [good, bad] = [cluster.addWorker("good"), cluster.addWorker("bad")];
    good.isSlow = bad.isSlow = true;
    const graph = client.submit(mean);
    cluster.happen({ type, from: bad.peer, ...fields } as unknown as SchedulerEvent);
    bad.receiveAll();
    expect([good.isAlive, bad.isAlive]).toEqual([true, false]);
    expect([...cluster.state.workersByName.keys()]).toEqual(["good"]);
    cluster.settle();
    client.checkOutputs(graph);
  }
});

test("what a worker said of the network is forgotten when it leaves", () => {
  const cluster = new FakeCluster();
  const [good, bad] = [cluster.addWorker("good"), cluster.addWorker("bad")];
  const fetched = { type: "piecesFetched", tasks: [0], bytes: [1e6] } as const;
  for (let k = 0; k < 50; k++) good.say({ ...fetched, transferMs: 1 });
  const before = cluster.state.transferBytesPerMs;
  for (let k = 0; k < 50; k++) bad.say({ ...fetched, transferMs: 1e-300 });
  expect(cluster.state.transferBytesPerMs).toBeGreaterThan(10 * before);
  bad.say({ type: "closeWorker", reason: "done" });
  expect(cluster.state.transferBytesPerMs).toBeCloseTo(1e6, -2);
});

test("no run counts as longer than its worker is here", () => {
  const cluster = new FakeCluster();
  const client = cluster.addClient();
  const worker = cluster.addWorker("a");
  worker.durationMs = 1e9;
  client.submit(x);
  cluster.settle();
  for (const { durationMs } of cluster.state.layers.values())
    expect(durationMs).toBeLessThan(61_000);
});

test("every type with every field missing or odd is refused at the door", () => {
  const cluster = new FakeCluster();
  const odd = [undefined, null, Number.NaN, -1, "text", [Number.NaN], {}];
  for (const [type, { fields }] of Object.entries(TO_SCHEDULER)) {
    for (const field of Object.keys(fields)) {
      for (const from of ["peer-a", "peer-client"]) {
        for (const one of odd) {
          if (!cluster.state.workersByPeer.has("peer-a")) cluster.addWorker("a");
          if (!cluster.state.clients.has("peer-client")) cluster.addClient();
          cluster.happen({ type, from, [field]: one } as unknown as SchedulerEvent);
        }
      }
    }
  }
  expect(cluster.state.tasks.count).toBe(0);
  expect(cluster.logged.some(({ text }) => text.includes("was cut off"))).toBe(true);
});

test.each([
  ["a worker without threads", { threads: 0 }],
  ["a worker without memory", { memoryLimitBytes: Number.NaN }],
  ["a worker without a name", { name: "" }],
])("%s is not registered", (_title, given) => {
  const cluster = new FakeCluster();
  cluster.happen({
    type: "registerWorker",
    from: "w",
    version: 1,
    name: "w",
    address: "tcp://x",
    threads: 1,
    memoryLimitBytes: 1,
    pid: 1,
    ...given,
  });
  expect(cluster.state.workers.size).toBe(0);
  expect(cluster.logged[0]?.text).toContain("malformed");
});
