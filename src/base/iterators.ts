// Generators and other iterators. Their values can be sent; the iterators themselves cannot, since
// they run once, where they began. runtime/tasks/async-elements.ts iterates over them.

/** An iterator, synchronous or asynchronous, which can be consumed once. */
export type AnyIterator = IterableIterator<unknown> | AsyncIterableIterator<unknown>;

/**
 * The result of calling a function that returns `R`: the value that its promise resolves to, or the
 * list of values that its generator yields.
 */
export type CallResult<R> =
  Awaited<R> extends infer V
    ? V extends IterableIterator<infer T> | AsyncIterableIterator<infer T>
      ? T[]
      : V
    : never;

/**
 * The names of generators, iterators of collections, and results of iterator helpers in engines.
 */
const KIND = /^\[object (Async)?(Generator|.*Iterator|Iterator Helper)\]$/;

/** Whether the value is a generator that was begun, or an iterator of the language's own. */
export function isIterator(value: unknown): value is AnyIterator {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { readonly next?: unknown }).next === "function" &&
    KIND.test(Object.prototype.toString.call(value))
  );
}

/** Whether the value is an asynchronous iterable. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
