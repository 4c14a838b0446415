// Asynchronous elements of bags: results of asynchronous functions, and values of generators. Until
// a function returns a promise, elements pass as usual. From then on they are collected, and their
// calls run a few at a time. Their order stays.
import { type AnyIterator, isAsyncIterable } from "../../base/iterators.js";
import type {
  AsyncSupport,
  PassOn,
  PendingElements,
  Sink,
  UserFunction,
} from "../../kernels/bag/sink.js";

/**
 * How many calls of a function are under way at once in a task: enough to wait for a server, few
 * enough for it.
 */
const CALLS_AT_ONCE = 16;

/** The remaining values of an iterator; a promise of them if it is asynchronous. */
export function listOfIterator(iterator: AnyIterator): unknown[] | Promise<unknown[]> {
  return isAsyncIterable(iterator) ? listLater(iterator) : [...iterator];
}

async function listLater(elements: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = [];
  for await (const element of elements) list.push(element);
  return list;
}

async function pushLater(elements: AsyncIterable<unknown>, next: Sink): Promise<void> {
  for await (const element of elements) if (next.push(element) === true) return;
}

/** The support that steps of bags use for values that arrive later. */
export const ASYNC_SUPPORT: AsyncSupport = {
  list: listOfIterator,
  push: pushLater,
  waiting: (f, pass, element, result) => new AsyncElements(f, pass, element, result),
};

/** Elements of a step that wait, from the first on whose function gave a promise. */
class AsyncElements implements PendingElements {
  readonly #f: UserFunction;
  readonly #pass: PassOn;
  readonly #elements: unknown[];
  readonly #calls: Promise<unknown>[];

  constructor(f: UserFunction, pass: PassOn, element: unknown, result: PromiseLike<unknown>) {
    this.#f = f;
    this.#pass = pass;
    this.#elements = [element];
    this.#calls = [heard(Promise.resolve(result))];
  }

  /** Another one that waits. */
  add(element: unknown): undefined {
    this.#elements.push(element);
  }

  /** Passes them all on, or as many as are wanted. */
  async finish(): Promise<void> {
    const elements = this.#elements;
    const calls = this.#calls;
    for (let at = 0; at < elements.length; at++) {
      while (calls.length < Math.min(elements.length, at + CALLS_AT_ONCE)) {
        calls.push(heard(called(this.#f, elements[calls.length])));
      }
      const result = await calls[at];
      calls[at] = NOTHING;
      if (this.#pass(result, elements[at]) === true) return;
    }
  }
}

/** Replaces a call whose result was passed on. */
const NOTHING = Promise.resolve();

/** Turns an exception into a rejection, so that it is reported in its turn. */
async function called(f: UserFunction, element: unknown): Promise<unknown> {
  return f(element);
}

/** Failures are reported in their turn; until then they are not handled. */
function heard(call: Promise<unknown>): Promise<unknown> {
  call.catch(() => undefined);
  return call;
}
