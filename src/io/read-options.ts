// Options of readers of files, checked before any file is opened.
import { ArgumentError } from "../base/errors.js";
import { checkOptions } from "../base/option-schema.js";

/**
 * Checks that a reader knows all of its options; their values are checked where they are used.
 *
 * @throws ArgumentError `argument.value` naming the first that it does not know
 */
export function checkReadOptions(what: string, own: readonly string[], options: unknown): void {
  checkOptions(
    what,
    options as object,
    Object.fromEntries(own.map((name) => [name, undefined])) as Record<string, undefined>,
  );
}

/**
 * Checks that a path is one of a file system, for readers that open nothing else.
 *
 * @param instead what reads URLs; default: nothing
 * @throws ArgumentError `argument.value` for a URL, or what is no text
 */
export function checkLocalPath(what: string, path: unknown, instead?: string): void {
  if (typeof path !== "string") {
    throw new ArgumentError("value", `${what} takes the path of a file, got ${typeof path}`);
  }
  const scheme = /^(\w{2,}):\/\//.exec(path)?.[1];
  if (scheme === undefined) return;
  const hint = instead ?? "download it first, or store the array as Zarr, which fromZarr reads";
  const text = `${what} reads files that workers can open, and no URLs such as ${path}: ${hint}`;
  throw new ArgumentError("value", text, { path });
}
