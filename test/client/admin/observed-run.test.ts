// Which run is observed while a function runs: that of what computed most, also when it closes
// before the end.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  noticeClosing,
  type Observed,
  observeWhile,
  wholeRun,
} from "../../../src/client/admin/observed-run.js";
import { writeRun } from "../../../src/client/admin/run-files.js";
import { noObservation } from "../../../src/client/admin/run-window.js";
import { closeExecutor, type Executor, openExecutor } from "../../../src/graph/ports/executor.js";
import type { Observation } from "../../../src/protocol/values/observation.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-runs-"));
/** Current, but of a kind that is not observed. */
const other: Executor = {
  compute: () => Promise.reject(new Error("not used")),
  persist: () => Promise.reject(new Error("not used")),
};

beforeAll(() => openExecutor(other));
afterAll(() => {
  closeExecutor(other);
  rmSync(folder, { recursive: true });
});

/** A scheduler that has failed so many tasks, of which there are no spans to wait for. */
function scheduler(name: string): Observed & { failed: number } {
  return {
    failed: 0,
    async askObservation(): Promise<Observation> {
      const none = noObservation();
      const tasks = { ...none.overview.tasks, failed: this.failed };
      return { ...none, overview: { ...none.overview, scheduler: name, tasks, nowMs: 1 } };
    },
  };
}

it("is that of what is observed from the start, without what was before", async () => {
  const observed = scheduler("mine");
  observed.failed = 5;
  const { run, result } = await observeWhile(
    () => {
      observed.failed += 2;
      return "value";
    },
    { spansMax: 10 },
    observed,
  );
  expect(result()).toBe("value");
  expect(run.overview).toMatchObject({ scheduler: "mine", tasks: { failed: 2 } });
});

it("is that of a cluster which the function starts and closes", async () => {
  const inner = scheduler("inner");
  const { run } = await observeWhile(
    async () => {
      inner.failed = 3;
      await noticeClosing(inner);
    },
    { spansMax: 10 },
  );
  expect(run.overview).toMatchObject({ scheduler: "inner", tasks: { failed: 3 } });
  expect(noticeClosing(inner)).toBeUndefined();
});

it("is written when the function fails, and the error is thrown", async () => {
  const file = join(folder, "failed.json");
  const observed = scheduler("mine");
  const fails = () => {
    observed.failed = 1;
    throw new Error("of the function");
  };
  await expect(writeRun("trace", { file }, fails, observed)).rejects.toThrow("of the function");
  expect(JSON.parse(readFileSync(file, "utf8"))).toHaveProperty("traceEvents");
});

it("refuses mistakes before the function is called", async () => {
  const never = () => {
    throw new Error("was called");
  };
  const inNoFolder = { file: join(folder, "none", "run.html") };
  await expect(writeRun("report", inNoFolder, never)).rejects.toThrow("there is no folder");
  await expect(writeRun("report", {} as never, never)).rejects.toThrow("needs a file to write");
  const misspelt = { file: "a", spanMax: 1 } as never;
  await expect(writeRun("report", misspelt, never)).rejects.toThrow("spanMax");
  const noFunction = writeRun("report", { file: join(folder, "a") }, 3 as never);
  await expect(noFunction).rejects.toThrow("needs a function");
});

it("does not wait for ever for a scheduler that is gone", async () => {
  const gone: Observed = { askObservation: () => Promise.reject(new Error("gone")) };
  const { run } = await observeWhile(() => noticeClosing(gone), { spansMax: 10 });
  expect(run.events.map(({ text }) => text).join()).toContain("nothing was observed");
});

it("is saved with the first answer that is complete: workers report twice a second", async () => {
  const line = { process: "worker-0", atMs: 5, level: "info", text: "said" } as const;
  const asked: boolean[] = [];
  const observed: Observed = {
    async askObservation({ withNotes = false }) {
      asked.push(withNotes);
      const none = noObservation();
      const { overview, spans } = none;
      // Of ten tasks, the last three are reported after four questions.
      const rows = Array.from({ length: asked.length < 5 ? 7 : 10 }, () => 1);
      return {
        ...none,
        overview: { ...overview, tasks: { ...overview.tasks, done: 10 }, nowMs: 1 },
        spans: {
          ...spans,
          kinds: rows.map(() => 0),
          startMs: rows,
          durationMs: rows,
          weights: rows,
        },
        ...(withNotes ? { logs: [line] } : {}),
      };
    },
  };
  const run = await wholeRun(observed, { spansMax: 100, withNotes: true });
  expect(run.spans.kinds).toHaveLength(10);
  expect(run.logs).toEqual([line]);
  expect(asked).toEqual([false, false, false, false, false, true]);
});
