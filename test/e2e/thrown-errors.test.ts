// What functions of a plain program throw on worker processes, as the program gets it.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const fixtures = fileURLToPath(new URL("../fixtures/functions/", import.meta.url));
const entry = fileURLToPath(new URL("../../dist/bundle/main/index.js", import.meta.url));

function lineOf(file: string, what: string): string {
  const lines = readFileSync(join(fixtures, file), "utf8").split("\n");
  return `${file}:${lines.findIndex((text) => text.includes(`the line of ${what}`)) + 1}:`;
}

describe("errors thrown on workers", () => {
  const program = join(fixtures, "throwing.mjs");
  const output = execFileSync(process.execPath, [program, entry], { encoding: "utf8" });
  const results = JSON.parse(output) as Record<string, Record<string, unknown>>;

  it("are instances of the program's own classes, with causes and place", () => {
    expect(results.own).toEqual({
      name: "TaskError",
      message: expect.stringMatching(/^call-\w+\(0\) failed on worker worker-0: too large$/),
      isOwn: true,
      isRange: true,
      described: "too large at step 7",
      step: 7,
      stack: expect.stringContaining(lineOf("throwing.mjs", "Diverged")),
      isType: true,
      isImported: true,
      hint: "look for key",
      last: { code: 5 },
    });
  });

  it("are instances of classes that a module throws by itself", () => {
    expect(results.imported).toEqual({
      is: true,
      name: "NotFound",
      hint: "look for shoe",
      keys: ["what"],
      stack: expect.stringContaining(lineOf("failures.mjs", "NotFound")),
    });
  });

  it("have properties of any kind, and say what did not come along", () => {
    expect(results.rich).toEqual({
      at: [1, 2],
      when: 5,
      f: 2,
      code: "E5",
      hasSocket: false,
      stack: expect.stringContaining("(could not be sent: socket)"),
    });
    expect(results.secret).toEqual({
      is: true,
      stack: expect.stringContaining("(could not be sent: its private fields)"),
    });
  });

  it("may be several, built in, or unknown here", () => {
    expect(results.many).toEqual({
      is: true,
      errors: ["NotFound: no a", "text", "Error: b"],
      first: true,
    });
    expect(results.aborted).toEqual({ is: true, name: "AbortError", code: 20, message: "stopped" });
    expect(results.local).toEqual({ type: "Unknown", is: true });
    expect(results.system).toEqual({ code: "ENOENT", syscall: "open", path: "/no/such/file" });
  });

  it("need not be errors", () => {
    expect(results.values).toEqual([
      ['{"code":5,"list":[1]}', { code: 5, list: [1] }],
      ["only text", "only text"],
      ["undefined", "undefined"],
      ["null", "null"],
    ]);
  });
});
