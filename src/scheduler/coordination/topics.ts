// Events by topic: programs and tasks log them, all that follow a topic read each of them. The
// latest are kept for those who come later.
import {
  type CoordinationState,
  cancelWaitIn,
  type Effects,
  type Party,
  type SharedValue,
  type TopicRecord,
  takeAll,
  type Wait,
} from "../state/coordination-state.js";

/** Events that a topic keeps. */
const EVENTS_MAX = 1_000;
/** The largest event: they are words about something, and not data. */
const EVENT_BYTES_MAX = 64 * 1024;
/** Topics that there may be. */
const TOPICS_MAX = 1_000;

/** An event happened; returns why it was refused. */
export function logEvent(
  coordination: CoordinationState,
  name: string,
  value: SharedValue,
  effects: Effects,
): string | undefined {
  const { byteLength } = value.bytes;
  if (byteLength > EVENT_BYTES_MAX) {
    return `an event of topic ${name} has ${byteLength} bytes: expected ${EVENT_BYTES_MAX} at most`;
  }
  if (!coordination.topics.has(name) && coordination.topics.size >= TOPICS_MAX) {
    return `there are ${TOPICS_MAX} topics already: log events to one of them`;
  }
  const topic = topicOf(coordination, name);
  topic.events.push(value);
  topic.logged++;
  if (topic.events.length > EVENTS_MAX) effects.drop(topic.events.shift() as SharedValue);
  for (const wait of topic.waiting.splice(0)) effects.answer(wait, { value, count: topic.logged });
  return undefined;
}

/**
 * Answers with the first event behind the `after`th that is kept, and its number, when there is
 * one.
 */
export function readEvent(
  coordination: CoordinationState,
  name: string,
  after: number,
  wait: Wait,
  effects: Effects,
): void {
  const topic = topicOf(coordination, name);
  const first = topic.logged - topic.events.length + 1;
  const number = Math.max(after + 1, first);
  const value = topic.events[number - first];
  if (value === undefined) topic.waiting.push(wait);
  else effects.answer(wait, { value, count: number });
}

/** How many events there have been. */
export function countEvents({ topics }: CoordinationState, name: string): number {
  return topics.get(name)?.logged ?? 0;
}

/** They follow nothing any more. */
export function leaveTopics(
  coordination: CoordinationState,
  isGone: (party: Party) => boolean,
): void {
  for (const [name, { waiting }] of coordination.topics) {
    takeAll(waiting, isGone);
    tidy(coordination, name);
  }
}

/** Cancels the party's wait; returns whether there was one. */
export function cancelTopicWait(
  coordination: CoordinationState,
  party: Party,
  wait: number,
  effects: Effects,
): boolean {
  const name = cancelWaitIn(coordination.topics, party, wait, effects);
  if (name !== undefined) tidy(coordination, name);
  return name !== undefined;
}

function topicOf({ topics }: CoordinationState, name: string): TopicRecord {
  let topic = topics.get(name);
  if (topic === undefined) topics.set(name, (topic = { logged: 0, events: [], waiting: [] }));
  return topic;
}

function tidy({ topics }: CoordinationState, name: string): void {
  const topic = topics.get(name);
  if (topic !== undefined && topic.logged === 0 && topic.waiting.length === 0) topics.delete(name);
}
