// Types of elements, and of results of functions of elements.

/** The type of an element's property, index or Map entry. */
export type Plucked<T, K> =
  T extends ReadonlyMap<unknown, infer V>
    ? V
    : K extends keyof T
      ? T[K]
      : T extends readonly (infer E)[]
        ? E
        : unknown;

/** Results that stand for other values: a promise or an iterator is replaced by its values. */
export type PromiseOrIterator =
  | PromiseLike<unknown>
  | IterableIterator<unknown>
  | AsyncIterableIterator<unknown>;

/** Results whose elements become elements of a bag, now or later. */
export type Elements<U> =
  | Iterable<U>
  | AsyncIterable<U>
  | PromiseLike<Iterable<U> | AsyncIterable<U>>;

/** The elements of an element. */
export type ElementOf<T> = T extends Iterable<infer E> ? E : never;
