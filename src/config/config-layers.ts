// Which value of a key holds: layers of values, each with where it comes from, the last one first.
// Nothing here reads files or the environment; config-files.ts does.
import { ArgumentError } from "../base/errors.js";
import { nearestOption } from "../base/option-words.js";
import { CONFIG_KEYS, type ConfigKey, type ConfigName, environmentName } from "./config-keys.js";
import { readValue } from "./value-kinds.js";

/** Values from one place. */
export interface ConfigLayer {
  /** Where they come from, for people. */
  readonly source: string;
  readonly values: ReadonlyMap<ConfigName, unknown>;
}

/** A value, and where it comes from. */
export interface Placed {
  readonly value: unknown;
  readonly source: string;
}

/** The text for a value that no one has set. */
export const DEFAULT_SOURCE = "default";

/** The description of a key. */
export function describeKey(name: ConfigName): ConfigKey<unknown> {
  return CONFIG_KEYS[name] as ConfigKey<unknown>;
}

/** The names of all keys. */
export const CONFIG_NAMES = Object.keys(CONFIG_KEYS) as ConfigName[];

/**
 * Checks a key's name.
 *
 * @param where as in `in /etc/tilework/config.json`
 * @throws ArgumentError `argument.value` with the nearest key for one that there is not
 */
export function checkName(name: string, where = ""): ConfigName {
  if (Object.hasOwn(CONFIG_KEYS, name)) return name as ConfigName;
  const hint = nearestOption(name, CONFIG_NAMES) ?? sameEnd(name);
  const meant = hint === undefined ? "" : ` (did you mean ${hint}?)`;
  const place = where === "" ? "" : ` ${where}`;
  throw new ArgumentError(
    "value",
    `there is no configuration key ${name}${place}${meant}: \`tilework config list\` shows all of them`,
    { key: name },
  );
}

/** A key of the same last word: `memoryLimit` means one of a group. */
function sameEnd(name: string): string | undefined {
  const last = name.slice(name.lastIndexOf(".") + 1);
  const nearest = nearestOption(
    last,
    CONFIG_NAMES.map((each) => each.slice(each.lastIndexOf(".") + 1)),
  );
  return CONFIG_NAMES.find((each) => each.endsWith(`.${nearest}`));
}

/**
 * A layer of values that were written as `{ "worker.nthreads": 2 }` or
 * `{ worker: { nthreads: 2 } }`.
 *
 * @throws ArgumentError `argument.value` for an unknown key, or a value that is not of its kind
 */
export function layerOf(source: string, where: string, written: object): ConfigLayer {
  const values = new Map<ConfigName, unknown>();
  collect(written, "", (path, given) => {
    const name = checkName(path, where);
    const { kind, environmentOnly } = describeKey(name);
    if (environmentOnly) {
      const text = `${name} is set ${where}: only the environment can set it, as ${environmentName(name)}`;
      throw new ArgumentError("value", text, { key: name });
    }
    values.set(name, readValue(kind, name, given, where));
  });
  return { source, values };
}

/**
 * Calls `found` with the dotted path of each value; objects are groups, unless a key has their
 * path.
 */
function collect(written: object, prefix: string, found: (path: string, value: unknown) => void) {
  for (const [name, value] of Object.entries(written)) {
    const path = `${prefix}${name}`;
    const isGroup = typeof value === "object" && value !== null && !Array.isArray(value);
    if (value === undefined) continue;
    if (isGroup && !Object.hasOwn(CONFIG_KEYS, path)) collect(value, `${path}.`, found);
    else found(path, value);
  }
}

/** The layer of the environment, and the names in it that no key has. */
export function environmentLayer(environment: Readonly<Record<string, string | undefined>>): {
  readonly layer: ConfigLayer;
  readonly unknown: readonly string[];
} {
  const byVariable = new Map(CONFIG_NAMES.map((name) => [environmentName(name), name]));
  const values = new Map<ConfigName, unknown>();
  const unknown: string[] = [];
  for (const [variable, given] of Object.entries(environment)) {
    if (!variable.startsWith("TILEWORK_") || given === undefined || given === "") continue;
    const name = byVariable.get(variable);
    if (name !== undefined) {
      values.set(name, readValue(describeKey(name).kind, variable, given, "in the environment"));
    } else if (!OTHER_VARIABLES.includes(variable)) unknown.push(variable);
  }
  return { layer: { source: "environment", values }, unknown };
}

/** Variables that are no keys: where files are, and what only developers set. */
const OTHER_VARIABLES: readonly string[] = [
  "TILEWORK_CONFIG",
  "TILEWORK_DASHBOARD_TOKEN",
  "TILEWORK_TRACE",
];

/** The value that holds: of the last layer that has one. */
export function findValue(layers: readonly ConfigLayer[], name: ConfigName): Placed | undefined {
  for (let k = layers.length - 1; k >= 0; k--) {
    const { values, source } = layers[k] as ConfigLayer;
    if (values.has(name)) return { value: values.get(name), source };
  }
  return undefined;
}

/** The nearest name in the environment to one that no key has. */
export function nearestVariable(variable: string): string | undefined {
  return nearestOption(variable, CONFIG_NAMES.map(environmentName));
}
