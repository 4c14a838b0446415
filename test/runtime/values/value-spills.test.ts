// A bound on what a worker keeps on disk: what passes it stays in memory, and the reason is said.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { SpillDirectory } from "../../../src/runtime/values/spill-directory.js";
import { ValueSpills } from "../../../src/runtime/values/value-spills.js";
import { WorkerMemory } from "../../../src/runtime/values/worker-memory.js";

const MB = 2 ** 20;

it("values go to disk until the bound is reached, and again when there is room", async () => {
  const base = mkdtempSync(join(tmpdir(), "value-spills-"));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const memory = new WorkerMemory(64 * MB, new SpillDirectory(base));
  onTestFinished(() => memory.disk.close());
  for (const task of [1, 2, 3]) {
    const value = { dtype: "uint8", shape: [MB], bytes: MB } as const;
    memory.store.put(task, { memory: memory.pool.allocate(MB), ...value });
  }
  const spills = new ValueSpills(memory, 2 * MB);
  const all = await Promise.all([1, 2, 3].map((task) => spills.spill(task)));
  expect(all.map(({ type }) => type)).toEqual(["spilled", "spilled", "spillFailed"]);
  expect(all[2]).toMatchObject({ reason: expect.stringMatching(/^spillMax is 2(\.00)? MiB, and/) });
  memory.disk.drop(1);
  expect((await spills.spill(3)).type).toBe("spilled");
});
