// The answers of a cluster's processes about themselves: versions and logs.
import type { NodesAnswered, WorkerDescription } from "../../protocol/messages/messages.js";
import type { AboutProcess, AboutWorker } from "../../system/about-process.js";
import type { ClusterDescribed } from "../session/client-options.js";

/** The outcome of {@link Client.versions}. */
export interface Versions {
  /** This process. */
  readonly client: AboutProcess;
  /** The process of the scheduler. */
  readonly scheduler: AboutProcess;
  /** By name. */
  readonly workers: Readonly<Record<string, AboutWorker>>;
  /** The differences, in words; none where all is alike. */
  readonly differences: readonly string[];
}

/** The outcome of {@link Client.schedulerInfo}. */
export interface SchedulerInfo extends Omit<ClusterDescribed, "workers"> {
  /** Where it listens. */
  readonly address: string;
  /** The page of its dashboard; undefined if it serves none. */
  readonly dashboardLink: string | undefined;
  /** What runs its process. */
  readonly about: AboutProcess;
  /** By name. */
  readonly workers: Readonly<Record<string, WorkerDescription>>;
}

/** Clocks that are closer than this are together. */
const CLOCKS_APART_MS = 2_000;

/** Answers by the worker's name. */
export function answersByName<T>({ names, answers }: NodesAnswered): Record<string, T> {
  return Object.fromEntries(names.map((name, k) => [name, JSON.parse(answers[k] as string) as T]));
}

/**
 * The differences among processes, in words.
 *
 * @param askedMs when they were asked, by the clock of the client, which has the answers now
 */
export function findDifferences(
  client: AboutProcess,
  workers: Readonly<Record<string, AboutWorker>>,
  askedMs: number,
  scheduler?: AboutProcess,
): string[] {
  const ofScheduler = scheduler === undefined ? {} : { "the scheduler": scheduler };
  const all = Object.entries<AboutProcess>({ ...ofScheduler, ...workers });
  const differences: string[] = [];
  for (const [what, field] of [
    ["tilework", "tilework"],
    ["Node.js", "node"],
  ] as const) {
    const others = all.filter(([, about]) => about[field] !== client[field]);
    if (others.length === 0) continue;
    const words = others.map(([name, about]) => `${about[field]} on ${name}`);
    differences.push(`${what} is ${client[field]} here and ${listed(words)}`);
  }
  const apart = all.flatMap(([name, { timeMs }]) => {
    // It answered at some time between the two.
    const aheadMs = timeMs > client.timeMs ? timeMs - client.timeMs : Math.min(0, timeMs - askedMs);
    if (Math.abs(aheadMs) < CLOCKS_APART_MS) return [];
    const seconds = Math.round(Math.abs(aheadMs) / 1_000);
    return [`${name} is ${seconds} s ${aheadMs > 0 ? "ahead" : "behind"}`];
  });
  if (apart.length > 0) differences.push(`clocks differ: ${listed(apart)}`);
  const blas = new Set(Object.values(workers).map(({ blas }) => blas ?? "none"));
  if (blas.size > 1) differences.push(`workers have different BLAS: ${[...blas].join(", ")}`);
  return differences;
}

/** Some of them, and how many more there are. */
function listed(words: readonly string[]): string {
  const more = words.length - 3;
  return more > 0 ? `${words.slice(0, 3).join(", ")} and ${more} more` : words.join(", ");
}
