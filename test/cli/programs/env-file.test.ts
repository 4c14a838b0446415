// Files of variables: what is read of them, and how a bad line is named.
import { join } from "node:path";
import { expect, it } from "vitest";
import { readVariables, variablesInFile } from "../../../src/cli/programs/env-file.js";

const text = `\uFEFF# comment
LEVEL=3 # how loud
export PATH_TO=/a/b#c

EMPTY=
WORDS="two words" # said
LINES='first
second'
NEXT="a\\nb"
  SPACED = x y
`;

it("has a variable in each line, in quotes over several", () => {
  expect(readVariables(text, "vars.env")).toEqual({
    LEVEL: "3",
    PATH_TO: "/a/b#c",
    EMPTY: "",
    WORDS: "two words",
    LINES: "first\nsecond",
    NEXT: "a\nb",
    SPACED: "x y",
  });
  expect(readVariables("A=1\r\nB=2\r\n", "vars.env")).toEqual({ A: "1", B: "2" });
});

it("names the line that is none, and not what is in it", () => {
  const wrong = [
    ["A=1\n\nsecret", /^vars\.env, line 3: expected a name and a value, as in LEVEL=3/],
    ["=1", /line 1: expected a name/],
    ["1A=1", /line 1: expected a name/],
    ["A='x\ny'\nB", /line 3: expected a name/],
    ["A=1\nB='secret\nC=2", /line 2: the value of B has no closing '$/],
    ['A="secret" more', /line 1: something follows the quoted value of A$/],
  ] as const;
  for (const [given, said] of wrong) {
    expect(() => readVariables(given, "vars.env")).toThrow(said);
    expect(() => readVariables(given, "vars.env")).not.toThrow(/secret/);
  }
  expect(() => variablesInFile(join(import.meta.dirname, "none.env"))).toThrow(/none\.env cannot/);
});
