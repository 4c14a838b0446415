// Functions of every kind, as they are after every common way of running TypeScript: shipped from a
// process of that kind to a plain Node, where they give what they gave, or refused with their
// variable's name.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, buildSync, transformSync } from "esbuild";
import ts from "typescript";
import { afterAll, expect, it } from "vitest";
import { originalStack } from "../../src/shipping/scripts/source-lines.js";
import { shipFunction } from "../../src/shipping/ship-function.js";
import * as kinds from "../fixtures/functions/kinds.js";
import { type Kinds, shipKinds } from "../fixtures/functions/ship-kinds.mjs";

const fixtures = fileURLToPath(new URL("../fixtures/functions/", import.meta.url));
const room = fileURLToPath(new URL("../../dist/shipping", import.meta.url));
// Beside the project, so that packages are found.
const made = mkdtempSync(fileURLToPath(new URL("../../dist/kinds-", import.meta.url)));
afterAll(() => rmSync(made, { recursive: true, force: true }));

/** The user's line, wherever the function went. */
const line =
  readFileSync(join(fixtures, "kinds.ts"), "utf8")
    .split("\n")
    .findIndex((text) => text.includes("the line that stacks name")) + 1;

const REFUSED: Readonly<Record<string, RegExp>> = {
  changed: /uses \w+, which is reassigned, so.*captured/,
  this: /uses `this`.*wrap it/,
  bound: /built in or bound.*wrap it/,
  privateInstance: /captures \w+, which is an object of class \w+, whose private fields/,
  superMethod: /is not self-contained/,
  meta: /`import\.meta`/,
};

function check({ made, expected, refused, stack }: Kinds, without: readonly string[] = []): void {
  expect(made).toEqual(expected);
  const reasons = Object.entries(REFUSED).filter(([name]) => !without.includes(name));
  expect(refused).toEqual(
    Object.fromEntries(reasons.map(([name, reason]) => [name, expect.stringMatching(reason)])),
  );
  expect(stack).toContain(`/kinds.ts:${line}:`);
}

function runIn(file: string, ...parameters: string[]): Kinds {
  const program = join(fixtures, "ship-kinds.mjs");
  const all = [...parameters, program, room, file];
  return JSON.parse(execFileSync(process.execPath, all, { encoding: "utf8" })) as Kinds;
}

function bundle(as: string, options: BuildOptions): string {
  const outfile = join(made, as);
  buildSync({
    entryPoints: [join(fixtures, "kinds.ts")],
    bundle: true,
    platform: "node",
    sourcemap: true,
    outfile,
    logLevel: "error",
    logOverride: { "empty-import-meta": "silent" },
    ...options,
  });
  return outfile;
}

/** Each module by itself, in a directory of its own. */
function compileEach(
  as: string,
  compile: (name: string, source: string, to: string) => void,
): string {
  const directory = join(made, as);
  mkdirSync(directory);
  writeFileSync(join(directory, "package.json"), '{"type":"module"}');
  for (const name of ["kinds", "kinds-numbers"]) {
    compile(name, readFileSync(join(fixtures, `${name}.ts`), "utf8"), directory);
  }
  return join(directory, "kinds.js");
}

it("in this test runner", async () => {
  check(await shipKinds({ shipFunction, originalStack }, kinds, room));
});

it("under tsx", () => check(runIn(join(fixtures, "kinds.ts"), "--import", "tsx")));

it("compiled by TypeScript", () => {
  const compilerOptions = {
    module: ts.ModuleKind.ES2022,
    target: ts.ScriptTarget.ES2022,
    sourceMap: true,
  };
  const file = compileEach("tsc", (name, source, to) => {
    const fileName = join(fixtures, `${name}.ts`);
    const { outputText, sourceMapText } = ts.transpileModule(source, { compilerOptions, fileName });
    writeFileSync(join(to, `${name}.js`), outputText);
    const map = { ...JSON.parse(sourceMapText as string), sources: [fileName] };
    writeFileSync(join(to, `${name}.js.map`), JSON.stringify(map));
  });
  check(runIn(file));
});

it("compiled by esbuild, names kept", () => {
  const file = compileEach("esbuild", (name, _source, to) => {
    buildSync({
      entryPoints: [join(fixtures, `${name}.ts`)],
      outdir: to,
      format: "esm",
      keepNames: true,
      sourcemap: "inline",
    });
  });
  check(runIn(file));
});

it("in files as some editors leave them", () => {
  const file = compileEach("crlf", (name, source, to) => {
    const { code } = transformSync(source, { loader: "ts" });
    writeFileSync(
      join(to, `${name}.js`),
      `\uFEFF#!/usr/bin/env node\r\n${code.replace(/\n/g, "\r\n")}`,
    );
  });
  const { made, expected, refused } = runIn(file);
  expect(made).toEqual(expected);
  expect(Object.keys(refused).sort()).toEqual(Object.keys(REFUSED).sort());
});

it.each<[string, BuildOptions, (readonly string[])?]>([
  ["modules.mjs", { format: "esm", keepNames: true }],
  ["common.cjs", { format: "cjs", keepNames: true }, ["meta"]],
  ["minified.mjs", { format: "esm", minify: true }],
])("bundled by esbuild as %s", (as, options, without) =>
  check(runIn(bundle(as, options)), without),
);
