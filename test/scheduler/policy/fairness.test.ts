// Several clients on one cluster: no one starves, and shares are equal within a bound.
import { describe, expect, test } from "vitest";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { blocks, elementwise, persistedAs, reduce, source } from "../../graph/example-layers.js";
import { FakeCluster } from "../fake-cluster.js";

function roots(count: number, seed: number): LayerNode {
  return source([blocks(count, 10)], { type: "uniform", seed, low: 0, high: 1 });
}

/** Each worker runs one task. */
function turn(cluster: FakeCluster): void {
  for (const worker of cluster.workers.values()) {
    worker.receiveAll();
    worker.runNext();
  }
}

/** Two workers of one thread, and two clients. */
function twoClients(durationMs: number) {
  const cluster = new FakeCluster();
  for (const name of ["a", "b"]) cluster.addWorker(name).durationMs = durationMs;
  return { cluster, big: cluster.addClient("big"), small: cluster.addClient("small") };
}

describe.each([0.1, 20])("tasks of %d ms", (durationMs) => {
  test("a small job is not held up by a huge one of another client", () => {
    const { cluster, big, small } = twoClients(durationMs);
    const huge = big.submit(roots(700, 1));
    for (let k = 0; k < 100; k++) turn(cluster);
    const before = huge.ready.size;
    const quick = small.submit(roots(40, 2));
    let turns = 0;
    for (; quick.finish === undefined; turns++) turn(cluster);
    // Forty tasks at half of two workers take forty turns, after what was handed out already.
    const aheadTasks = durationMs === 0.1 ? 100 : 2;
    expect(turns).toBeLessThanOrEqual(40 + aheadTasks);
    expect(huge.ready.size - before).toBeGreaterThan(20);
  });

  test("two clients with plenty to do get equal shares", () => {
    const { cluster, big, small } = twoClients(durationMs);
    const first = big.submit(roots(700, 1));
    for (let k = 0; k < 50; k++) turn(cluster);
    const before = first.ready.size;
    const second = small.submit(roots(600, 2));
    for (let k = 0; k < 400; k++) turn(cluster);
    const shares = [first.ready.size - before, second.ready.size];
    expect(Math.abs((shares[0] as number) - (shares[1] as number))).toBeLessThan(0.2 * 800);
  });
});

test("graphs of one client follow each other, however many there are", () => {
  const { cluster, big, small } = twoClients(20);
  const mine = [1, 2, 3].map((seed) => big.submit(roots(40, seed)));
  const theirs = small.submit(roots(60, 4));
  while (theirs.finish === undefined) turn(cluster);
  // Half of the turns were big's: its first graph is done, its last one has not begun.
  expect(mine[0]?.finish).toBeDefined();
  expect(mine[2]?.ready.size).toBe(0);
});

test("a job over persisted blocks, all ready at once, shuts no one out", () => {
  const { cluster, big, small } = twoClients(20);
  const x = roots(400, 1);
  big.submit(x);
  cluster.settle();
  const stand = persistedAs(x.layer.name, x.layer.chunks);
  const huge = big.submit(elementwise("negative", stand));
  for (let k = 0; k < 10; k++) turn(cluster);
  const quick = small.submit(reduce(roots(20, 2), "sum"));
  let turns = 0;
  for (; quick.finish === undefined; turns++) turn(cluster);
  expect(turns).toBeLessThan(60);
  expect(huge.finish).toBeUndefined();
});

test("tags begin at 0 again when nothing is open", () => {
  const { cluster, big } = twoClients(1);
  for (const seed of [1, 2]) {
    const graph = big.submit(roots(10, seed));
    cluster.settle();
    expect([...cluster.state.graphs].at(-1)?.firstTag).toBe(0);
    big.release(graph);
  }
});
