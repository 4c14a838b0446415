// Every example in README.md, docs/ and the docstrings compiles with `strict`, as a user's file
// would.
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { docstringExamples, importOfUsedNames, markdownExamples } from "./examples.js";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = resolve(root, "dist/typed-examples");

/** The examples by the names of their files, which are nowhere but in memory. */
const examples = new Map(
  [...markdownExamples(), ...docstringExamples()].map((example, index) => [
    resolve(folder, `example-${index}.mts`),
    example,
  ]),
);

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  module: ts.ModuleKind.NodeNext,
  types: ["node"],
  paths: {
    tilework: [resolve(root, "dist/index.d.ts")],
    "tilework/*": [resolve(root, "dist/entries/*.d.ts")],
  },
};

describe("examples", () => {
  test("compile with strict", async () => {
    const exported = Object.keys(await import("../../src/index.js"));
    const texts = new Map(
      [...examples].map(([path, example]) => [
        path,
        `${importOfUsedNames(example, exported).trimEnd()} ${example.code}\nexport {};\n`,
      ]),
    );
    expect(texts.size).toBeGreaterThan(20);
    expect(existsSync(resolve(root, "dist/index.d.ts")), "the build").toBe(true);
    expect(mistakesIn(texts)).toEqual([]);
  });
});

/** Mistakes that the compiler finds, each with the place of its example. */
function mistakesIn(texts: ReadonlyMap<string, string>): string[] {
  const host = ts.createCompilerHost(OPTIONS);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const text = texts.get(path);
    if (text === undefined) return getSourceFile(path, version, ...rest);
    return ts.createSourceFile(path, text, version);
  };
  const program = ts.createProgram([...texts.keys()], OPTIONS, host);
  return [...texts.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    const found = [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ];
    return found.map(({ messageText }) => {
      const message = ts.flattenDiagnosticMessageText(messageText, "\n");
      return `${examples.get(path)?.place}: ${message}`;
    });
  });
}
