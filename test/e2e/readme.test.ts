// The commands that README shows, run as they stand there but for the port: a fixed one may be
// taken.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { Client } from "../../src/client/client.js";
import { ones } from "../../src/index.js";
import { Command } from "./command.js";

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The parameters of each `npx tilework …` in a fenced block. */
function tileworkCommands(): string[][] {
  return [...README.matchAll(/^npx tilework (.+)$/gm)].map(([, line = ""]) => line.split(" "));
}

it("runs README's cluster by hand", async () => {
  // The demo has a test of its own.
  const commands = tileworkCommands().filter(([name]) => name !== "demo");
  const [scheduler = [], worker = [], ...others] = commands;
  expect(others).toEqual([]);
  expect(scheduler).toContain("8786");
  expect(worker).toContain("tcp://127.0.0.1:8786");

  const started = new Command(scheduler.map((word) => (word === "8786" ? "0" : word)));
  const [, address = ""] = await started.says(/scheduler listens at (\S+)/);
  const joined = new Command(worker.map((word) => (word.startsWith("tcp://") ? address : word)));
  const client = await Client.connect(address);
  expect(await ones([100, 100], { chunks: 50 }).sum().compute()).toBe(10_000);
  await client.close();

  joined.interrupt();
  started.interrupt();
  expect((await joined.ended).code).toBe(0);
  expect((await started.ended).code).toBe(0);
});

it("tells with --help what README says that it tells", async () => {
  expect(README).toContain("`npx tilework --help`");
  const { code, output } = await new Command(["--help"]).ended;
  expect(code).toBe(0);
  for (const word of ["scheduler", "worker", "demo"]) expect(output).toContain(word);
});

it("runs as `npx tilework` where it was built", async () => {
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const { stdout } = await promisify(execFile)("npx", ["tilework", "--version"], { cwd });
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
