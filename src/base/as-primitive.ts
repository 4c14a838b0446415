// What lazy values say to operators of the language, which know nothing of them: `x * 2` and
// `x > 0` would be computed of NaN.
import { ArgumentError } from "./errors.js";

/**
 * A lazy value as a text; refuses to be a number.
 *
 * @param text of the value
 * @param hint what the language asks for, as `Symbol.toPrimitive` gets it
 * @param name of the class, with its article
 * @param instead the methods to call
 * @throws ArgumentError `argument.value`
 */
export function asPrimitive(text: string, hint: string, name: string, instead: string): string {
  if (hint !== "number") return text;
  throw new ArgumentError(
    "value",
    `${name} is no number, and operators of JavaScript do not compute with it: ${instead}`,
    { expected: instead },
  );
}
