// The configuration of this process: files and environment, read once when a key is first wanted,
// and what the program has set itself.
import { AsyncLocalStorage } from "node:async_hooks";
import { ArgumentError } from "../base/errors.js";
import { shown } from "../base/format-value.js";
import type { Settings } from "../base/settings.js";
import { configFiles, readConfigFile } from "./config-files.js";
import type { ConfigName, ConfigValue, ConfigValues } from "./config-keys.js";
import {
  CONFIG_NAMES,
  type ConfigLayer,
  checkName,
  DEFAULT_SOURCE,
  describeKey,
  environmentLayer,
  findValue,
  layerOf,
  nearestVariable,
  type Placed,
} from "./config-layers.js";

/** A key with its value, and where that comes from. */
export interface ConfigEntry {
  readonly key: ConfigName;
  /** Undefined where the default is decided where it is used. */
  readonly value: unknown;
  /** `default`, the path of a file, `environment` or `code`. */
  readonly source: string;
  readonly meaning: string;
}

/** Read from files and the environment; undefined until a key is wanted. */
let outer: readonly ConfigLayer[] | undefined;
/** The program's own settings, the latest last. */
let inner: readonly ConfigLayer[] = [];
/** The settings while a function of {@link Config.with} runs; made at the first such call. */
let scopes: AsyncLocalStorage<readonly ConfigLayer[]> | undefined;

function readOuter(): readonly ConfigLayer[] {
  const files = configFiles(process.env, process.cwd());
  const { layer, unknown } = environmentLayer(process.env);
  for (const variable of unknown) {
    const nearest = nearestVariable(variable);
    const meant = nearest === undefined ? "" : `: did you mean ${nearest}?`;
    console.warn(`tilework: no configuration key belongs to the variable ${variable}${meant}`);
  }
  return [...files.flatMap((file) => readConfigFile(file) ?? []), layer];
}

function placed(name: ConfigName): Placed | undefined {
  outer ??= readOuter();
  return (
    findValue(scopes?.getStore() ?? [], name) ?? findValue(inner, name) ?? findValue(outer, name)
  );
}

/** A text would be a list of its characters. */
function checkValues(method: string, values: unknown): void {
  if (typeof values === "object" && values !== null && !Array.isArray(values)) return;
  const text = `${method} was given ${shown(values)}: expected keys with their values, as in ${method}({ "log.level": "debug" })`;
  throw new ArgumentError("value", text, { given: values });
}

/** The configuration of this process. Use it as {@link config}. */
export interface Config {
  /**
   * The value of a key: what code has set, else the environment, else the files, else the default.
   *
   * @returns times in milliseconds, sizes in bytes; undefined where the default is decided later
   * @throws ArgumentError `argument.value` for an unknown key, with the nearest one, and for a
   * wrong value in a file or the environment
   */
  get<Name extends ConfigName>(key: Name): ConfigValue<Name> | undefined;
  /**
   * Sets keys for the rest of the program. `undefined` takes a value of `set` back.
   *
   * @throws ArgumentError `argument.value` for an unknown key or a value that it may not have
   */
  set(values: ConfigValues): void;
  /**
   * Runs a function with other values. They hold in it and in what it awaits, and nowhere else.
   *
   * @returns what the function returns
   * @throws ArgumentError `argument.value` for an unknown key or a value that it may not have
   */
  with<R>(values: ConfigValues, f: () => R): R;
  /** All keys with their values and where these come from. */
  list(): readonly ConfigEntry[];
  /** The keys in whose name or meaning a text is. */
  find(text: string): readonly ConfigEntry[];
}

/**
 * The configuration of this process: defaults, then the files of the system, the user and the
 * project, then `TILEWORK_…` variables, then what code sets. Options of a call win over all.
 *
 * @see https://docs.dask.org/en/stable/configuration.html
 * @example
 * const small = await config.with({ "array.chunkBytes": "8MiB" }, async () => ones([4_000, 4_000], { chunks: "auto" }));
 * small.numblocks; // → [4, 4]
 */
export const config: Config = {
  get<Name extends ConfigName>(key: Name) {
    const name = checkName(key);
    return (placed(name)?.value ?? describeKey(name).initial) as ConfigValue<Name> | undefined;
  },
  set(values) {
    checkValues("config.set", values);
    const layer = layerOf("code", "in config.set()", values);
    const all = new Map([...(inner[0]?.values ?? []), ...layer.values]);
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined) all.delete(checkName(key));
    }
    inner = [{ source: "code", values: all }];
  },
  with(values, f) {
    checkValues("config.with", values);
    const layer = layerOf("code", "in config.with()", values);
    scopes ??= new AsyncLocalStorage();
    return scopes.run([...(scopes.getStore() ?? []), layer], f);
  },
  list() {
    return CONFIG_NAMES.map((key) => {
      const { initial, meaning } = describeKey(key);
      const { value, source } = placed(key) ?? { value: initial, source: DEFAULT_SOURCE };
      return { key, value, source, meaning };
    });
  },
  find(text) {
    const word = text.toLowerCase();
    return config
      .list()
      .filter(({ key, meaning }) => `${key} ${meaning}`.toLowerCase().includes(word));
  },
};

/** The values behind {@link setting}: those that someone has set. */
export const configSettings: Settings = {
  find: (key) => placed(checkName(key))?.value,
};

/** Reads files and environment again when a key is next wanted. */
export function forgetConfig(): void {
  outer = undefined;
}
