// Stories of tasks and workers: read back from the ring of notes, also when all is over.
import { expect, test } from "vitest";
import type { ObservedNotes } from "../../../src/protocol/values/observation.js";
import { notesSince, savedStory } from "../../../src/protocol/values/told-notes.js";
import { observationOf } from "../../../src/scheduler/inspect/observe-run.js";
import { storyOf } from "../../../src/scheduler/inspect/story.js";
import { History } from "../../../src/scheduler/state/history.js";
import { blocks, reduce, source } from "../../graph/example-layers.js";
import { FakeCluster } from "../fake-cluster.js";

/** The words of a story, without its times. */
function words(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/^[\d.]+ s {2}/, ""));
}

test("a task's story is reported by its key, also when it is forgotten", () => {
  const cluster = new FakeCluster();
  cluster.addWorker("alice");
  const client = cluster.addClient();
  const node = reduce(source([blocks(2, 100)]), "sum");
  const graph = client.submit(node);
  cluster.settle();
  client.release(graph);
  const { name } = node.inputs[0]?.inputs[0]?.layer ?? node.layer;
  const lines = storyOf(cluster.state, `${name}(1)`);
  expect(words(lines)).toEqual([
    "released → waiting  [submitGraph]",
    "waiting → queued  [submitGraph]",
    "queued → processing, alice  [submitGraph]",
    "processing → memory, alice  [tasksFinished]",
    "memory → released  [tasksFinished]",
  ]);
  expect(storyOf(cluster.state, `${name.slice(0, name.lastIndexOf("-") + 8)}(1)`)).toEqual(lines);
  const saved = observationOf(cluster.state, { spansMax: 0, withNotes: true });
  expect(words(savedStory(saved, `${name}(1)`))).toEqual(words(lines));
  const later = notesSince(saved.notes as ObservedNotes, cluster.state.nowMs + 1);
  expect(savedStory({ notes: later }, `${name}(1)`)).toEqual([]);
});

test("a worker's story is reported by its name, also when it is gone", () => {
  const cluster = new FakeCluster();
  const worker = cluster.addWorker("alice");
  const client = cluster.addClient();
  client.submit(source([[100]]));
  cluster.kill(worker);
  cluster.addWorker("bob");
  cluster.settle();
  const [joined, begun, gone, taken, ...rest] = words(storyOf(cluster.state, "alice"));
  expect(joined).toBe("joined  [registerWorker]");
  expect(begun).toMatch(/^random-\w{7}\(0\) queued → processing {2}\[submitGraph\]$/);
  expect(gone).toBe("is gone  [peerLost]");
  expect(taken).toMatch(/processing → waiting {2}\[peerLost\]$/);
  expect(rest).toEqual([]);
  expect(storyOf(cluster.state, "no one")).toEqual([]);
});

test("a client is notified", () => {
  const cluster = new FakeCluster();
  cluster.addWorker("alice");
  const client = cluster.addClient();
  client.say({ type: "tellStory", request: 7, about: "alice" });
  expect(client.other.at(-1)).toMatchObject({ type: "storyTold", request: 7 });
});

test("the oldest notes go first, and memory stays as it is", () => {
  const history = new History();
  history.begin("ticked", 1);
  for (let block = 0; block < 100_000; block++) history.noteEdge(0, block, -1, 0, 1);
  const notes = [...history.notes(1)];
  expect(notes.length).toBe(2 ** 16);
  expect(notes[0]?.block).toBe(100_000 - 2 ** 16);
  expect(notes.at(-1)).toEqual({
    atMs: 1,
    layer: 0,
    block: 99_999,
    worker: -1,
    cause: "ticked",
    what: { from: 0, to: 1 },
  });
});
