// Ships a function ahead of the first real one, since the parser, the inspector and our own code
// are compiled on first use, which takes ten milliseconds and more.
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseScript } from "../functions/bindings.js";
import { shipFunction } from "./ship-function.js";

const factor = 2;
const scale = (value: number) => value * factor;

/** A script with the syntax of typical programs, for warming up the parser. */
const SCRIPT = `import { readFile as read } from "node:fs/promises";
import * as path from "node:path";
export class Model extends Array {
  static #made = 0;
  name = "model";
  constructor({ name = "", ...rest }, [first, ...others] = []) { super(); this.name ||= name; Model.#made++; }
  async load(file) {
    for (const line of (await read(path.join(".", file), "utf8")).split(/\\s+/g)) if (line?.length > 0) this.push(line);
    try { return { ...this, size: this.length }; } catch (error) { throw new Error(\`\${file}: \${error}\`); }
  }
}
function* count(to) { let i = 0; while (i < to && !(i === 7)) yield i++ * 2 - 1; }
const model = new Model({ name: process.argv[2] ?? "none" });
console.log(await model.load("words"), [...count(3)].map((n) => n ** 2), -1 % 2 ? null : undefined);
`;

const SCRIPT_BYTES_MAX = 8 << 10;

let isWarm = false;

/**
 * Ships a function in advance, so that the first one of the process is as fast as the next; to be
 * called while the process is idle.
 */
export function warmUpShipping(): void {
  if (isWarm || !isSmallScript(import.meta.url)) return;
  isWarm = true;
  parseScript(SCRIPT);
  for (const offset of [1, 2]) {
    shipFunction((values: readonly number[]) => values.map((value) => scale(value) + offset));
  }
}

/**
 * Whether the script is short: parsing includes its whole file, which may be megabytes in a user's
 * bundle.
 */
function isSmallScript(url: string): boolean {
  if (!/^file:.*\.js$/.test(url)) return false;
  const { size } = statSync(fileURLToPath(url), { throwIfNoEntry: false }) ?? { size: Infinity };
  return size <= SCRIPT_BYTES_MAX;
}
