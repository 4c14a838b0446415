// `tilework graph`: what a module exports, drawn.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runGraph } from "../../../src/cli/look/graph.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-graph-"));
const module = join(folder, "job.mjs");

beforeAll(() => {
  const entry = new URL("../../../dist/index.js", import.meta.url).href;
  writeFileSync(
    module,
    `import { ones } from ${JSON.stringify(entry)};
     export const sum = ones([4, 4], { chunks: 2 }).sum();
     export default () => [sum, ones([3])];`,
  );
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
});

afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

test.each([
  ["#sum", "sum"],
  ["", "ones"],
])("draws the export %j", async (name, word) => {
  const out = join(folder, "graph.dot");
  expect(await runGraph(`${module}${name}`, { out, level: "tasks" })).toBe(0);
  expect(readFileSync(out, "utf8")).toContain(word);
});

test("says why a file cannot be imported", async () => {
  const data = join(folder, "data.json");
  writeFileSync(data, "{}");
  const drawn = runGraph(data, { out: join(folder, "graph.dot") });
  await expect(drawn).rejects.toMatchObject({
    code: "argument.value",
    message: expect.stringMatching(/data\.json cannot be imported: .*json/),
  });
});

test("says that a module has a syntax error, and keeps the place of one thrown by its code", async () => {
  const out = join(folder, "graph.dot");
  const broken = join(folder, "broken.mjs");
  writeFileSync(broken, "export default (;");
  await expect(runGraph(broken, { out })).rejects.toMatchObject({
    code: "argument.value",
    message: expect.stringMatching(
      /broken\.mjs.* has a syntax error: .*node --check .*broken\.mjs/,
    ),
  });
  const throwing = join(folder, "throwing.mjs");
  writeFileSync(throwing, 'export default JSON.parse("{");');
  await expect(runGraph(throwing, { out })).rejects.toMatchObject({
    name: "SyntaxError",
    stack: expect.stringContaining("throwing.mjs:1:"),
  });
});

test("says what the module exports instead", async () => {
  const out = join(folder, "graph.dot");
  await expect(runGraph(`${module}#mean`, { out })).rejects.toThrow(/exports no "mean".*sum/);
});
