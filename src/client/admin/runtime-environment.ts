// What a program brings to the places where its functions run: packages, files, variables.
import { readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { ArgumentError } from "../../base/errors.js";
import { checkOptions, type Expectations } from "../../base/option-schema.js";
import { formatBytes } from "../../base/units.js";
import { isPlain } from "../../shipping/call-arguments.js";
import { sendFile, sendPackages } from "../../shipping/modules/sent-modules.js";

/** What functions of this program find where they run. */
export interface RuntimeEnvironment {
  /**
   * Packages of npm with their versions, as in a package.json: `{ "d3-array": "^3" }`. Each machine
   * installs them once, when a function first imports one.
   */
  readonly packages?: Readonly<Record<string, string>>;
  /** Files that functions import, and those that these import. */
  readonly files?: readonly string[];
  /** A folder of such files, without `node_modules` and what begins with a dot. */
  readonly folder?: string;
  /** Variables of `process.env`, on all threads of workers while this client is open. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** All files of a folder together: each function that uses one takes all along. */
const FOLDER_BYTES_MAX = 20_000_000;

const areTexts = (value: unknown) =>
  isPlain(value) && Object.values(value as object).every((each) => typeof each === "string");

const EXPECTED: Expectations<RuntimeEnvironment> = {
  packages: ["an object of versions by name", areTexts],
  files: [
    "a list of paths",
    (value) => Array.isArray(value) && value.every((each) => typeof each === "string"),
  ],
  folder: ["a path", (value) => typeof value === "string" && value !== ""],
  variables: ["an object of texts by name", areTexts],
};

/**
 * Has this program's functions bring all but the variables.
 *
 * @throws ArgumentError `argument.value` for an option that is unknown or has a wrong value, a file
 * that is not there, a folder that is too large
 */
export function sendEnvironment(environment: RuntimeEnvironment): void {
  checkOptions("runtimeEnvironment()", environment, EXPECTED);
  const { packages, files = [], folder } = environment;
  const all = [...files, ...(folder === undefined ? [] : filesIn(folder))];
  for (const file of all) sendFile(file);
  if (packages !== undefined) sendPackages(packages);
}

function filesIn(folder: string): string[] {
  let entries: ReturnType<typeof listOf>;
  try {
    entries = listOf(folder);
  } catch (error) {
    throw new ArgumentError("value", `there is no folder ${folder} to send`, { folder, error });
  }
  const files = entries.flatMap((entry) => (entry.isFile() ? [pathOf(entry)] : []));
  const own = files.filter((path) => !relative(folder, path).split(sep).some(isLeftOut));
  const bytes = own.reduce((sum, path) => sum + statSync(path).size, 0);
  if (bytes <= FOLDER_BYTES_MAX) return own;
  const text = `the folder ${folder} has ${formatBytes(bytes)}: expected at most ${formatBytes(FOLDER_BYTES_MAX)}, since functions take its files along`;
  throw new ArgumentError("value", text, { folder, bytes });
}

const isLeftOut = (name: string) => name === "node_modules" || name.startsWith(".");

const listOf = (folder: string) => readdirSync(folder, { withFileTypes: true, recursive: true });

function pathOf(entry: ReturnType<typeof listOf>[number]): string {
  return join(entry.parentPath, entry.name);
}

/** Sets variables on each thread of the workers. It travels by its source. */
export class EnvironmentVariables {
  readonly variables: Readonly<Record<string, string>>;
  before: Record<string, string | undefined> = {};

  constructor(variables: Readonly<Record<string, string>>) {
    this.variables = variables;
  }

  setup(): void {
    for (const [name, value] of Object.entries(this.variables)) {
      this.before[name] = process.env[name];
      process.env[name] = value;
    }
  }

  teardown(): void {
    for (const [name, value] of Object.entries(this.before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
