// Messages in valid frames with anything in them: whatever a peer says, the scheduler neither throws
// nor loses count, and those who speak sense are served.
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
  from: fc.constantFrom("peer-a", "peer-client", "no one"),
  fields: fc.dictionary(fc.constantFrom(...NAMES), value),
});
/** These are understood and do what they say, which is to end things. */
const ENDINGS = ["shutdownCluster", "closeClient", "closeWorker", "reportWorkerExit"];

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
        const isOurs = Object.values(fields).some((field) => field === graph.id);
        if (!isOurs) cluster.happen({ ...fields, type, from } as unknown as SchedulerEvent);
      }
      // Made-up words about real tasks may have been believed; what was asked for comes or fails.
      cluster.settle();
      expect(graph.finish !== undefined || graph.error !== undefined).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test("every type with every field missing or odd is refused at the door", () => {
  const cluster = new FakeCluster();
  cluster.addClient();
  cluster.addWorker("a");
  const odd = [undefined, null, Number.NaN, -1, "text", [Number.NaN], {}];
  for (const [type, { fields }] of Object.entries(TO_SCHEDULER)) {
    for (const field of Object.keys(fields)) {
      for (const from of ["peer-a", "peer-client"]) {
        for (const one of odd) {
          cluster.happen({ type, from, [field]: one } as unknown as SchedulerEvent);
        }
      }
    }
  }
  expect(cluster.state.tasks.count).toBe(0);
  expect(cluster.logged.some(({ text }) => text.startsWith("a malformed message"))).toBe(true);
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
