// Every example in README.md, docs/ and the docstrings compiles with `strict`, as a user's file
// would.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { docstringExamples, importOfUsedNames, markdownExamples } from "./examples.js";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = resolve(root, `dist/typed-examples-${process.pid}`);
const compiler = join(
  dirname(createRequire(import.meta.url).resolve("typescript-native/package.json")),
  "bin/tsc",
);

/** The examples by the names of their files. */
const examples = new Map(
  [...markdownExamples(), ...docstringExamples()].map((example, index) => [
    `example-${index}.mts`,
    example,
  ]),
);

const CONFIG = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: "ES2022",
    lib: ["ES2023", "ESNext.Disposable"],
    module: "NodeNext",
    types: ["node"],
    paths: { tilework: ["../index.d.ts"], "tilework/*": ["../entries/*.d.ts"] },
  },
  include: ["*.mts"],
};

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("examples", () => {
  test("compile with strict", async () => {
    const exported = Object.keys(await import("../../src/index.js"));
    expect(examples.size).toBeGreaterThan(20);
    expect(existsSync(resolve(root, "dist/index.d.ts")), "the build").toBe(true);
    mkdirSync(folder);
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(CONFIG));
    for (const [name, example] of examples) {
      const head = importOfUsedNames(example, exported).trimEnd();
      writeFileSync(join(folder, name), `${head} ${example.code}\nexport {};\n`);
    }
    expect(await mistakes()).toEqual([]);
  });
});

/** What the compiler says of the examples, each line with the place of its example. */
async function mistakes(): Promise<string[]> {
  // Checkers side by side would each check the declarations of the package again.
  const args = [compiler, "--singleThreaded", "--pretty", "false", "-p", folder];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder }).catch(
    (error: { stdout: string }) => error,
  );
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) =>
    line.replace(/^(example-\d+\.mts)/, (name) => examples.get(name)?.place ?? name),
  );
}
