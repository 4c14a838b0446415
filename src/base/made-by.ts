// Classes whose objects functions make: what their constructors say to a program that calls them.
import { ArgumentError } from "./errors.js";

/**
 * Refuses what a constructor was not made for.
 *
 * @param isOurs whether a function of the library called it
 * @param name of the class, with its article
 * @param how an example of the call that makes one
 * @throws ArgumentError `argument.value`
 */
export function checkMade(isOurs: boolean, name: string, how: string): void {
  if (isOurs) return;
  throw new ArgumentError("value", `${name} is not made by \`new\`: write ${how}`, {
    expected: how,
  });
}
