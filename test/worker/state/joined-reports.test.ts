// Reports that waited for each other: nothing of them may be lost or change its place.
import { expect, test } from "vitest";
import type { TasksFinished, WorkerToScheduler } from "../../../src/protocol/messages/messages.js";
import { joinReports } from "../../../src/worker/state/joined-reports.js";

function report(tasks: readonly number[], more: Partial<TasksFinished> = {}): TasksFinished {
  return {
    type: "tasksFinished",
    tasks: [...tasks],
    attempts: tasks.map(() => 0),
    bytes: tasks.map((task) => task),
    durationsMs: tasks.map((task) => task / 10),
    ...more,
  };
}

test("results of several reports are columns of one, with the values that come along", () => {
  const first = report([1, 2], { inlined: [1], values: Uint8Array.of(20, 21) });
  const second = report([3]);
  const third = report([4, 5], { inlined: [0, 1], values: Uint8Array.of(40, 50) });
  const values = Uint8Array.of(20, 21, 40, 50);
  expect(joinReports([first, second, third])).toEqual([
    report([1, 2, 3, 4, 5], { inlined: [1, 3, 4], values }),
  ]);
});

test("shapes stay with their values: reports with and without them are two", () => {
  const dynamic = (task: number) =>
    report([task], { inlined: [0], values: Uint8Array.of(task), shapes: [[1]] });
  const plain = report([3], { inlined: [0], values: Uint8Array.of(3) });
  const joined = joinReports([dynamic(1), dynamic(2), plain]);
  const values = Uint8Array.of(1, 2);
  expect(joined).toEqual([report([1, 2], { inlined: [0, 1], values, shapes: [[1], [1]] }), plain]);
});

test("what is said between results stays there", () => {
  const between: WorkerToScheduler = { type: "closeWorker", reason: "asked" };
  const messages = [report([1]), between, report([2]), report([3])];
  expect(joinReports(messages)).toEqual([report([1]), between, report([2, 3])]);
});
