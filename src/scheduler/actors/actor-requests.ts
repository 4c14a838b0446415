// Clients' requests about actors: create, find, release.
import type {
  CreateActor,
  FindActor,
  ListActors,
  ReleaseActor,
} from "../../protocol/messages/messages.js";
import {
  addReference,
  endActor,
  holderOf,
  removeReferences,
} from "../accounts/actor-references.js";
import { sendToClient } from "../accounts/client-reports.js";
import { warnRarely } from "../accounts/rate-limited-log.js";
import { type ActorRecord, actorError } from "../state/actor-state.js";
import type { ClientRecord, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { audienceOf } from "../tasks/console-output.js";

/** A client sends a request about an actor. */
export function actorAsked(
  state: SchedulerState,
  client: ClientRecord,
  event: CreateActor | ReleaseActor | FindActor,
): void {
  if (event.type === "createActor") createActor(state, client, event);
  else if (event.type === "releaseActor") releaseActor(state, client, event);
  else findActor(state, client, event);
}

/**
 * A client creates an actor. It is made on a suitable worker: at the end of this step, or later.
 */
function createActor(
  state: SchedulerState,
  client: ClientRecord,
  { type: _type, ...wish }: CreateActor,
): void {
  const { byId, byName, waiting } = state.actorTable;
  const { actor: id, name, restarts, askedBy } = wish;
  const holder = holderOf(state, client, askedBy);
  // The asking party is gone, and with it the only user.
  if (holder === undefined) return;
  if (byId.has(id)) {
    warnRarely(state, `actor ${client.peer}`, `an existing actor was requested again: ${id}`);
    return;
  }
  if (name !== null && byName.has(name)) {
    const message = `an actor named ${name} exists already (${byName.get(name)?.id}): release it first, use it with getActor(${JSON.stringify(name)}), or choose another name`;
    const error = actorError("failed", id, message);
    sendToClient(state, client, { type: "actorLost", actor: id, error, isComingBack: false });
    return;
  }
  const actor: ActorRecord = {
    id,
    wish,
    audience: audienceOf(state, client, wish.askedBy),
    holders: new Map(),
    pins: 0,
    holding: new Set(),
    status: "waiting",
    worker: undefined,
    incarnation: 0,
    restartsLeft: restarts,
    methods: [],
    fields: [],
    waitingSinceMs: state.nowMs,
    reportedMs: state.nowMs,
    death: undefined,
  };
  byId.set(id, actor);
  addReference(actor, holder, client);
  if (name !== null) byName.set(name, actor);
  waiting.add(actor);
}

/** Someone releases the actor. */
function releaseActor(
  state: SchedulerState,
  client: ClientRecord,
  { actor: id, holds, ends, isTaken = false, askedBy }: ReleaseActor,
): void {
  const actor = state.actorTable.byId.get(id);
  if (actor === undefined) return;
  const holder = isTaken ? client : holderOf(state, client, askedBy);
  if (holder !== undefined) removeReferences(state, actor, holder, holds);
  if (ends && actor.wish.isDetached && actor.status !== "over") {
    if (holder !== undefined) actor.holders.delete(holder);
    endActor(state, actor);
  }
}

/**
 * Answers with the place of an actor; the client holds it from now on, and is notified of its fate.
 */
function findActor(
  state: SchedulerState,
  client: ClientRecord,
  { request, actor: id, name, askedBy }: FindActor,
): void {
  const { byId, byName } = state.actorTable;
  const actor = id !== null ? byId.get(id) : byName.get(name ?? "");
  const holder = holderOf(state, client, askedBy);
  if (holder === undefined) return;
  sendToClient(state, client, { type: "actorFound", request, actor: actor?.id ?? null });
  if (actor === undefined) return;
  addReference(actor, holder, client);
  if (actor.status === "running") sendToClient(state, client, placeOf(actor));
}

/** Answers which actors there are. */
export function listActors(
  state: SchedulerState,
  client: ClientRecord,
  { request }: ListActors,
): void {
  const actors = [...state.actorTable.byId.values()].map(({ id, wish, status, worker }) => ({
    actor: id,
    name: wish.name,
    isDetached: wish.isDetached,
    status,
    worker: worker?.name ?? null,
  }));
  sendToClient(state, client, { type: "actorsListed", request, actors });
}

/** The message that tells callers where an actor runs. */
export function placeOf({ id, incarnation, worker, methods, fields }: ActorRecord) {
  const { id: number, name, address } = worker as WorkerRecord;
  return {
    type: "actorPlaced",
    actor: id,
    incarnation,
    worker: number,
    workerName: name,
    address,
    methods,
    fields,
  } as const;
}
