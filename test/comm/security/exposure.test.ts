// What is told, and refused, where others reach a process.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkExposure } from "../../../src/comm/security/exposure.js";
import { readKeys, writeKeys } from "../../../src/comm/security/key-files.js";
import type { Security } from "../../../src/comm/security/keys.js";

const OPEN = "tcp://0.0.0.0:4000";
const HERE = "tcp://127.0.0.1:4000";

function someKeys(): Security {
  const folder = mkdtempSync(join(tmpdir(), "exposure-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeKeys(folder);
  return readKeys(folder, ["scheduler"]);
}

test("off loopback there are keys, or the user said that there are none", () => {
  const protection = { keys: undefined, insecure: false };
  expect(() => checkExposure(OPEN, protection, true)).toThrow(/tilework keys new/);
  expect(checkExposure(OPEN, { ...protection, insecure: true }, true)).toMatch(/has no keys/);
  expect(checkExposure(OPEN, { ...protection, keys: someKeys() }, true)).toBeUndefined();
  expect(checkExposure(HERE, protection, true)).toBeUndefined();
});

test("without koffi an owner of a key could end the process: it does not start off loopback", () => {
  const protection = { keys: someKeys(), insecure: false };
  expect(() => checkExposure(OPEN, protection, false)).toThrow(/`npm install koffi`; or allow/);
  const said = { ...protection, insecure: true };
  expect(checkExposure(OPEN, said, false)).toMatch(/owner of a key .* install it with/);
  expect(checkExposure(HERE, { keys: undefined, insecure: false }, false)).toMatch(/each program/);
  expect(checkExposure("ipc:///tmp/a.sock", protection, false)).toBeUndefined();
});
