// Queues: first in, first out, for items and for waiting parties. Each item goes to one reader;
// until then it stays here, even if its sender leaves.
import {
  type CoordinationState,
  type Effects,
  type Party,
  type QueueRecord,
  type SharedValue,
  takeAll,
  takeWait,
  type Wait,
} from "../state/coordination-state.js";

/** Puts an item in; answered when there is room. */
export function put(
  coordination: CoordinationState,
  name: string,
  limit: number | undefined,
  wait: Wait & { readonly value: SharedValue },
  effects: Effects,
): void {
  const queue = queueOf(coordination, name, limit, wait, effects);
  if (queue === undefined) {
    effects.drop(wait.value);
    return;
  }
  queue.putters.push(wait);
  move(coordination, name, effects);
}

/** Takes an item out; answered when there is one. */
export function get(
  coordination: CoordinationState,
  name: string,
  limit: number | undefined,
  wait: Wait,
  effects: Effects,
): void {
  const queue = queueOf(coordination, name, limit, wait, effects);
  if (queue === undefined) return;
  queue.getters.push(wait);
  move(coordination, name, effects);
}

/** How many items are in the queue. */
export function sizeOf(coordination: CoordinationState, name: string): number {
  return coordination.queues.get(name)?.items.length ?? 0;
}

/** Removes a queue with its items; those who wait at it are refused. */
export function deleteQueue(coordination: CoordinationState, name: string, effects: Effects): void {
  const queue = coordination.queues.get(name);
  if (queue === undefined) return;
  coordination.queues.delete(name);
  const { items, getters, putters } = queue;
  for (const { value } of putters) effects.drop(value);
  for (const item of items) effects.drop(item);
  const refusal = `the queue ${name} was deleted while this waited`;
  for (const wait of [...putters, ...getters]) effects.answer(wait, { refusal });
}

/** Ends all their waits; items that they were about to put are dropped. */
export function leaveQueues(
  coordination: CoordinationState,
  isGone: (party: Party) => boolean,
  effects: Effects,
): void {
  for (const [name, { getters, putters }] of coordination.queues) {
    takeAll(getters, isGone);
    for (const { value } of takeAll(putters, isGone)) effects.drop(value);
    tidy(coordination, name);
  }
}

/** Cancels the party's wait; returns whether there was one. */
export function cancelQueueWait(
  coordination: CoordinationState,
  party: Party,
  wait: number,
  effects: Effects,
): boolean {
  for (const [name, { getters, putters }] of coordination.queues) {
    const putter = takeWait(putters, party, wait);
    const taken = putter ?? takeWait(getters, party, wait);
    if (taken === undefined) continue;
    if (putter !== undefined) effects.drop(putter.value);
    effects.answer(taken, { isDone: false });
    tidy(coordination, name);
    return true;
  }
  return false;
}

function queueOf(
  { queues }: CoordinationState,
  name: string,
  limit: number | undefined,
  wait: Wait,
  effects: Effects,
): QueueRecord | undefined {
  let queue = queues.get(name);
  if (queue === undefined) {
    queue = { limit, items: [], getters: [], putters: [] };
    queues.set(name, queue);
  }
  queue.limit ??= limit;
  if (limit === undefined || queue.limit === limit) return queue;
  const refusal = `${name} is in use as a queue of ${itemsOf(queue.limit)}, but was requested as one of ${itemsOf(limit)}`;
  effects.answer(wait, { refusal });
  return undefined;
}

function itemsOf(limit: number | undefined): string {
  return limit ? `at most ${limit} items` : "any number of items";
}

/** Items are added while there is room, and removed while there are readers. */
function move(coordination: CoordinationState, name: string, effects: Effects): void {
  const queue = coordination.queues.get(name);
  if (queue === undefined) return;
  const { limit, items, getters, putters } = queue;
  for (;;) {
    if (putters.length > 0 && items.length < (limit || Number.POSITIVE_INFINITY)) {
      const { value, ...putter } = putters.shift() as (typeof putters)[number];
      items.push(value);
      effects.answer(putter, {});
    } else if (getters.length > 0 && items.length > 0) {
      const value = items.shift() as SharedValue;
      effects.answer(getters.shift() as Wait, { value, isLast: true });
    } else break;
  }
  tidy(coordination, name);
}

function tidy({ queues }: CoordinationState, name: string): void {
  const queue = queues.get(name);
  if (queue === undefined) return;
  const { items, getters, putters } = queue;
  if (items.length + getters.length + putters.length === 0) queues.delete(name);
}
