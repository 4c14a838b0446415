// Functions as plain Node, and as what compilers make of TypeScript, have them: each in a process
// of its own, without this test runner's rewriting.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";

const fixtures = fileURLToPath(new URL("../fixtures/functions/", import.meta.url));
const room = fileURLToPath(new URL("../../dist/shipping", import.meta.url));
// Beside the project, so that packages are found.
const made = mkdtempSync(fileURLToPath(new URL("../../dist/compiled-", import.meta.url)));
afterAll(() => rmSync(made, { recursive: true, force: true }));

type Results = Record<string, unknown>;

function run(script: string, file: string): Results {
  const output = execFileSync(process.execPath, [join(fixtures, script), room, file], {
    encoding: "utf8",
  });
  return JSON.parse(output) as Results;
}

function compile(name: string, module: ts.ModuleKind, target: ts.ScriptTarget, as: string): string {
  const source = readFileSync(join(fixtures, name), "utf8");
  const { outputText } = ts.transpileModule(source, { compilerOptions: { module, target } });
  const path = join(made, as);
  writeFileSync(path, outputText);
  return path;
}

describe("functions written inline", () => {
  const results = run("inline.mjs", "");

  it("have what they captured, each its own", () => {
    expect(results).toMatchObject({
      nothing: [6, 6, 6],
      locals: [5, 6, 7, 8],
      sameLocal: [9, 9, 9],
      texts: ["05", "15", "25"],
      ofModule: [15, 15, 15],
      functions: [0, 5, 10],
      properties: [
        [5, 0],
        [5, 2],
        [5, 0],
      ],
      laterProperties: [0, 1, 2],
      names: ["f0", "f1"],
      zeros: [false, true],
    });
  });

  it("have objects as they are when each is given", () => {
    expect(results).toMatchObject({ objects: [0, 5, 10], localObjects: [0, 5, 10] });
  });

  it("are told from others of the same text", () => {
    const other = "not the language's";
    expect(results.sameText).toEqual([5, other, 5, other]);
  });

  it("are refused each time when they may not travel", () => {
    expect(results.refused).toEqual(["argument.function", "argument.function"]);
  });

  it("are looked into once where all are the same", () => {
    const questions = { nothing: 0, globals: 0, ofModule: 0, locals: true };
    expect(results).toMatchObject({ questions });
  });
});

describe("in plain Node", () => {
  const results = run("run-plain.mjs", join(fixtures, "closures.mjs"));

  it("functions find what they captured", () => {
    expect(results).toMatchObject({
      scaled: 6,
      looked: 2,
      clamped: 10,
      imported: [6, 10, 4],
      builtIn: "bfunction",
      packaged: 4,
      later: 6,
      counting: [0, 3, 6],
      dynamic: 6,
      "adder 0": 1,
      "adder 2": 3,
      parity: "odd",
      described: "rectangle 33",
      normed: 5,
      same: true,
    });
  });

  it("what cannot be sent is refused", () => {
    expect(results.turned).toMatchObject({ message: expect.stringContaining("uses turns") });
    expect(results.own).toMatchObject({ message: expect.stringContaining("`this`") });
    expect(results.held).toMatchObject({ message: expect.stringContaining("private fields") });
  });

  it("errors have their class, their properties and the user's line", () => {
    const source = readFileSync(join(fixtures, "closures.mjs"), "utf8").split("\n");
    const line = source.findIndex((text) => text.includes("throw new Wrong")) + 1;
    expect(results.thrown).toMatchObject({
      thrown: "Wrong",
      message: "too wrong",
      detail: { x: 1, point: { x: 3, y: 4 } },
      stack: expect.stringContaining(`closures.mjs:${line}:11`),
    });
  });
});

describe("compiled", () => {
  copyFileSync(join(fixtures, "geometry.mjs"), join(made, "geometry.mjs"));
  const { ES2022, CommonJS } = ts.ModuleKind;
  it.each([
    ["TypeScript to ES modules", ES2022, ts.ScriptTarget.ES2022, "typed.mjs"],
    ["TypeScript to CommonJS", CommonJS, ts.ScriptTarget.ES2022, "typed.cjs"],
    ["TypeScript to ES2015", ES2022, ts.ScriptTarget.ES2015, "typed15.mjs"],
  ])("%s", (_what, module, target, as) => {
    const results = run("run-typed.mjs", compile("typed.ts", module, target, as));
    expect(results).toMatchObject({
      scaled: 6,
      labelled: "held Bluemade Red",
      imported: [6, 4, "b"],
      later: 5,
      turned: { message: expect.stringContaining("uses changing") },
      thrown: { thrown: "RangeError", message: "line 1", stack: expect.stringContaining(as) },
    });
  });
});
