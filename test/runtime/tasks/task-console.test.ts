// What functions write on a thread: handed over with its level, cut where it is too much, and told
// so.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  PRINT_LIMITS,
  type Printed,
  TaskConsole,
} from "../../../src/runtime/tasks/task-console.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start(limits: Partial<typeof PRINT_LIMITS> = {}) {
  const lines: Printed[] = [];
  const target = { ...console };
  const tasks = new TaskConsole((line) => lines.push(line), { ...PRINT_LIMITS, ...limits });
  tasks.takeOver(target);
  return { lines, target, tasks };
}

const texts = (lines: readonly Printed[]) => lines.map(({ text }) => text);

describe("what a task writes", () => {
  it("has the level of the method that wrote it", () => {
    const { lines, target, tasks } = start();
    tasks.begin();
    for (const level of ["debug", "info", "log", "warn", "error"] as const) target[level](level);
    expect(lines.map(({ level }) => level)).toEqual(["debug", "info", "log", "warn", "error"]);
    target.dir({ a: 1 });
    target.assert(false, "that");
    expect(lines.slice(5)).toEqual([
      { level: "log", text: "{ a: 1 }" },
      { level: "warn", text: "Assertion failed: that" },
    ]);
  });

  it("is text as the console makes it", () => {
    const { lines, target, tasks } = start();
    tasks.begin();
    target.log("%d of %s", 3, "all", { deep: [1] });
    target.group("outer");
    target.log("two\nlines");
    target.groupEnd();
    target.table([{ a: 1 }]);
    expect(texts(lines).slice(0, 3)).toEqual([
      "3 of all { deep: [ 1 ] }",
      "outer",
      "  two\n  lines",
    ]);
    expect(lines[3]?.text).toContain("│ 0       │ 1 │");
  });
});

describe("bounds", () => {
  it("cut long lines", () => {
    const { lines, target, tasks } = start({ lineCharactersMax: 4 });
    tasks.begin();
    target.log("abcdefgh");
    expect(texts(lines)).toEqual(["abcd… (4 more characters were left out)"]);
  });

  it("stop a task that writes too many lines, and say how many at its end", () => {
    const { lines, target, tasks } = start({ taskLinesMax: 2 });
    tasks.begin();
    const written = { toString: vi.fn(() => "text") };
    for (let k = 0; k < 5; k++) target.log(`${k < 2 ? k : written}`);
    expect(texts(lines)).toEqual(["0", "1"]);
    tasks.end();
    expect(lines[2]).toMatchObject({
      level: "warn",
      text: expect.stringMatching(/^\(3 lines were/),
    });
    tasks.begin();
    target.log("another task");
    expect(texts(lines).at(-1)).toBe("another task");
  });

  it("stop a task that writes too much text", () => {
    const { lines, target, tasks } = start({ taskCharactersMax: 10 });
    tasks.begin();
    for (const text of ["12345", "123456", "12345", "1"]) target.log(text);
    expect(texts(lines)).toEqual(["12345", "12345"]);
  });

  it("tell of what is left out while the task goes on", () => {
    const { lines, target, tasks } = start({ taskLinesMax: 0 });
    tasks.begin();
    for (let k = 0; k < 30; k++) {
      target.log("again");
      vi.advanceTimersByTime(100);
    }
    const notices = texts(lines);
    expect(notices.length).toBeGreaterThan(1);
    expect(notices.length).toBeLessThan(4);
    expect(notices[0]).toMatch(/^\(12 lines were left out/);
  });

  it("hold for a thread, whatever its tasks are, and fill up with time", () => {
    const { lines, target, tasks } = start({ burstLines: 3, linesPerSecond: 10 });
    const write = (count: number) => {
      for (let k = 0; k < count; k++) {
        tasks.begin();
        target.log("one of many");
        tasks.end();
      }
    };
    write(10);
    expect(lines.length).toBe(3);
    vi.advanceTimersByTime(2_000);
    expect(texts(lines).slice(3)).toEqual([expect.stringMatching(/^\(7 lines were left out/)]);
    write(10);
    expect(lines.length).toBe(7);
  });
});
