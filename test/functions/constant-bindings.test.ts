import { expect, it } from "vitest";
import { parseScript } from "../../src/functions/bindings.js";
import { isSettled, TEXT_LENGTH_MAX } from "../../src/functions/constant-bindings.js";

it.each([
  ["a constant", "const n = 1; f(() => n);"],
  ["a variable that keeps its value", "let n = 1; if (n === 2 || n >= 3) f([n], { n });"],
  ["a function and its parameter", "function g(n) { return () => n; }"],
  ["a property of the same name", "const n = 1; o.n = 2; o.n++; o?.n; f(() => n);"],
  ["something that is awaited elsewhere", "const n = 1; const m = await f(n);"],
  ["a name that is part of others", "const n = 1; let nn = 2, $n = 3; nn = $n++; f(() => n);"],
  ["an import of another name", 'import { m } from "m"; const n = m; f(() => n);'],
  ["a class", "class n {} f(() => new n());"],
])("sees that %s is settled", (_what, source) => {
  expect(parseScript(source)?.assignments.has("n")).toBe(false);
  expect(isSettled(source, "n")).toBe(true);
});

it.each([
  ["is assigned", "let n = 1; n = 2;"],
  ["is assigned after a comment", "let n = 1; n /* now */ = 2;"],
  ["is assigned before a comment", "let n = 1; ++ /* now */ n;"],
  ["is counted up", "let n = 1; n++;"],
  ["is counted down", "let n = 1; -- n;"],
  ["is added to", "let n = 1; n\n += 2;"],
  ["is assigned unless it is there", "let n; n ??= 2;"],
  ["is shifted", "let n = 1; n >>>= 2;"],
  ["stands in a pattern", "let n = 1; [n] = [2];"],
  ["stands deep in a pattern", "let n = 1; ({ a: [{ b: n }] } = o);"],
  ["is the rest of a pattern", "let n = 1; [a, ...n] = o;"],
  ["stands in a pattern before a comment", "let n = 1; [n] // now\n = [2];"],
  ["has a default in a pattern", "let n = 1; ({ n = 2 } = o);"],
  ["stands in parentheses in a pattern", "let n = 1; [(n)] = o;"],
  ["is filled by a loop", "let n; for (n of o);"],
  ["is filled by a loop over keys", "let n; for (n in o);"],
  ["is filled by a loop with a pattern", "let n; for ([n] of o);"],
  ["is spelt with an escape", "let n = 1; \\u006e = 2;"],
  ["is imported", 'import { n } from "m";'],
  ["is imported whole", "import\n * as n\n from 'm';"],
  ["is imported beside texts", 'import { "a b" as m, n } from "m";'],
  ["is loaded", 'const n = require("m");'],
  ["is loaded and waited for", 'const n = await import("m");'],
  ["is loaded in parts", 'const { n } = require("m");'],
  ["is loaded by a test runner", 'const n = await __vi_import__("m");'],
  ["stands in a long script", `const n = 1; // ${"long ".repeat(TEXT_LENGTH_MAX / 5)}`],
])("leaves it to the parser when a name %s", (_what, source) => {
  expect(isSettled(source, "n")).toBe(false);
});
