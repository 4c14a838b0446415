// What programs, tasks and workers coordinate themselves with, in processes of their own, of which some are killed.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("../fixtures/programs/coordination.mjs", import.meta.url));

test("locks, events, variables, queues and datasets outlive those who use them", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 60_000 });
  expect(JSON.parse(stdout)).toEqual({
    total: 21,
    tokens: 6,
    lapsed: [false, false, true, true],
    released: [true, false],
    timeouts: ["cluster.timeout", false, "TimeoutError"],
    afterTask: "free",
    afterThread: "free",
    afterWorker: "free",
    full: "cluster.timeout",
    size: 2,
    queue: [81, { parts: ["part", 1] }],
    inTask: ["from a task", "from the program"],
    twice: "argument.value",
    names: ["array", "bag", "one"],
    array: [[10], 90],
    bag: [true, [2, 3, 4, 5]],
    one: [42, 0],
    unpublished: "argument.value",
    still: 90,
  });
});
