// Every example in README.md, docs/ and the docstrings is run as it stands, against the build.
import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  docstringExamples,
  type Example,
  exampleModule,
  markdownExamples,
  sharedCluster,
} from "./docs/examples.js";

const here = dirname(fileURLToPath(import.meta.url));
// Below the package, so that `import … from "tilework"` finds the package itself.
const folder = resolve(here, `../dist/examples-${process.pid}`);
const examples = [...markdownExamples(), ...docstringExamples()];
const errors = new Map<string, string | undefined>();
const fileOf = (index: number) => join(folder, `example-${index}.mjs`);

beforeAll(async () => {
  const exported = Object.keys(await import("../src/index.js"));
  mkdirSync(folder, { recursive: true });
  examples.forEach((example, index) => {
    writeFileSync(fileOf(index), exampleModule(example, exported));
  });
  await runExamples(examples);
}, 1_200_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("examples", () => {
  test("there are some", () => expect(examples.length).toBeGreaterThan(20));

  test.each(examples.map((example, index) => ({ ...example, index })))("$place", ({ index }) => {
    expect(errors.has(fileOf(index)), "the example did not come to its end").toBe(true);
    expect(errors.get(fileOf(index))).toBeUndefined();
  });
});

/**
 * Three processes side by side: two for the examples that start clusters, which wait for these, one
 * for all others. Those that can share a cluster run one after the other.
 */
async function runExamples(all: readonly Example[]): Promise<void> {
  const startsCluster = ({ code }: Example) => /LocalCluster|Client\b/.test(code);
  const numbered = all.map((example, index) => ({ example, file: fileOf(index) }));
  // All get one thread (see runFiles), so that those that ask for it share with those that do not.
  const optionsOf = ({ example }: { example: Example }) =>
    (sharedCluster(example) ?? "").replace(", threadsPerWorker: 1", "");
  const byCluster = numbered.sort((a, b) => optionsOf(a).localeCompare(optionsOf(b)));
  const filesOf = (wanted: boolean) =>
    byCluster.flatMap(({ example, file }) => (startsCluster(example) === wanted ? [file] : []));
  const onClusters = filesOf(true);
  const half = onClusters.length >> 1;
  const parts = [onClusters.slice(0, half), onClusters.slice(half), filesOf(false)];
  await Promise.all(parts.map((files, part) => runFiles(files, `${part}`)));
}

/** Runs examples one after the other, in a folder of their own. */
async function runFiles(files: readonly string[], part: string): Promise<void> {
  const runner = join(here, "docs", "run-examples.mjs");
  const cwd = join(folder, part);
  mkdirSync(cwd);
  // One thread each where an example says nothing: a thread takes a tenth of a second to start.
  const env = { ...process.env, TILEWORK_CLUSTER_THREADS_PER_WORKER: "1" };
  const options = { cwd, env, maxBuffer: 1 << 26 };
  const { stdout } = await promisify(execFile)(process.execPath, [runner, ...files], options);
  for (const line of stdout.split("\n").filter((text) => text.startsWith('{"file"'))) {
    const { file, error } = JSON.parse(line) as { file: string; error?: string };
    errors.set(file, error);
  }
}
