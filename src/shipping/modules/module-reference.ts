// Modules by name: a function's imports, and functions that a module exports, are sent as the
// module's specifier and file; the worker imports them itself (load-modules.ts). Only modules that
// Node can run directly can be sent so.
import { existsSync, realpathSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { exportNameOf, pathTo } from "../../functions/bindings.js";
import type { AnyFunction } from "../../functions/shipped-function.js";
import type { Script } from "../scripts/script.js";
import { isSent, packagesWith } from "./sent-modules.js";

/** One export of a module, or all of them. */
export interface ModuleReference {
  readonly specifier: string;
  /** URL of the importing file, to which the specifier is relative. */
  readonly parent: string;
  /** URL of the module's file; undefined for packages, which are resolved on each machine. */
  readonly url?: string;
  /** The export's name; "*" for all of them. */
  readonly name: string;
}

/**
 * The reference to the module behind an import, for other processes; undefined if Node cannot run
 * it directly.
 */
export function importReference(
  specifier: string,
  parent: string,
  name: string,
): ModuleReference | undefined {
  if (isBuiltin(specifier)) {
    const url = specifier.startsWith("node:") ? specifier : `node:${specifier}`;
    return { specifier: url, parent, url, name };
  }
  if (specifier.startsWith("data:")) return { specifier, parent, url: specifier, name };
  if (isSent(specifier)) return { specifier, parent: packagesWith(specifier) ?? parent, name };
  const path = localPath(specifier, parent);
  if (path !== undefined) {
    return isRunnable(path)
      ? { specifier, parent, url: pathToFileURL(path).href, name }
      : undefined;
  }
  return isRunnablePackage(specifier, parent) ? { specifier, parent, name } : undefined;
}

/**
 * The file of a relative or absolute specifier; test runners give paths below the project's root.
 */
function localPath(specifier: string, parent: string): string | undefined {
  if (specifier.startsWith("file:")) return fileURLToPath(specifier.replace(/[?#].*$/, ""));
  if (/^\.\.?\//.test(specifier)) {
    return parent.startsWith("file:") ? fileURLToPath(new URL(specifier, parent)) : undefined;
  }
  if (!specifier.startsWith("/") && !/^[A-Za-z]:[\\/]/.test(specifier)) return undefined;
  const path = specifier.replace(/^\/@fs\//, "/").replace(/\?.*$/, "");
  return existsSync(path) ? path : resolve(`.${path}`);
}

function isRunnable(path: string): boolean {
  return /\.(mjs|cjs|js)$/.test(path) ? existsSync(path) : isRunnableRequire(path);
}

/** CommonJS finds `./lib` as `./lib.js`. */
function isRunnableRequire(path: string): boolean {
  return !/\.\w+$/.test(path) && existsSync(`${path}.js`);
}

function isRunnablePackage(specifier: string, parent: string): boolean {
  try {
    return /\.(mjs|cjs|js|node|json)$/.test(createRequire(requireBase(parent)).resolve(specifier));
  } catch (error) {
    // A package exists even if CommonJS may not load it.
    return (error as { code?: string }).code === "ERR_PACKAGE_PATH_NOT_EXPORTED";
  }
}

function requireBase(parent: string): string {
  return parent.startsWith("file:") ? parent : pathToFileURL(resolve("noop.js")).href;
}

/**
 * The name of a function that a module of its own exports; undefined when it is no such function.
 */
export function exportReference(
  f: AnyFunction,
  script: Script,
  offset: number,
): ModuleReference | undefined {
  const { url } = script;
  if (url.startsWith("node:")) return builtinExport(f, url);
  if (!url.startsWith("file:") || isEntry(url)) return undefined;
  if (!isSent(url) && !isRunnable(fileURLToPath(url))) return undefined;
  const name = script.isModule ? namedExport(script, offset) : commonExport(f, url);
  return name === undefined ? undefined : { specifier: url, parent: url, url, name };
}

function namedExport(script: Script, offset: number): string | undefined {
  // Most programs export nothing, and need not be parsed for this.
  if (!/\bexport\b/.test(script.source)) return undefined;
  const { parsed } = script;
  if (parsed === undefined) return undefined;
  const path = pathTo(parsed, offset);
  const at = path.findLastIndex(({ type }) => /Function|^Class(Declaration|Expression)/.test(type));
  return at < 0 ? undefined : exportNameOf(parsed, path.slice(0, at + 1));
}

function commonExport(f: AnyFunction, url: string): string | undefined {
  const exported: unknown = createRequire(url).cache[fileURLToPath(url)]?.exports;
  if (exported === f) return "default";
  return nameIn(exported, f);
}

function builtinExport(f: AnyFunction, url: string): ModuleReference | undefined {
  if (!isBuiltin(url)) return undefined;
  const name = nameIn(createRequire(import.meta.url)(url), f);
  return name === undefined ? undefined : { specifier: url, parent: url, url, name };
}

function nameIn(exported: unknown, f: AnyFunction): string | undefined {
  if (typeof exported !== "object" || exported === null) return undefined;
  const descriptors = Object.entries(Object.getOwnPropertyDescriptors(exported));
  return descriptors.find(([, { value }]) => value === f)?.[0];
}

/** Importing the program itself would run it again. */
function isEntry(url: string): boolean {
  if (entryUrl === undefined) {
    const path = process.argv[1] ?? "";
    const found = [path, `${path}.js`, `${path}.mjs`].find((each) => existsSync(each));
    entryUrl = found === undefined ? "" : pathToFileURL(realpathSync(found)).href;
  }
  return url === entryUrl;
}

/** The program's own script; empty where there is none. Looked for once: every function asks. */
let entryUrl: string | undefined;
