// Events by topic, as a client logs, reads and follows them.
import { ArgumentError } from "../../base/errors.js";
import { packValue, unpackWhenReady } from "../../shipping/values/value-bytes.js";
import type { Coordination } from "./coordination.js";

/** Something that happened. */
export interface LoggedEvent<T = unknown> {
  /** When it was logged, in milliseconds since 1970, by the clock of the process that did. */
  readonly atMs: number;
  readonly value: T;
}

/** Options of {@link Client.followEvents}. */
export interface FollowOptions {
  /** Ends following. */
  readonly signal?: AbortSignal;
}

/** Logs an event. */
export async function logEvent(
  coordination: Coordination,
  topic: string,
  value: unknown,
): Promise<void> {
  const event: LoggedEvent = { atMs: Date.now(), value };
  const fields = { value: packValue(event, `the event of ${checkedTopic(topic)}`) };
  await coordination.ask("topic.log", topic, fields);
}

/** The events that are kept. */
export async function eventsOf<T>(
  coordination: Coordination,
  topic: string,
): Promise<LoggedEvent<T>[]> {
  const { count: total = 0 } = await coordination.ask("topic.count", checkedTopic(topic));
  const events: LoggedEvent<T>[] = [];
  for (let number = 0; number < total; ) {
    const next = await nextEvent<T>(coordination, topic, number);
    number = next.number;
    if (number <= total) events.push(next.event);
  }
  return events;
}

/** Events from now on, until it is ended. */
export async function* followEvents<T>(
  coordination: Coordination,
  topic: string,
  { signal }: FollowOptions,
): AsyncGenerator<LoggedEvent<T>, void, undefined> {
  let { count: number = 0 } = await coordination.ask("topic.count", checkedTopic(topic));
  try {
    for (;;) {
      const next = await nextEvent<T>(coordination, topic, number, signal);
      number = next.number;
      yield next.event;
    }
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}

async function nextEvent<T>(
  coordination: Coordination,
  topic: string,
  after: number,
  signal?: AbortSignal,
): Promise<{ readonly number: number; readonly event: LoggedEvent<T> }> {
  const options = signal === undefined ? {} : { signal };
  const { value, count } = await coordination.ask("topic.read", topic, { after }, options);
  const event = (await unpackWhenReady(value as Uint8Array)) as LoggedEvent<T>;
  return { number: count as number, event };
}

function checkedTopic(topic: string): string {
  if (typeof topic === "string" && topic !== "") return topic;
  const text = `the topic of an event is ${JSON.stringify(topic)}: expected a text that is not empty`;
  throw new ArgumentError("value", text, { topic });
}
