// What clusters leave whose processes are all killed at once, and who removes it: the next cluster
// on this host.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Command, freshDirectory, until } from "./command.js";

const script = fileURLToPath(new URL("../fixtures/programs/idle-cluster.mjs", import.meta.url));

const program = (temporary: string, ...words: string[]) =>
  new Command(words, { temporary, script });

const directories = (temporary: string) =>
  readdirSync(temporary).filter((name) => name.startsWith("tilework-"));

test("the next cluster removes what a killed one left, says so, and touches nothing else", async () => {
  const temporary = freshDirectory();
  const [killed, living] = [program(temporary), program(temporary)];
  await Promise.all([killed.says(/idle/), living.says(/idle/)]);
  const before = directories(temporary);
  expect(before).toHaveLength(2);
  process.kill(-killed.pid, "SIGKILL");
  await until(() => killed.survivors().length === 0);
  expect(directories(temporary)).toEqual(before);
  const foreign = { "tilework-unsaid": undefined, "tilework-elsewhere": `not-${hostname()}` };
  for (const [name, host] of Object.entries(foreign)) {
    mkdirSync(join(temporary, name));
    if (host === undefined) continue;
    writeFileSync(join(temporary, name, "owner.json"), JSON.stringify({ host, pid: killed.pid }));
  }
  const { code, output } = await program(temporary, "end").ended;
  expect(code).toBe(0);
  const said = output.match(/removed (\S+) with [\d.]+ \w+: process (\d+), which was killed/);
  expect(said?.[2]).toBe(`${killed.pid}`);
  const left = directories(temporary).filter((name) => !(name in foreign));
  expect(left).toHaveLength(1);
  expect(said?.[1]).toBe(join(temporary, before.find((name) => name !== left[0]) ?? ""));
  expect(directories(temporary)).toEqual(expect.arrayContaining(Object.keys(foreign)));
  living.interrupt();
  await living.ended;
});
