// A test for thenables: values that `await` waits for.

/** Whether `await` would wait for the value: an object or function with a method `then`. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  const mayBe = (typeof value === "object" && value !== null) || typeof value === "function";
  return mayBe && typeof (value as { then?: unknown }).then === "function";
}
