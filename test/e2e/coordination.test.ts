// What programs, tasks and workers coordinate themselves with, in processes of their own, of which
// some are killed.
import { expect, test } from "vitest";
import { resultOf } from "./program.js";

test("locks, events, variables, queues and datasets outlive those who use them", async () => {
  expect(await resultOf("coordination")).toEqual({
    total: 21,
    tokens: 6,
    lapsed: [false, false, true, true],
    released: [true, false],
    multi: [["left", "right"], true, [1, 1], "cluster.timeout", 2, 1, 0, "cluster.timeout", 0],
    timeouts: ["cluster.timeout", false, "TimeoutError"],
    afterTask: "free",
    afterThread: "free",
    afterWorker: "free",
    full: "cluster.timeout",
    size: 2,
    queue: [81, { parts: ["part", 1] }],
    inTask: ["from a task", "from the program"],
    twice: "argument.value",
    batches: [[1, 2], [3, 4, 5], "cluster.timeout", [6], "argument.value"],
    names: ["array", "bag", "one"],
    array: [[10], 90],
    bag: [true, [2, 3, 4, 5]],
    one: [42, 0],
    unpublished: "argument.value",
    still: 90,
  });
});
