// What commands print of errors: a sentence where one explains all, else the stack.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ArgumentError } from "../../../src/base/errors.js";
import { failureText } from "../../../src/cli/process/failure-text.js";

const thrownBy = (body: () => unknown): unknown => {
  try {
    return body();
  } catch (error) {
    return error;
  }
};

test.each([
  [
    "an error of tilework",
    () => failureText(new ArgumentError("value", "too large")),
    /^too large$/,
  ],
  [
    "a file that the system refuses",
    () => failureText(thrownBy(() => mkdirSync(`${fileURLToPath(import.meta.url)}/keys`))),
    /^\w+: [^\n]*mkdir '.*\/keys'$/,
  ],
  ["any other error", () => failureText(new TypeError("a bug")), /^TypeError: a bug\n +at /],
  ["what is no error", () => failureText("a text"), /^a text$/],
])("%s", (_what, print, expected) => {
  expect(print()).toMatch(expected);
});
