// Replaces futures in a function's result by their values before it is sent on.
import { hasCallArgument } from "../graph/model/calls-layer.js";
import { isPlain } from "./call-arguments.js";

/**
 * The same with the values of the futures in it, inside lists and plain objects of any depth.
 *
 * @returns undefined when there are none
 */
export function resolveFutures(value: unknown): Promise<unknown> | undefined {
  if (isFuture(value)) return Promise.resolve(value);
  if (Array.isArray(value)) return resolveItems(value);
  if (!isPlain(value)) return undefined;
  const keys = Object.keys(value);
  return resolveItems(Object.values(value))?.then((items) =>
    Object.fromEntries(items.map((item, k) => [keys[k] as string, item])),
  );
}

function resolveItems(items: readonly unknown[]): Promise<unknown[]> | undefined {
  const resolved = items.map((item) => resolveFutures(item));
  if (resolved.every((each) => each === undefined)) return undefined;
  return Promise.all(items.map((item, k) => resolved[k] ?? item));
}

function isFuture(value: unknown): value is PromiseLike<unknown> {
  return hasCallArgument(value) && typeof (value as { then?: unknown }).then === "function";
}
