// `tilework graph`: draws the graph of a module's export.
import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ArgumentError } from "../../base/errors.js";
import { type ChunkedArray, type VisualizeOptions, visualize } from "../../index.js";
import { EXIT_CLEAN } from "../process/exit-codes.js";

/** Options of `tilework graph`. */
export interface GraphCommandOptions extends Omit<VisualizeOptions, "file"> {
  readonly out: string;
}

/** Draws the export that `target` names, as in `module.mjs#mean`. */
export async function runGraph(target: string, options: GraphCommandOptions): Promise<number> {
  const { out, ...rest } = options;
  const found = await exportOf(target);
  const collections = Array.isArray(found) ? found : [found];
  const file = await visualize(...(collections as ChunkedArray[]), { ...rest, file: out });
  process.stdout.write(`${resolve(file)}\n`);
  return EXIT_CLEAN;
}

/**
 * The module's export of that name, or its default export; a function is called, and its result
 * returned.
 */
async function exportOf(target: string): Promise<unknown> {
  const hash = target.lastIndexOf("#");
  const path = hash < 0 ? target : target.slice(0, hash);
  const name = hash < 0 ? "default" : target.slice(hash + 1);
  const file = isAbsolute(path) ? path : resolve(path);
  if (!existsSync(file)) {
    const text = `there is no module ${file}: expected a file and what it exports, as in job.mjs#mean`;
    throw new ArgumentError("value", text, { target });
  }
  const module = await load(file);
  const found = module[name];
  if (found === undefined) {
    throw new ArgumentError(
      "value",
      `${path} exports no ${JSON.stringify(name)}: it exports ${Object.keys(module).join(", ") || "nothing"}`,
      { target },
    );
  }
  return typeof found === "function" ? await (found as () => unknown)() : found;
}

async function load(file: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (isUnparsed(error)) {
      const text = `${file}, or a module that it imports, has a syntax error: ${message}. See where with node --check ${file}`;
      throw new ArgumentError("value", text, { file });
    }
    // What Node does not load, such as JSON; what a module throws has lines of the user's.
    if (code?.startsWith("ERR_") !== true) throw error;
    throw new ArgumentError("value", `${file} cannot be imported: ${message}`, { file });
  }
}

/** Whether Node could not parse a module; the error's stack then names none of its lines. */
function isUnparsed({ name, stack = "" }: Error): boolean {
  const [thrownFrom = ""] = stack.split("node:internal");
  return name === "SyntaxError" && !thrownFrom.includes("file:");
}
