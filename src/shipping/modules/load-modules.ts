// Imports the modules that functions use, where the functions run, once each: from the same file,
// from an uploaded or registered file, or as an installed package.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ArgumentError } from "../../base/errors.js";
import { evaluateAt } from "../scripts/user-script.js";
import { besidePackages, installedPackages } from "./installed-packages.js";
import type { ModuleReference } from "./module-reference.js";
import { isPackages, urlFrom } from "./sent-modules.js";

type Namespace = Readonly<Record<string, unknown>>;

const namespaces = new Map<string, Namespace>();
/** The error of an import, for the next request of the module. */
const failures = new Map<string, unknown>();
/** Files that replace modules, by specifier or URL. */
const registered = new Map<string, string>();

/** Has `specifier` (a name, or the URL of a file) mean the module at `url` from now on. */
export function registerModuleFile(specifier: string, url: string): void {
  if (registered.get(specifier) === url) return;
  registered.set(specifier, url);
  for (const known of [namespaces, failures]) {
    for (const key of known.keys()) if (key.endsWith(`\n${specifier}`)) known.delete(key);
  }
}

/** The export that a reference names, if its module is loaded or can be loaded synchronously. */
export function loadedExport(reference: ModuleReference): unknown {
  const key = keyOf(reference);
  if (failures.has(key)) throw failures.get(key);
  const namespace = namespaces.get(key) ?? requireModule(reference);
  return exportOf(namespace, reference);
}

/** Imports the module, unless it is there. {@link loadedExport} throws its errors. */
export async function importModule(reference: ModuleReference): Promise<void> {
  const key = keyOf(reference);
  if (namespaces.has(key)) return;
  try {
    namespaces.set(key, await importFirst(reference));
    failures.delete(key);
  } catch (error) {
    failures.set(key, error);
  }
}

/** Whether {@link loadedExport} finds the module without loading anything. */
export function isLoaded(reference: ModuleReference): boolean {
  return namespaces.has(keyOf(reference));
}

/**
 * Imports a module for its side effects, before tasks run.
 *
 * @param what a file's path, or the name of a package that is found from the working directory
 */
export async function preloadModule(what: string): Promise<Namespace> {
  const place = resolve("noop.mjs");
  const isFile = existsSync(what) || /^[./]/.test(what);
  try {
    return await importFrom(pathToFileURL(place).href)(
      isFile ? pathToFileURL(resolve(what)).href : what,
    );
  } catch (error) {
    // There is no such file: it only stands for the working directory.
    const importer = ` imported from ${place}`;
    if (error instanceof Error) error.message = error.message.replace(importer, "");
    throw error;
  }
}

function keyOf({ url, parent, specifier }: ModuleReference): string {
  return url === undefined ? `${parent}\n${specifier}` : `\n${url}`;
}

function exportOf(namespace: Namespace, { name, specifier }: ModuleReference): unknown {
  if (name === "*") return namespace;
  if (name in namespace) return namespace[name];
  // CommonJS modules are imported as their default.
  const { default: common } = namespace;
  const isHolder = typeof common === "object" && common !== null;
  if (isHolder && name in common) return (common as Namespace)[name];
  throw new ArgumentError("function", `the module ${specifier} of this worker exports no ${name}`, {
    specifier,
  });
}

/** The possible places of a module: pairs of a specifier and the file that imports it. */
function candidates({ specifier, url, parent }: ModuleReference): [what: string, from: string][] {
  if (isPackages(parent)) return [[specifier, besidePackages(parent)]];
  const here = pathToFileURL(resolve("noop.mjs")).href;
  const stand = registered.get(url ?? specifier) ?? registered.get(specifier);
  if (stand !== undefined) return [[stand, here]];
  if (url !== undefined) return [[url, here]];
  const bases = [parent, here, import.meta.url].filter((base) => base.startsWith("file:"));
  return bases.map((base) => [specifier, base]);
}

const importers = new Map<string, (specifier: string) => Promise<Namespace>>();

/** `import()` from the place of a file, so that packages are found as that file finds them. */
function importFrom(base: string): (specifier: string) => Promise<Namespace> {
  let importer = importers.get(base);
  if (importer === undefined) {
    const text = "(specifier) => import(specifier)";
    importer = evaluateAt(text, { filename: base }) as typeof importer & object;
    importers.set(base, importer);
  }
  return importer;
}

async function importFirst(reference: ModuleReference): Promise<Namespace> {
  if (isPackages(reference.parent)) await install(reference.parent);
  let failure: unknown;
  for (const [what, base] of candidates(reference)) {
    try {
      return await importFrom(base)(what);
    } catch (error) {
      if (!isMissing(error, what)) throw error;
      failure ??= error;
    }
  }
  throw missingModule(reference, failure);
}

function install(key: string): Promise<string> {
  return installedPackages(key, registered.get(key) ?? "");
}

/**
 * The meaning of `import(specifier)` in a file, with sent modules in place of others.
 *
 * @param packages the list of packages that the program brings, and the specifiers of these
 */
export async function importSent(
  specifier: string,
  base: string,
  packages?: readonly [key: string, specifiers: readonly string[]],
): Promise<Namespace> {
  if (packages?.[1].includes(specifier)) return importFrom(await install(packages[0]))(specifier);
  const here = base.startsWith("file:") ? base : pathToFileURL(resolve("noop.mjs")).href;
  const stand = registered.get(specifier) ?? registered.get(urlFrom(specifier, here));
  return importFrom(here)(stand ?? specifier);
}

/** Modules of CommonJS, and others that do not wait for anything, are there at once. */
function requireModule(reference: ModuleReference): Namespace {
  let failure: unknown;
  for (const [what, base] of candidates(reference)) {
    try {
      const path = what.startsWith("file:") ? fileURLToPath(what) : what;
      const found: unknown = createRequire(base)(path);
      const namespace = (
        isNamespace(found) ? found : { ...(found as object), default: found }
      ) as Namespace;
      namespaces.set(keyOf(reference), namespace);
      return namespace;
    } catch (error) {
      if (!isMissing(error, what)) throw error;
      failure ??= error;
    }
  }
  throw missingModule(reference, failure);
}

function isNamespace(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object Module]";
}

/** Whether it is this module that is missing, and not one that it imports. */
function isMissing(error: unknown, what: string): boolean {
  const { code } = error as { code?: string };
  if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") return false;
  return what.startsWith("file:") ? !existsSync(fileURLToPath(what)) : true;
}

function missingModule({ specifier, url, parent }: ModuleReference, cause: unknown): Error {
  const where = url === undefined ? `package ${specifier}` : `file ${url}`;
  const error = new ArgumentError(
    "function",
    `the ${where}, which a function of ${parent || "the client"} uses, is not on this worker: install it ` +
      "there, or send it with client.uploadFile or client.registerModule",
    { specifier, url },
  );
  error.cause = cause;
  return error;
}
