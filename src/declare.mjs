// The third part of a build for release: the declarations of all entries, rolled up. What an entry
// exports is a list of names; what they stand for is declared once, in tilework.d.ts, so that an
// array of `tilework/array` is an array of `tilework` for the compiler, too.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { Extractor, ExtractorConfig } from "@microsoft/api-extractor";
import ts from "typescript";
import { withRightNames } from "./right-names.mjs";

/**
 * By the name of its declarations, the module that each entry is made of in dist/, and its file in
 * the bundle.
 */
const ENTRIES = {
  index: { module: "index", bundle: "main" },
  array: { module: "entries/array", bundle: "array" },
  diagnostics: { module: "entries/diagnostics", bundle: "diagnostics" },
  scheduler: { module: "entries/scheduler", bundle: "scheduler" },
  sim: { module: "entries/sim", bundle: "sim" },
};

/**
 * Disposable is not among what a program's compiler knows by itself; everything else that is named
 * here is.
 */
const HEAD = '/// <reference lib="esnext.disposable" />\n';

/**
 * The compiler has checked what it declared, and test/package compiles a program that leaves
 * nothing unchecked.
 */
const COMPILER_OPTIONS = {
  skipLibCheck: true,
  target: "ES2022",
  lib: ["ES2023", "ESNext.Disposable"],
  module: "NodeNext",
  moduleResolution: "NodeNext",
  types: ["node"],
  strict: true,
};

/** Rolls up what the compiler has declared in `dist` to dist/types/. */
export async function declare(dist) {
  const types = join(dist, "types");
  rmSync(types, { recursive: true, force: true });
  mkdirSync(types);
  const rolledUp = join(types, "tilework.d.ts");
  rollUp(dist, rolledUp);
  writeFileSync(rolledUp, HEAD + withRightNames(readFileSync(rolledUp, "utf8")));
  const program = programOf(
    Object.values(ENTRIES).map(({ module }) => join(dist, `${module}.d.ts`)),
  );
  for (const [name, { module, bundle }] of Object.entries(ENTRIES)) {
    const values = await import(pathToFileURL(join(dist, "bundle", bundle, "index.js")).href);
    const names = exportedNames(program, join(dist, `${module}.d.ts`));
    const list = names.map((each) => `  ${each in values ? "" : "type "}${each},\n`).join("");
    const head = headOf(join(dist, `${module}.d.ts`));
    writeFileSync(join(types, `${name}.d.ts`), `${head}export {\n${list}} from "./tilework.js";\n`);
  }
}

function rollUp(dist, rolledUp) {
  const entry = join(dist, "everything.d.ts");
  const modules = Object.values(ENTRIES).map(({ module }) => `export * from "./${module}.js";\n`);
  writeFileSync(entry, modules.join(""));
  const root = join(dist, "..");
  const silent = { logLevel: "none" };
  const config = ExtractorConfig.prepare({
    configObjectFullPath: join(root, "api-extractor.json"),
    packageJsonFullPath: join(root, "package.json"),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: entry,
      newlineKind: "lf",
      compiler: {
        overrideTsconfig: { compilerOptions: COMPILER_OPTIONS, files: [relative(root, entry)] },
      },
      apiReport: { enabled: false },
      docModel: { enabled: false },
      dtsRollup: { enabled: true, untrimmedFilePath: rolledUp },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: "error" } },
        // typedoc follows links and finds types that are not exported, and tests hold docstrings to
        // their form.
        extractorMessageReporting: { default: silent },
        tsdocMessageReporting: { default: silent },
      },
    },
  });
  const { succeeded } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = message.logLevel !== "error";
    },
  });
  if (!succeeded) throw new Error("the declarations could not be rolled up");
  rmSync(entry);
}

/** Finds the names that modules export; it does not look into their types. */
function programOf(files) {
  return ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    noLib: true,
    types: [],
  });
}

/** The names that a module exports, in order. */
function exportedNames(program, file) {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(file));
  return checker
    .getExportsOfModule(module)
    .map(({ name }) => name)
    .sort();
}

/** The comment that a module begins with, if it is for readers. */
function headOf(file) {
  const head = readFileSync(file, "utf8").match(/^\/\*\*[\s\S]*?\*\/\n/)?.[0];
  return head === undefined ? "" : `${head}\n`;
}
