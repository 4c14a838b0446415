// What clients ask for about actors: to have one made, to find one, and to be rid of it.
import type { CreateActor, FindActor, ReleaseActor } from "../protocol/messages.js";
import type { WireError } from "../protocol/wire-error.js";
import { type ActorRecord, actorBecomes } from "./actor-books.js";
import { leaveWorker } from "./actor-placement.js";
import { complain, log } from "./complaints.js";
import { audienceOf } from "./printed-lines.js";
import { tell } from "./reports.js";
import type { ClientRecord, SchedulerState, WorkerRecord } from "./state.js";

/** A client asks for something about an actor. */
export function actorAsked(
  state: SchedulerState,
  client: ClientRecord,
  event: CreateActor | ReleaseActor | FindActor,
): void {
  if (event.type === "createActor") createActor(state, client, event);
  else if (event.type === "releaseActor") releaseActor(state, client, event);
  else findActor(state, client, event);
}

/** A client wants an actor. It is made when a worker will do: at the end of this step, or later. */
function createActor(
  state: SchedulerState,
  client: ClientRecord,
  { type: _type, ...wish }: CreateActor,
): void {
  const { byId, byName, waiting } = state.actorBooks;
  const { actor: id, name, isDetached, restarts } = wish;
  if (byId.has(id)) {
    complain(state, `actor ${client.peer}`, `an actor that is there was asked for again: ${id}`);
    return;
  }
  if (name !== null && byName.has(name)) {
    const message = `an actor named ${name} is there already (${byName.get(name)?.id}): release it first, use it with getActor(${JSON.stringify(name)}), or choose another name`;
    const error = actorError("failed", id, message);
    tell(state, client, { type: "actorLost", actor: id, error, isComingBack: false });
    return;
  }
  const actor: ActorRecord = {
    id,
    wish,
    owner: isDetached ? undefined : client,
    audience: audienceOf(state, client, wish.askedBy),
    watchers: new Set([client]),
    status: "waiting",
    worker: undefined,
    incarnation: 0,
    restartsLeft: restarts,
    methods: [],
    fields: [],
    death: undefined,
  };
  byId.set(id, actor);
  if (name !== null) byName.set(name, actor);
  waiting.add(actor);
}

/** Somebody wants the actor no more. */
function releaseActor(
  state: SchedulerState,
  client: ClientRecord,
  { actor: id }: ReleaseActor,
): void {
  const actor = state.actorBooks.byId.get(id);
  if (actor === undefined) return;
  // Whoever was given another's actor merely stops listening.
  if (actor.owner === client || actor.owner === undefined) endActor(state, actor, client);
  else actor.watchers.delete(client);
}

/** Answers where an actor is, and tells the client from now on what becomes of it. */
function findActor(
  state: SchedulerState,
  client: ClientRecord,
  { request, actor: id, name }: FindActor,
): void {
  const { byId, byName } = state.actorBooks;
  const actor = id !== null ? byId.get(id) : byName.get(name ?? "");
  tell(state, client, { type: "actorFound", request, actor: actor?.id ?? null });
  if (actor === undefined) return;
  actor.watchers.add(client);
  if (actor.status === "running") tell(state, client, placeOf(actor));
}

/** What callers must know of an actor that runs. */
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

/** A client is gone, and with it the actors that were its own. */
export function forgetActorsOf(state: SchedulerState, client: ClientRecord): void {
  for (const actor of [...state.actorBooks.byId.values()]) {
    actor.watchers.delete(client);
    if (actor.owner === client) endActor(state, actor, client);
  }
}

/** Ends an actor that nobody wants; others who use it are told. */
function endActor(state: SchedulerState, actor: ActorRecord, by: ClientRecord): void {
  const { worker, id } = actor;
  if (worker !== undefined) {
    const message = { type: "stopActor", actor: id } as const;
    state.actions.push({ type: "send", to: worker.peer, message });
  }
  leaveWorker(state, actor);
  actorBecomes(state.actorBooks, actor, "over");
  log(state, "debug", `actor ${id} was released`);
  actor.watchers.delete(by);
  const error = actorError("released", id, `the actor ${id} was released by who made it`);
  for (const watcher of actor.watchers) {
    tell(state, watcher, { type: "actorLost", actor: id, error, isComingBack: false });
  }
}

/** What callers hear of the end of an actor. */
export function actorError(
  code: "died" | "failed" | "released",
  actor: string,
  message: string,
  facts: object = {},
): WireError {
  return { name: "ActorError", code: `actor.${code}`, message, data: { actor, ...facts } };
}
