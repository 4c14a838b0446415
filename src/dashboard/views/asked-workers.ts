// Questions of pages to workers. However many pages are open, a worker is asked once at a time; one
// that does not answer soon is left out, and is asked no more before it does.
import { within } from "../../system/time-limit.js";
import type { WatchedScheduler } from "./watched-scheduler.js";

/** What workers are asked for. */
export type Topic = "logs" | "stacks" | "profile" | "values" | "page";

/** How long pages wait; threads of a busy machine may take a while to be interrupted. */
const ANSWER_MS = {
  logs: 2_000,
  values: 2_000,
  page: 5_000,
  stacks: 20_000,
  profile: 20_000,
} as const;

const underWay = new WeakMap<WatchedScheduler, Map<string, Promise<string | undefined>>>();

/**
 * A worker's own answer, parsed; undefined where it is gone, or does not answer.
 *
 * @param durationMs of a profile
 */
export async function askWorker(
  scheduler: WatchedScheduler,
  topic: Topic,
  worker: string,
  durationMs?: number,
): Promise<unknown> {
  const isHere = [...scheduler.state.workers.values()].some(({ name }) => name === worker);
  if (!isHere) return undefined;
  const asked = underWay.get(scheduler) ?? new Map<string, Promise<string | undefined>>();
  underWay.set(scheduler, asked);
  const key = `${topic} ${durationMs ?? ""} ${worker}`;
  const answer = asked.get(key) ?? ask();
  asked.set(key, answer);
  const json = await within(ANSWER_MS[topic] + 2 * (durationMs ?? 0), answer);
  return json === undefined ? undefined : JSON.parse(json);

  async function ask(): Promise<string | undefined> {
    try {
      const { answers } = await scheduler.askWorkers(topic, [worker], durationMs);
      return answers[0];
    } finally {
      asked.delete(key);
    }
  }
}
