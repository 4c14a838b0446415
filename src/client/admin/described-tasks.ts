// Where results are and what runs where, as clients ask for it.
import { ArgumentError } from "../../base/errors.js";
import type { LayerName } from "../../graph/model/layer.js";
import { shortName } from "../../graph/model/naming.js";
import type { TasksDescribed } from "../../protocol/messages/messages.js";
import { Future } from "../futures/future.js";
import { futuresIn } from "../futures/gather-futures.js";

/** Names of workers by key, or keys by the name of a worker. */
export type NamesByName = Readonly<Record<string, readonly string[]>>;

/** The tasks that a question is about. */
interface Asked {
  /** Names of layers; null for all. */
  readonly layers: readonly string[] | null;
  /** Whether a key belongs to it: a layer has many calls. */
  has(key: string): boolean;
}

/**
 * The tasks that futures and collections stand for; all for nothing.
 *
 * @throws ArgumentError `argument.value` when there is neither in what was given
 */
export function tasksIn(what: unknown): Asked {
  if (what === undefined) return { layers: null, has: () => true };
  const futures = [...futuresIn(what)];
  const keys = new Set(futures.map(({ key }) => key));
  const names = (Array.isArray(what) ? what : [what]).flatMap((each) => {
    const name: unknown = each?.node?.layer?.name;
    return typeof name === "string" ? [name as LayerName] : [];
  });
  if (futures.length + names.length === 0) {
    const text = `expected futures or persisted collections, or nothing for all results: was given a value of type ${typeof what}`;
    throw new ArgumentError("value", text, { what });
  }
  const layers = [...names, ...futures.map((future) => Future.layerOf(future))];
  const shortNames = new Set(names.map(shortName));
  return { layers, has: (key) => keys.has(key) || shortNames.has(key.slice(0, key.indexOf("("))) };
}

/** For each task the workers that have or process it. */
export function workersByKey(tasks: TasksDescribed, { has }: Asked): NamesByName {
  return byKey(tasks, has, (k) => tasks.workers[k] as string[]);
}

/** For each result how large it is. */
export function bytesByKey(tasks: TasksDescribed, { has }: Asked): Record<string, number> {
  return byKey(tasks, has, (k) => tasks.bytes[k] as number);
}

/** For each worker the keys of the tasks that it has or processes. */
export function keysByWorker(tasks: TasksDescribed, names: readonly string[]): NamesByName {
  checkAllThere(tasks);
  const byWorker = new Map<string, string[]>(names.map((name) => [name, []]));
  tasks.keys.forEach((key, k) => {
    for (const name of tasks.workers[k] as string[]) byWorker.get(name)?.push(key);
  });
  return Object.fromEntries(byWorker);
}

function byKey<V>(
  tasks: TasksDescribed,
  has: (key: string) => boolean,
  valueAt: (position: number) => V,
): Record<string, V> {
  checkAllThere(tasks);
  const entries = tasks.keys.map((key, k) => [key, valueAt(k)] as const);
  return Object.fromEntries(entries.filter(([key]) => has(key)));
}

/** A part of an answer would look like all of it. */
function checkAllThere({ keys, leftCount }: TasksDescribed): void {
  if (leftCount === 0) return;
  const tasks = keys.length + leftCount;
  const text = `there are ${tasks} such tasks, and an answer has ${keys.length} at most: ask about some futures or collections`;
  throw new ArgumentError("value", text, { tasks });
}
