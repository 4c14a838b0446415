// Options of readers of files, checked before any file is opened.
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
