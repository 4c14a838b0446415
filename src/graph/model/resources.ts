// Amounts of resources by name: those of a worker, and those that a task takes while it runs. A
// share of the worker's own threads and memory travels among them, under two names that users
// cannot choose.
import { ArgumentError } from "../../base/errors.js";
import { formatBytes, parseBytes } from "../../base/units.js";

/** As in `{ GPU: 1 }`. Users choose the names and their meaning. */
export type Resources = Readonly<Record<string, number>>;

/** The name of a share of the worker's threads among resources. */
export const THREADS = "threadsPerTask";
/** The name of a share of its memory, in bytes. */
export const MEMORY = "memoryPerTask";

/** What a task takes of its worker besides resources that users name. */
export interface Shares {
  /**
   * Threads of its worker that each task takes while it runs: it begins when as many are free. For
   * functions that start threads or processes of their own. Default: 1.
   */
  readonly threadsPerTask?: number;
  /**
   * Bytes (or `"500MB"`) of its worker's memory limit that each task takes while it runs, besides
   * its arguments and its result; default: none.
   */
  readonly memoryPerTask?: number | string;
}

/**
 * Checks amounts of resources, and copies them.
 *
 * @param what whose they are, for people
 * @throws ArgumentError `argument.value` when a name is empty or an amount is not above zero
 */
export function readResources(resources: Resources, what = "resources"): Resources {
  const isRecord = typeof resources === "object" && resources !== null && !Array.isArray(resources);
  check(isRecord, what, resources, "{ name: amount }");
  for (const [name, amount] of Object.entries(resources)) {
    check(/^[^\s=]+$/.test(name), what, resources, "names without blanks and =");
    const isOwn = name === THREADS || name === MEMORY;
    check(!isOwn, what, resources, `${name} as an option beside resources, not as a name in them`);
    const isAmount = typeof amount === "number" && amount > 0 && Number.isFinite(amount);
    check(isAmount, `${what}.${name}`, amount, "a number above 0");
  }
  return { ...resources };
}

/**
 * Resources with the shares of a worker's threads and memory among them; undefined for none.
 *
 * @throws ArgumentError `argument.value` when an amount is illegal
 */
export function withShares(
  resources: Resources | undefined,
  { threadsPerTask: threads = 1, memoryPerTask: memory }: Shares,
): Resources | undefined {
  check(Number.isInteger(threads) && threads >= 1, THREADS, threads, "a whole number from 1");
  const bytes = typeof memory === "string" ? parseBytes(memory) : memory;
  const isAmount = bytes === undefined || (bytes > 0 && Number.isFinite(bytes));
  check(isAmount, MEMORY, memory, 'bytes above 0, or text like "500MB"');
  const amounts = {
    ...(resources === undefined ? {} : readResources(resources)),
    ...(threads === 1 ? {} : { [THREADS]: threads }),
    ...(bytes === undefined ? {} : { [MEMORY]: bytes }),
  };
  return Object.keys(amounts).length === 0 ? undefined : amounts;
}

/** What a task takes: its threads, its bytes, and the resources that users name. */
export interface Demand {
  readonly threads: number;
  readonly memoryBytes: number;
  readonly resources: Resources | undefined;
}

const NO_DEMAND: Demand = { threads: 1, memoryBytes: 0, resources: undefined };

/** Takes the shares out of the resources again. */
export function demandOf(amounts: Resources | undefined): Demand {
  if (amounts === undefined) return NO_DEMAND;
  const { [THREADS]: threads = 1, [MEMORY]: memoryBytes = 0, ...named } = amounts;
  const resources = Object.keys(named).length === 0 ? undefined : named;
  return { threads, memoryBytes: Math.ceil(memoryBytes), resources };
}

/** As people read it: `GPU=1 and 2 threads`. */
export function describeAmounts(amounts: readonly (readonly [string, number])[]): string {
  return amounts.map(describeAmount).join(" and ");
}

function describeAmount([name, amount]: readonly [string, number]): string {
  if (name === THREADS) return `${amount} threads`;
  if (name === MEMORY) return `${formatBytes(amount)} of memory`;
  return `${name}=${amount}`;
}

/** The larger amount of each resource, which satisfies both. */
export function largerOf(
  a: Resources | undefined,
  b: Resources | undefined,
): Resources | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const larger: Record<string, number> = { ...a };
  for (const [name, amount] of Object.entries(b)) larger[name] = Math.max(amount, a[name] ?? 0);
  return larger;
}

function check(isGood: boolean, what: string, value: unknown, expected: string): void {
  if (isGood) return;
  const given = JSON.stringify(value) ?? String(value);
  throw new ArgumentError("value", `${what} is ${given}: expected ${expected}`, { [what]: value });
}
