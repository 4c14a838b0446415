// Actors as rows of a table. Those that are over leave only their row.
import type { ActorRow } from "../../../protocol/values/listed-rows.js";
import type { ActorRecord } from "../actor-state.js";

/** An actor as it is now. */
export function rowOfActor(actor: ActorRecord): ActorRow {
  const { id, wish, status, worker, holders, incarnation, restartsLeft, methods } = actor;
  return {
    ...{ id, name: wish.name ?? id, state: status, worker: worker?.name ?? "" },
    handles: [...holders.values()].reduce((sum, { count }) => sum + count, 0),
    made: incarnation,
    restartsLeft,
    methods,
  };
}

/** An actor whose end has come. */
export interface ActorEnd {
  /** Where it was last; empty where it never had a place. */
  readonly worker: string;
  readonly reason: string;
  readonly endedMs: number;
}

/** What is kept of an actor that is over. */
export function rowOfGone(actor: ActorRecord, { worker, reason, endedMs }: ActorEnd): ActorRow {
  return { ...rowOfActor(actor), state: `over: ${reason}`, worker, handles: 0, endedMs };
}
