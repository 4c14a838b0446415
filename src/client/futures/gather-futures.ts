// Values of many futures at once, anywhere in lists and plain objects. A single future is
// future.ts.
import { ArgumentError } from "../../base/errors.js";
import { isThenable } from "../../base/thenable.js";
import { isPlain } from "../../shipping/call-arguments.js";
import { deferred } from "../session/deferred.js";
import { Future } from "./future.js";

/** The structure with values in place of futures. */
export type Gathered<T> =
  T extends PromiseLike<infer V>
    ? Awaited<V>
    : T extends readonly unknown[]
      ? { -readonly [K in keyof T]: Gathered<T[K]> }
      : T extends { readonly [key: string]: unknown }
        ? { -readonly [K in keyof T]: Gathered<T[K]> }
        : T;

/** Options of {@link Client.gather}. */
export interface GatherOptions {
  /** How failed calls are handled: `skip` omits them; by default the first one rejects. */
  readonly errors?: "raise" | "skip";
  /** Cancels the wait, which rejects with its reason. The calls continue. */
  readonly signal?: AbortSignal;
}

/** Something that is left out. */
const SKIPPED = Symbol("skipped");

/** The same lists and objects with values in place of futures. */
export function gatherFutures<T>(
  structure: T,
  { signal, ...options }: GatherOptions,
): Promise<Gathered<T>> {
  const gathered = gatherAll(structure, options);
  if (signal === undefined) return gathered;
  const { promise, reject } = deferred<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  const end = () => signal.removeEventListener("abort", abort);
  gathered.then(end, end);
  return Promise.race([gathered, promise]);
}

async function gatherAll<T>(
  structure: T,
  { errors = "raise" }: Omit<GatherOptions, "signal">,
): Promise<Gathered<T>> {
  if (errors !== "raise" && errors !== "skip") {
    const text = `errors is ${JSON.stringify(errors)}: expected "raise" or "skip"`;
    throw new ArgumentError("value", text, { errors });
  }
  const found = new Set<Future>();
  const others = new Map<PromiseLike<unknown>, unknown>();
  collect(structure, found, others);
  await allEnded(found, errors === "raise");
  const values = new Map<unknown, unknown>(others);
  const waits: Promise<void>[] = [];
  const put = (key: unknown, value: PromiseLike<unknown>) => {
    const skip = (error: unknown) => {
      if (errors === "raise") throw error;
      values.set(key, SKIPPED);
    };
    waits.push(Promise.resolve(value).then((got) => void values.set(key, got), skip));
  };
  for (const future of found) {
    try {
      const value = Future.endedValue(future);
      if (value instanceof Promise) put(future, value);
      else values.set(future, value);
    } catch (error) {
      if (errors === "raise") throw error;
      values.set(future, SKIPPED);
    }
  }
  for (const other of others.keys()) put(other, other);
  await Promise.all(waits);
  const filled = fill(structure, values);
  return (filled === SKIPPED ? undefined : filled) as Gathered<T>;
}

/** All futures in lists and plain objects, as deep as they go. */
export function futuresIn(structure: unknown): ReadonlySet<Future> {
  const found = new Set<Future>();
  collect(structure, found, new Map());
  return found;
}

/** Resolves when the last has ended; with `rejects`, it rejects with the first error. */
function allEnded(futures: ReadonlySet<Future>, rejects: boolean): Promise<void> {
  const { promise, resolve, reject } = deferred<void>();
  let open = futures.size;
  if (open === 0) resolve();
  for (const future of futures) {
    Future.whenEnded(future, () => {
      open--;
      if (rejects && future.status !== "finished") void future.exception().then(reject);
      else if (open === 0) resolve();
    });
  }
  return promise;
}

function collect(
  value: unknown,
  futures: Set<Future>,
  others: Map<PromiseLike<unknown>, unknown>,
): void {
  if (value instanceof Future) futures.add(value);
  else if (isThenable(value)) others.set(value, undefined);
  else if (Array.isArray(value)) for (const item of value) collect(item, futures, others);
  else if (isPlain(value)) for (const item of Object.values(value)) collect(item, futures, others);
}

function fill(value: unknown, values: ReadonlyMap<unknown, unknown>): unknown {
  if (value instanceof Future || isThenable(value)) return values.get(value);
  if (Array.isArray(value)) {
    return value.map((item) => fill(item, values)).filter((item) => item !== SKIPPED);
  }
  if (!isPlain(value)) return value;
  const filled = Object.entries(value).map(([key, item]) => [key, fill(item, values)] as const);
  return Object.fromEntries(filled.filter(([, item]) => item !== SKIPPED));
}
