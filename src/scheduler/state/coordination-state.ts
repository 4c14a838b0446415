// The state of locks, events, variables, queues, topics and datasets by name: holders, waits and
// values. Only the other files of this folder change it. Outcomes go through Effects, so the
// machine knows nothing of messages and tasks.

/** A party that holds and waits: a client, or one of several that share its connection. */
export interface Party {
  /** The client's connection. */
  readonly client: object;
  readonly holder: string;
}

/** A request that was not answered yet. */
export interface Wait extends Party {
  readonly request: number;
  /** The party's own number for it. */
  readonly wait: number;
}

/** A value in a variable, queue or dataset, with pins on the results that it refers to. */
export interface SharedValue {
  readonly bytes: Uint8Array;
  readonly pins: readonly object[];
}

/** A right to something that is limited. */
export interface LeaseRecord extends Party {
  readonly name: string;
  readonly token: number;
  /** When it ends by itself; infinity when it does not. */
  readonly untilMs: number;
}

export interface SemaphoreRecord {
  readonly limit: number;
  readonly leases: Map<number, LeaseRecord>;
  readonly waiting: (Wait & { readonly leaseMs: number })[];
}

export interface EventRecord {
  isSet: boolean;
  readonly waiting: Wait[];
}

export interface VariableRecord {
  value: SharedValue | undefined;
  readonly waiting: Wait[];
}

export interface QueueRecord {
  /** How many items it takes; undefined for any number, until it is set. */
  limit: number | undefined;
  readonly items: SharedValue[];
  readonly getters: Wait[];
  readonly putters: (Wait & { readonly value: SharedValue })[];
}

export interface TopicRecord {
  /** How many events there have been: the number of the latest. */
  logged: number;
  /** The latest, oldest first. */
  readonly events: SharedValue[];
  /** Those who wait for the next. */
  readonly waiting: Wait[];
}

/** All of it. Empty records are removed. */
export interface CoordinationState {
  readonly semaphores: Map<string, SemaphoreRecord>;
  readonly events: Map<string, EventRecord>;
  readonly variables: Map<string, VariableRecord>;
  readonly queues: Map<string, QueueRecord>;
  readonly topics: Map<string, TopicRecord>;
  readonly datasets: Map<string, SharedValue>;
  /** The token of the latest lease of any semaphore. */
  lastToken: number;
}

/** Nothing yet. */
export function createCoordinationState(): CoordinationState {
  return {
    semaphores: new Map(),
    events: new Map(),
    variables: new Map(),
    queues: new Map(),
    topics: new Map(),
    datasets: new Map(),
    lastToken: 0,
  };
}

/** The answer to a wait. */
export interface Answer {
  readonly isDone?: boolean;
  readonly refusal?: string;
  readonly token?: number;
  readonly count?: number;
  readonly names?: readonly string[];
  /** A value; `isLast` when it is nowhere any more. */
  readonly value?: SharedValue;
  readonly isLast?: boolean;
}

/** The effects of a change. */
export interface Effects {
  answer(wait: Wait, answer: Answer): void;
  /** The value is not referred to any more. */
  drop(value: SharedValue): void;
  /** The lease has ended for its holder. */
  lapsed(lease: LeaseRecord, reason: string): void;
}

/** Takes a wait of the party out of a list; undefined when it is not there. */
export function takeWait<W extends Wait>(
  waiting: W[],
  { client, holder }: Party,
  wait: number,
): W | undefined {
  const at = waiting.findIndex(
    (each) => each.wait === wait && each.holder === holder && each.client === client,
  );
  return at < 0 ? undefined : waiting.splice(at, 1)[0];
}

/**
 * Cancels the party's wait in one of the records, if it is there.
 *
 * @returns the name of the record
 */
export function cancelWaitIn(
  records: Iterable<readonly [name: string, record: { readonly waiting: Wait[] }]>,
  party: Party,
  wait: number,
  effects: Effects,
): string | undefined {
  for (const [name, { waiting }] of records) {
    const taken = takeWait(waiting, party, wait);
    if (taken === undefined) continue;
    effects.answer(taken, { isDone: false });
    return name;
  }
  return undefined;
}

/** Removes all waits that match `isGone` from a list, and returns them. */
export function takeAll<W>(waiting: W[], isGone: (each: W) => boolean): W[] {
  const gone = waiting.filter(isGone);
  if (gone.length === 0) return gone;
  waiting.splice(0, waiting.length, ...waiting.filter((each) => !isGone(each)));
  return gone;
}
