// What readers and writers of files were told, checked before any is opened.
import { ArgumentError } from "../base/errors.js";

/**
 * Checks that a reader knows all of its options.
 *
 * @throws ArgumentError `argument.value` naming the first that it does not know
 */
export function checkReadOptions(what: string, own: readonly string[], options: unknown): void {
  if (typeof options !== "object" || options === null) {
    throw new ArgumentError("value", `${what} takes options in an object, got ${String(options)}`);
  }
  checkKnown(what, own, options, (name) => own.includes(name));
}

/**
 * Checks that all options are known.
 *
 * @param known the names of those that there are, as people are told
 * @throws ArgumentError `argument.value` naming the first that is not
 */
export function checkKnown(
  what: string,
  known: readonly string[],
  options: object,
  isKnown: (name: string) => boolean,
): void {
  const unknown = Object.entries(options).find(([name]) => !isKnown(name));
  if (unknown === undefined) return;
  const text = `there is no option ${unknown[0]} of ${what}: expected ${known.join(", ")}`;
  throw new ArgumentError("value", text, { [unknown[0]]: unknown[1] });
}
