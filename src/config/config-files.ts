// The files of the configuration: the system's, the user's and the project's, as JSON. What is in
// them is checked by config-layers.ts.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { ArgumentError } from "../base/errors.js";
import { reasonOf } from "../base/reason.js";
import { type ConfigLayer, layerOf } from "./config-layers.js";

/** Whose file it is. */
export type ConfigScope = "system" | "user" | "project";

/** The name of a project's file, which counts for all folders below. */
const PROJECT_FILE = "tilework.config.json";

/** A file that may be there. */
export interface ConfigFile {
  readonly scope: ConfigScope;
  readonly path: string;
}

/** The files that count for a program in `folder`, the weakest first. */
export function configFiles(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): readonly ConfigFile[] {
  const home = environment.XDG_CONFIG_HOME || join(homedir(), ".config");
  return [
    { scope: "system", path: "/etc/tilework/config.json" },
    { scope: "user", path: join(home, "tilework", "config.json") },
    { scope: "project", path: environment.TILEWORK_CONFIG || projectFile(folder) },
  ];
}

/** The nearest file of a project above `folder`, or the one that would be in `folder`. */
function projectFile(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, PROJECT_FILE);
    if (existsSync(path)) return path;
    if (dirname(at) === at) return join(folder, PROJECT_FILE);
  }
}

/**
 * The values of a file; undefined when there is none.
 *
 * @throws ArgumentError `argument.value` when it is no JSON, or has a wrong key or value
 */
export function readConfigFile({ scope, path }: ConfigFile): ConfigLayer | undefined {
  const written = readObject(path);
  return written && layerOf(`${scope} file ${path}`, `in ${path}`, written);
}

/**
 * Sets a key in a file, or takes it out; what else is in the file stays.
 *
 * @param value undefined takes the key out
 * @returns whether the file is another than before
 * @throws ArgumentError `argument.value` when the file is no JSON, or the key or value is wrong
 */
export function writeConfigFile({ path }: ConfigFile, name: string, value: unknown): boolean {
  const written = readObject(path) ?? {};
  const before = JSON.stringify(written);
  removeKey(written, name.split("."));
  delete written[name];
  if (value !== undefined) {
    layerOf("", "on the command line", { [name]: value });
    written[name] = value;
  }
  if (JSON.stringify(written) === before) return false;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(written, null, 2)}\n`);
  renameSync(draft, path);
  return true;
}

function removeKey(group: Record<string, unknown>, [first, ...rest]: readonly string[]): void {
  const inner = first === undefined ? undefined : group[first];
  if (first === undefined) return;
  if (rest.length === 0) delete group[first];
  else if (typeof inner === "object" && inner !== null) {
    removeKey(inner as Record<string, unknown>, rest);
  }
}

function readObject(path: string): Record<string, unknown> | undefined {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES") return undefined;
    throw new ArgumentError("value", `the configuration ${path} cannot be read: ${message}`, {
      path,
    });
  }
  const wrong = (why: string) =>
    new ArgumentError("value", `the configuration ${path} ${why}`, { path });
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch (error) {
    throw wrong(`is not JSON: ${reasonOf(error)}`);
  }
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) {
    return parsed as Record<string, unknown>;
  }
  throw wrong('is no object: expected keys and values, as in { "worker": { "nthreads": 2 } }');
}
