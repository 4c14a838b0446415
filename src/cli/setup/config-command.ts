// `tilework config`: the keys of the configuration, their values and where these come from; setting
// one in a file.
import { ArgumentError } from "../../base/errors.js";
import { type ConfigEntry, config } from "../../config/config.js";
import { type ConfigScope, configFiles, writeConfigFile } from "../../config/config-files.js";
import { checkName, describeKey } from "../../config/config-layers.js";
import { readValue } from "../../config/value-kinds.js";
import { EXIT_CLEAN } from "../process/exit-codes.js";
import { textTable } from "../process/text-table.js";

/** Options of `tilework config list` and `find`. */
export interface ListOptions {
  readonly json?: boolean;
  /** Only keys that someone has set. */
  readonly changed?: boolean;
}

/** Prints keys: all, those that were set, or those with a text in them. */
export function listConfig(text: string | undefined, options: ListOptions): number {
  const found = text === undefined ? config.list() : config.find(text);
  const entries = found.filter(({ source }) => options.changed !== true || source !== "default");
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(entries, null, 2)}\n`);
    return EXIT_CLEAN;
  }
  const rows = entries.map((entry) => [entry.key, shown(entry), entry.source]);
  process.stdout.write(textTable([["key", "value", "source"], ...rows]));
  return EXIT_CLEAN;
}

/** Prints one value. */
export function getConfig(key: string, { json }: { readonly json?: boolean }): number {
  const name = checkName(key);
  const entry = config.list().find((each) => each.key === name) as ConfigEntry;
  process.stdout.write(`${json === true ? JSON.stringify(entry) : shown(entry)}\n`);
  return EXIT_CLEAN;
}

/** Sets a key in a file, or takes it out. */
export function setConfig(key: string, value: string | undefined, scope: ConfigScope): number {
  const name = checkName(key);
  if (describeKey(name).environmentOnly) {
    throw new ArgumentError("value", `${name} is no key of files: set it in the environment`, {});
  }
  const { kind } = describeKey(name);
  if (value !== undefined) readValue(kind, name, value, "on the command line");
  const file = configFiles(process.env, process.cwd()).find((each) => each.scope === scope);
  if (file === undefined) throw new ArgumentError("value", `there is no ${scope} file`, {});
  const isChanged = writeConfigFile(file, name, value);
  const done = isChanged ? "removed" : "there was no";
  process.stdout.write(`${value === undefined ? done : "set"} ${name} in ${file.path}\n`);
  return EXIT_CLEAN;
}

/** A value as people write it. */
function shown({ key, value }: ConfigEntry): string {
  const { kind, otherwise } = describeKey(key);
  return value === undefined ? `(${otherwise})` : kind.show(value);
}
