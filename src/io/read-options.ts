// What a reader of files was told, checked before it opens any.
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
  const unknown = Object.entries(options).find(([name]) => !own.includes(name));
  if (unknown === undefined) return;
  const text = `there is no option ${unknown[0]} of ${what}: expected ${own.join(", ")}`;
  throw new ArgumentError("value", text, { [unknown[0]]: unknown[1] });
}
