// Events by topic: each follower reads each event, and latecomers those that are kept.
import { expect, test } from "vitest";
import type { Coordinate } from "../../../src/protocol/messages/messages.js";
import { type FakeClient, FakeCluster } from "../fake-cluster.js";

let requests = 0;

/** Asks and returns what has been answered to this request so far. */
function ask(client: FakeClient, fields: Pick<Coordinate, "operation"> & Partial<Coordinate>) {
  const request = requests++;
  const holder = client.peer;
  client.say({ type: "coordinate", request, wait: request, holder, name: "steps", ...fields });
  const isAnswer = (message: { type: string; request?: number }) =>
    message.type === "coordinated" && message.request === request;
  return { request, answer: () => client.other.find(isAnswer) };
}

const log = (client: FakeClient, ...bytes: number[]) =>
  ask(client, { operation: "topic.log", value: Uint8Array.from(bytes) }).answer();

test("followers wait for the next event, and latecomers read the ones before", () => {
  const cluster = new FakeCluster();
  const [writer, reader] = [cluster.addClient("a"), cluster.addClient("b")];
  const first = ask(reader, { operation: "topic.read", after: 0 });
  expect(first.answer()).toBeUndefined();
  expect(log(writer, 1)).toMatchObject({ isDone: true });
  log(writer, 2);
  expect(first.answer()).toMatchObject({ count: 1, value: Uint8Array.of(1) });
  const later = ask(writer, { operation: "topic.read", after: 1 });
  expect(later.answer()).toMatchObject({ count: 2, value: Uint8Array.of(2) });
  expect(ask(reader, { operation: "topic.count" }).answer()).toMatchObject({ count: 2 });
});

test("the oldest events go first, and large ones are refused", () => {
  const cluster = new FakeCluster();
  const client = cluster.addClient();
  for (let n = 0; n < 1_002; n++) log(client, n % 256);
  const oldest = ask(client, { operation: "topic.read", after: 0 });
  expect(oldest.answer()).toMatchObject({ count: 3, value: Uint8Array.of(2) });
  const large = { operation: "topic.log", value: new Uint8Array(65_537) } as const;
  expect(ask(client, large).answer()).toMatchObject({
    isDone: false,
    error: { message: expect.stringContaining("65536 at most") },
  });
});

test("nothing is left of followers that cancel or are gone", () => {
  const cluster = new FakeCluster();
  const [one, other] = [cluster.addClient("a"), cluster.addClient("b")];
  const { topics } = cluster.state.coordination;
  const wait = ask(one, { operation: "topic.read" });
  ask(other, { operation: "topic.read" });
  one.say({ type: "cancelWait", holder: one.peer, wait: wait.request });
  expect(wait.answer()).toMatchObject({ isDone: false });
  expect(topics.size).toBe(1);
  other.say({ type: "closeClient" });
  expect(topics.size).toBe(0);
});
