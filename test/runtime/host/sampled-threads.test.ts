// Call stacks and profiles of threads that never come back to their event loop.
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ProfileNode } from "../../../src/protocol/values/thread-profiles.js";
import { threadProfiles, threadStacks } from "../../../src/runtime/host/sampled-threads.js";

/** It counts for ever, in a function that another calls. */
const SCRIPT = `
  function countsNumbers() { let sum = 0; for (let k = 0; k < 1e6; k++) sum += Math.sqrt(k); return sum; }
  function callsForEver() { for (;;) globalThis.last = countsNumbers(); }
  require("node:worker_threads").parentPort.postMessage("begins");
  callsForEver();
`;

let busy: Worker;
let names: ReadonlyMap<number, string>;

beforeAll(async () => {
  busy = new Worker(SCRIPT, { eval: true });
  await new Promise((resolve) => busy.once("message", resolve));
  names = new Map([[busy.threadId, "#0"]]);
});

afterAll(async () => {
  await busy.terminate();
});

test("a busy thread says which functions it is in, and what its task is", async () => {
  for (;;) {
    const [found] = await threadStacks(names, () => "count-1(0)");
    expect(found).toMatchObject({ thread: "#0", task: "count-1(0)" });
    if (found?.stack.some((line) => line.startsWith("callsForEver"))) break;
  }
});

test("a profile has the time of each function, in the tree of calls", async () => {
  const functionsIn = (node: ProfileNode): string[] => [
    node.name,
    ...node.children.flatMap(functionsIn),
  ];
  for (;;) {
    const [found] = await threadProfiles(names, 50);
    if (found === undefined || !functionsIn(found.root).includes("callsForEver")) continue;
    expect(found.root.name).toBe("#0");
    expect(found.root.totalMs).toBeGreaterThan(0);
    expect(found.samples).toBeGreaterThan(0);
    break;
  }
});
