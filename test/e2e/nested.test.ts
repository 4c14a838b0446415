// Tasks that submit calls of their own and wait for them: on one thread, and without keeping it
// from others. The programs run beside each other: they wait more than they work.
import { describe, expect, test } from "vitest";
import { resultOf } from "./program.js";

describe.concurrent("what runs below a task or an actor", () => {
  test("tasks and actors make actors, and call those that they are given", async () => {
    expect(await resultOf("actors")).toEqual({
      inProcess: [1, 2],
      given: 21,
      named: 31,
      relay: 1032,
      nested: 7,
      keptByRelay: 1033,
      belowActor: ["below an actor"],
      nestedTasks: ["two tasks below", "a task below"],
      writtenOnce: true,
      belowTask: ["below a task"],
    });
  });

  test("handles that travel keep their actors, and nothing else does", async () => {
    expect(await resultOf("travelled-actors", "--expose-gc")).toEqual({
      refused: "actor.released",
      argument: ["open", 1, 2],
      argumentEnds: "actor.unknown",
      captured: 4,
      capturedEnds: "actor.unknown",
      given: 1,
      answered: 2,
      givenEnds: "actor.unknown",
      made: 1,
      result: [1, 2],
      resultAgain: 3,
      resultEnds: "actor.unknown",
      queued: [1, 2],
      queuedEnds: "actor.unknown",
      set: 1,
      circleEnds: "actor.unknown",
      remote: 12,
      death: "actor.died",
      givenDead: "actor.died",
    });
  });

  test("tasks submit calls and wait for them on one thread", async () => {
    expect(await resultOf("nested")).toEqual({
      inProcess: 25,
      outside: "cluster.closed",
      outer: true,
      fibonacci: 13,
      run: { "worker-0": 9 },
      returned: 16,
      returnedInside: { list: [1, 4], one: [9] },
      large: [200_000, 50_000],
      sets: [3, 14, [1, 4, 9]],
      arrays: 100,
      thrown: ["task.failed", "RangeError", "inside"],
      stuck: ["task.failed", true],
      patient: "went on",
      after: 36,
      died: "task.failed",
      again: 2,
    });
  });
});
