// Every key of the configuration: it is read somewhere, takes a value that people would write, and
// refuses a wrong one with its name.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { describe, expect, it, onTestFinished } from "vitest";
import "../../src/index.js";
import { commandLine } from "../../src/cli/command-line.js";
import { applySettings, keyOfOption } from "../../src/cli/options/config-settings.js";
import {
  schedulerTuning,
  tuningParameters,
  workerTuning,
} from "../../src/cluster/process-settings.js";
import { config } from "../../src/config/config.js";
import {
  type ConfigName,
  type ConfigValues,
  environmentName,
} from "../../src/config/config-keys.js";
import { CONFIG_NAMES, describeKey } from "../../src/config/config-layers.js";

/** What a person might write for each kind of value, and what is none: by what is expected. */
const EXAMPLES: readonly (readonly [expected: RegExp, right: string, wrong: unknown])[] = [
  [/^a whole number from (-256|0)/, "3", "some"],
  [/^a whole number/, "3", 1.5],
  [/^a time/, "7 s", "7"],
  [/^bytes \("4GB"\)/, "3GB", "lots"],
  [/^bytes, such/, "3MiB", "-1"],
  [/^a part|^a fraction/, "0.25", 60],
  [/^true or false/, "true", "perhaps"],
  [/^names with amounts/, "GPU=2", "GPU=none"],
  [/^a list of texts/, "one,two", [1]],
  [/^a port/, "9000-9100", "99999"],
  [/^debug or info/, "debug", "loud"],
  [/^ipc or tcp/, "tcp", "http"],
  [/^on or off/, "off", "maybe"],
  [/^a number of workers/, "2", 7],
  [/^an address/, "tcp://127.0.0.1:9", 7],
  [/^the path of a directory/, ".", 7],
  [/^host:port/, "127.0.0.1:9", 7],
  [/^a text|^the /, "some-text", 7],
];

function exampleOf(name: ConfigName) {
  const { expected } = describeKey(name).kind;
  const found = EXAMPLES.find(([pattern]) => pattern.test(expected));
  if (found === undefined) throw new Error(`${name} has no example of ${expected}`);
  return { right: found[1], wrong: found[2] };
}

/** The text of all files of `src/` but the table of keys. */
function sourceText(): string {
  const folder = fileURLToPath(new URL("../../src/", import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const read = files.filter((file) => file.endsWith(".ts") && !file.endsWith("config-keys.ts"));
  return read.map((file) => readFileSync(`${folder}${file}`, "utf8")).join("\n");
}

/** Commands whose options have keys. */
const commands = () =>
  commandLine("9.9.9", () => {}).commands.filter((command) => keysOf(command).length > 0);

/** Options of a command with their keys, each once: `--supervise` and its negation are one. */
function keysOf(command: Command): { readonly option: string; readonly key: ConfigName }[] {
  const names = new Set(command.options.map((option) => option.attributeName()));
  return [...names].flatMap((option) => {
    const key = keyOfOption(command.name(), option);
    return key === undefined ? [] : [{ option, key }];
  });
}

function setFor(values: ConfigValues): void {
  config.set(values);
  onTestFinished(() =>
    config.set(Object.fromEntries(Object.keys(values).map((name) => [name, undefined]))),
  );
}

describe("a key of the configuration", () => {
  it("is read: by code, by an option of a command, or from the environment", () => {
    const text = sourceText();
    const byOption = new Set(
      commands().flatMap((command) => keysOf(command).map(({ key }) => key)),
    );
    const dead = CONFIG_NAMES.filter((name) => {
      if (describeKey(name).environmentOnly) return !text.includes(environmentName(name));
      return !byOption.has(name) && !text.includes(`"${name}"`);
    });
    expect(dead).toEqual([]);
  });

  it("takes what people write, and refuses the rest by name", () => {
    for (const name of CONFIG_NAMES) {
      const { kind, environmentOnly } = describeKey(name);
      const { right, wrong } = exampleOf(name);
      expect(kind.read(wrong), name).toBeUndefined();
      if (environmentOnly) continue;
      expect(
        config.with({ [name]: right }, () => config.get(name)),
        name,
      ).toEqual(kind.read(right));
      const refused = () => config.with({ [name]: wrong } as ConfigValues, () => {});
      expect(refused, name).toThrow(`${name} is ${JSON.stringify(wrong)}`);
    }
  });

  it("stands for the option of its command that was not given", () => {
    for (const command of commands()) {
      for (const { option, key } of keysOf(command)) {
        const before = command.getOptionValue(option);
        const { initial } = describeKey(key);
        const right = initial === true ? "false" : exampleOf(key).right;
        setFor({ [key]: right });
        applySettings(command);
        expect(command.getOptionValue(option), `${command.name()} ${option}`).not.toEqual(before);
        command.setOptionValueWithSource(option, 17, "cli");
        applySettings(command);
        expect(command.getOptionValue(option), `${command.name()} ${option}`).toBe(17);
        config.set({ [key]: undefined });
      }
    }
  });

  it("is named with its source where the command refuses what it says", () => {
    setFor({ "worker.contactAddress": "nowhere" });
    const [worker] = commands().filter((command) => command.name() === "worker");
    expect(() => applySettings(worker as Command)).toThrow(
      /^worker.contactAddress is "nowhere" \(.*\): \S/,
    );
  });
});

it("settings without flags reach the processes of a local cluster by one hidden flag", () => {
  const values = { "scheduler.allowedFailures": 1, "scheduler.heartbeatInterval": "2 s" } as const;
  expect(config.with(values, () => tuningParameters(schedulerTuning()))).toEqual([
    "--tuning",
    '{"heartbeatIntervalMs":2000,"allowedFailures":1}',
  ]);
  expect(tuningParameters(workerTuning())).toEqual([]);
  setFor({ "worker.fetchTimeout": "3 s" });
  expect(tuningParameters(workerTuning())).toEqual(["--tuning", '{"fetchTimeoutMs":3000}']);
});
