// Settings of the configuration in place of flags that were not given: an option of
// `tilework worker` belongs to the key `worker.…` of its name.
import { type Command, InvalidArgumentError, type Option } from "commander";
import { ArgumentError } from "../../base/errors.js";
import { config, configSettings } from "../../config/config.js";
import type { ConfigName } from "../../config/config-keys.js";
import { CONFIG_NAMES, checkName, describeKey } from "../../config/config-layers.js";
import { memory } from "../../config/value-kinds.js";

/** Keys of options that several commands have. */
const SHARED: Readonly<Record<string, ConfigName>> = {
  logLevel: "log.level",
  logJson: "log.json",
};

/** The key that an option of a command belongs to; undefined if there is none. */
export function keyOfOption(command: string, option: string): ConfigName | undefined {
  const own = `${command}.${option}`;
  if (Object.hasOwn(SHARED, option)) return SHARED[option];
  return CONFIG_NAMES.includes(own as ConfigName) ? checkName(own) : undefined;
}

/**
 * Gives the options of a command their settings; flags that were given stay.
 *
 * @throws ArgumentError `argument.value` when a file or variable has a wrong key or value
 */
export function applySettings(command: Command): void {
  if (command.getOptionValue("settings") === false) return;
  for (const option of command.options) {
    const name = option.attributeName();
    const source = command.getOptionValueSource(name);
    const key = keyOfOption(command.name(), name);
    if (key === undefined || (source !== undefined && source !== "default")) continue;
    const value = configSettings.find(key);
    if (value === undefined) continue;
    // Kinds that are kept as they were written are read as the flag is.
    const isWritten = typeof value === "string" || describeKey(key).kind === memory;
    const read = isWritten ? readAsFlag(option, key, String(value)) : undefined;
    command.setOptionValueWithSource(name, read ?? value, "config");
  }
}

/** Reads a setting as the flag of its name is read. */
function readAsFlag(option: Option, key: ConfigName, written: string): unknown {
  try {
    return option.parseArg?.(written, undefined);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    const source = config.list().find((entry) => entry.key === key)?.source;
    const text = `${key} is ${JSON.stringify(written)} (${source}): ${error.message}`;
    throw new ArgumentError("value", text, { key, value: written });
  }
}
