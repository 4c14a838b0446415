// Types of elements, and of results of functions of elements.

/** What is at a place of an element. */
export type Plucked<T, K> =
  T extends ReadonlyMap<unknown, infer V>
    ? V
    : K extends keyof T
      ? T[K]
      : T extends readonly (infer E)[]
        ? E
        : unknown;

/** What functions give that stands for other values: these become elements in its place. */
export type PromiseOrIterator =
  | PromiseLike<unknown>
  | IterableIterator<unknown>
  | AsyncIterableIterator<unknown>;

/** What a function may give whose elements become a bag's, at once or later. */
export type Elements<U> =
  | Iterable<U>
  | AsyncIterable<U>
  | PromiseLike<Iterable<U> | AsyncIterable<U>>;

/** The elements of an element. */
export type ElementOf<T> = T extends Iterable<infer E> ? E : never;
