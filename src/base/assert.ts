// Assertions that stay on in production. A failed one is a bug in tilework, never a user's mistake:
// those throw ArgumentError at the call.
import { InvariantError } from "./errors.js";

/** Throws {@link InvariantError} when `condition` is false; narrows the type otherwise. */
export function assert(condition: unknown, message: string, data?: unknown): asserts condition {
  if (!condition) throw new InvariantError(message, data);
}

/** The same for checks that run very often: the subject is put into words only on failure. */
export function assertOf(
  condition: unknown,
  subject: () => string,
  fault: string,
): asserts condition {
  if (!condition) throw new InvariantError(`${subject()} ${fault}`);
}

/** Marks a branch that the types prove unreachable. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable case: ${JSON.stringify(value)}`);
}

/** The value, where `undefined` would be a bug in tilework. */
export function defined<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new InvariantError(`missing ${what}`);
  return value;
}
