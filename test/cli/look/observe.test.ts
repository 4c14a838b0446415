// `tilework observe` on a saved run: every command for people and for programs, and wrong sources.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { runObserve } from "../../../src/cli/look/observe.js";
import { OBSERVE_COMMANDS } from "../../../src/cli/look/observe-commands.js";
import type { Observation, ObservedLayer } from "../../../src/protocol/values/observation.js";
import { simulate } from "../../../src/sim/simulate.js";
import { mistakesIn } from "../../docs/schema-mistakes.js";
import { unfusedHeadline } from "../../sim/example-graphs.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-observe-"));
const file = join(folder, "run.json");

beforeAll(() => {
  const { observation } = simulate({ graph: unfusedHeadline(4), workers: 2, seed: 1 });
  writeFileSync(file, JSON.stringify(observation));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The whole key of a task of the run. */
function firstTask(): string {
  const run = JSON.parse(readFileSync(file, "utf8")) as Observation;
  const layer = run.layers[0] as ObservedLayer;
  return `${layer.name}(${layer.numBlocks.map(() => 0).join(", ")})`;
}

/** What a command prints. */
async function printed(
  command: (typeof OBSERVE_COMMANDS)[number],
  json: boolean,
  source = file,
  about = firstTask(),
) {
  let text = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((part) => {
    text += part;
    return true;
  });
  try {
    expect(await runObserve(command, source, about, { json, timeout: 100 })).toBe(0);
  } finally {
    write.mockRestore();
  }
  return text;
}

it.each(OBSERVE_COMMANDS)("%s prints lines, or JSON", async (command) => {
  expect((await printed(command, false)).trim()).not.toBe("");
  const parsed: unknown = JSON.parse(await printed(command, true));
  expect(mistakesIn("observe", command, parsed)).toEqual([]);
});

it("says where the time went in a few lines", async () => {
  const text = await printed("overview", false);
  expect(text).toMatch(/2 workers, \d+ threads/);
  expect(text).toMatch(/computing \d+ %, waiting for transfers \d+ %/);
  expect(text).toMatch(/bottleneck: \w/);
});

it("tells a task's story from a saved run, by its short key and its whole one", async () => {
  const run = JSON.parse(readFileSync(file, "utf8")) as Observation;
  const whole = firstTask();
  const key = whole.replace(/(-[0-9a-f]{7})[0-9a-f]+\(/, "$1(");
  expect(whole.length).toBeGreaterThan(key.length);
  for (const each of [key, whole]) {
    const text = await printed("task", false, file, each);
    expect(text).toMatch(/→ processing, \S+ {2}\[/);
    expect(text).toContain("processing → memory");
  }
  expect(await printed("task", false, file, `${run.workers[0]?.name}`)).toContain("joined");
});

it("refuses a file that is no saved run", async () => {
  const other = join(folder, "other.json");
  writeFileSync(other, "{}");
  await expect(printed("overview", false, other)).rejects.toThrow("is no saved run");
  await expect(printed("overview", false, join(folder, "none.json"))).rejects.toThrow(
    "there is no file",
  );
  await expect(printed("overview", false, folder)).rejects.toThrow("is no saved run");
  await expect(printed("overview", false, "/dev/null/run.json")).rejects.toThrow("ENOTDIR");
});

it("refuses a task that the run does not know", async () => {
  await expect(printed("task", false, file, "sum-123(0)")).rejects.toThrow(
    "nothing is known of the task sum-123(0)",
  );
});
