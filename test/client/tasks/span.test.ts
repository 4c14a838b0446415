// span(): parts of users' code by name, in tasks and in the program, beside the client's own part;
// in totals, in the timeline, in traces.
import { afterAll, beforeAll, expect, test } from "vitest";
import { chromeTrace } from "../../../src/client/admin/chrome-trace.js";
import { observeWhile } from "../../../src/client/admin/observed-run.js";
import { InProcessExecutor } from "../../../src/cluster/in-process.js";
import { closeExecutor, openExecutor } from "../../../src/graph/ports/executor.js";
import { ones, span } from "../../../src/index.js";
import { namedSpans } from "../../../src/protocol/values/named-spans.js";

const threads = new InProcessExecutor({ threads: 1 });

beforeAll(() => openExecutor(threads));
afterAll(async () => {
  closeExecutor(threads);
  await threads.close();
});

/** The package as users have it: the threads do not know this test's copy. */
const bundle = new URL("../../../dist/bundle/main/index.js", import.meta.url).href;
declare const packageUrl: string;

/** Four blocks, each of which is read and doubled. */
const job = () =>
  ones([8], { chunks: 2 })
    .mapBlocks(
      async (block) => {
        const tilework = (await import(packageUrl)) as { span: typeof span };
        const read = tilework.span("read", () => [...block.data]);
        return await tilework.span("double", async () => {
          await new Promise(setImmediate);
          return read.map((value) => 2 * (value as number));
        });
      },
      { captured: { packageUrl: bundle } },
    )
    .sum();

test("a run has the spans of its tasks, of the program, and of the client itself", async () => {
  expect(await job().compute()).toBe(16);
  const { run, result } = await observeWhile(
    async () => await span("all of it", () => job().compute()),
    { spansMax: 1_000 },
    threads,
  );
  expect(result()).toBe(16);
  const counts = run.spanTotals?.map(({ kind, name, count }) => `${kind} ${name} ${count}`);
  expect(counts?.sort()).toEqual(
    ["client gather 1", "client optimise 1", "client send 1"].concat([
      "span all of it 1",
      "span double 4",
      "span read 4",
    ]),
  );
  const spans = namedSpans(run);
  const reads = spans.filter(({ name }) => name === "read");
  expect(reads).toMatchObject(Array(4).fill({ kind: "span", thread: 0, bytes: 0 }));
  const tasks = spans.filter(({ kind }) => kind === "task");
  for (const { key } of reads) expect(tasks.map((task) => task.key)).toContain(key);
  expect(new Set(reads.map(({ key }) => key)).size).toBe(4);
  expect(spans.find(({ name }) => name === "all of it")).toMatchObject({ worker: "in-process" });
  const names = chromeTrace(run).traceEvents.map(({ name, args }) => args?.name ?? name);
  expect(names).toEqual(expect.arrayContaining(["read", "client in-process", "optimise"]));
});

test("a span gives what its function gives, or its error, and refuses anything else", async () => {
  expect(span("one", () => 1)).toBe(1);
  expect(await span("later", async () => 2)).toBe(2);
  const fails = () => span("fails", () => JSON.parse("{"));
  expect(fails).toThrow(SyntaxError);
  expect(() => span("", () => 1)).toThrow("needs a name");
  expect(() => span("x", 1 as never)).toThrow("needs a name and a function");
});
