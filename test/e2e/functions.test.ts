// Functions of a plain program on worker processes: what they capture, import and throw.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { LocalCluster } from "../../src/index.js";

const fixtures = fileURLToPath(new URL("../fixtures/functions/", import.meta.url));
const entry = fileURLToPath(new URL("../../dist/bundle/main/index.js", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "tilework-test-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("a cluster does not start with modules that cannot be preloaded", async () => {
  const starting = LocalCluster.start({ workers: 1, preload: ["./no/such-module.mjs"] });
  await expect(starting).rejects.toThrow(
    /worker-0 did not start.*modules to preload \(\.\/no\/such-module\.mjs\) cannot be imported: Cannot find/s,
  );
});

test("functions run on workers as they stand in the program", () => {
  const program = join(fixtures, "on-cluster.mjs");
  const parameters = [program, entry, join(fixtures, "preloaded.mjs"), directory];
  const output = execFileSync(process.execPath, parameters, { encoding: "utf8" });
  const { error, ...results } = JSON.parse(output);
  expect(results).toEqual({
    captured: [10, 13, 16, 19],
    imported: [2, 6, 10, 14],
    preloaded: [1, 1, 1, 1],
    counted: true,
    uploaded: [100, 101, 102, 103],
    registered: 8,
  });
  const line = readFileSync(program, "utf8")
    .split("\n")
    .findIndex((text) => text.includes("the line that stacks name"));
  expect(error).toMatchObject({
    name: "TaskError",
    type: "Diverged",
    isRange: true,
    message: "too large",
    step: 7,
    stack: expect.stringContaining(`on-cluster.mjs:${line + 1}:13`),
  });
});
