// Questions of clients that workers' shells answer.
import { expect, test } from "vitest";
import { FakeCluster } from "../fake-cluster.js";

const question = { type: "askNodes", request: 7, topic: "logs" } as const;

test("answers of all workers come together, without those that are gone meanwhile", () => {
  const cluster = new FakeCluster();
  const [alice, bob] = [cluster.addWorker("alice"), cluster.addWorker("bob")];
  const client = cluster.addClient();
  client.say({ ...question, workers: null });
  alice.receiveAll();
  expect(alice.other.at(-1)).toEqual({ type: "askWorker", ask: 0, topic: "logs" });
  alice.say({ type: "workerAnswered", ask: 0, json: "[1]" });
  // Neither a second answer nor one to another question counts.
  alice.say({ type: "workerAnswered", ask: 0, json: "[2]" });
  alice.say({ type: "workerAnswered", ask: 5, json: "[3]" });
  const answers = () => client.other.filter(({ type }) => type === "nodesAnswered");
  expect(answers()).toEqual([]);
  cluster.kill(bob);
  const answered = { type: "nodesAnswered", request: 7, names: ["alice"], answers: ["[1]"] };
  expect(answers()).toEqual([answered]);
  expect(cluster.state.asks.size).toBe(0);
});

test("where no worker is asked, the answer is there at once, and a client that is gone gets none", () => {
  const cluster = new FakeCluster();
  cluster.addWorker("alice");
  const client = cluster.addClient();
  client.say({ ...question, workers: ["no one"] });
  expect(client.other.at(-1)).toMatchObject({ names: [], answers: [] });
  client.say({ ...question, workers: ["alice"] });
  client.say({ type: "closeClient" });
  expect(cluster.state.asks.size).toBe(0);
});
