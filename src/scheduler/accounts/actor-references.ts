// References to actors: handles of clients and other actors, values of queues and variables, and
// results of tasks. An actor without references ends. Actors that only reference each other count
// as unreferenced.
import type { ActorsKept } from "../../protocol/messages/messages.js";
import type { ActorId, TaskId } from "../../protocol/values/ids.js";
import { type ActorRecord, actorBecomes, actorError, type Holder } from "../state/actor-state.js";
import type { ClientRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { sendToClient } from "./client-reports.js";
import { leaveWorker } from "./placed-actors.js";
import { log } from "./rate-limited-log.js";

/**
 * Who asks, or had it asked: an actor on a worker, or the client itself; undefined for an actor
 * that is over.
 */
export function holderOf(
  state: SchedulerState,
  client: ClientRecord,
  askedBy: TaskId | ActorId | undefined,
): Holder | undefined {
  if (typeof askedBy !== "string") return client;
  const actor = state.actorTable.byId.get(askedBy);
  return actor?.worker === undefined ? undefined : actor;
}

/** @param client through which the holder speaks */
export function addReference(actor: ActorRecord, holder: Holder, client: ClientRecord): void {
  const known = actor.holders.get(holder);
  if (known === undefined) actor.holders.set(holder, { count: 1, client });
  else known.count++;
  if ("wish" in holder) holder.holding.add(actor);
}

/** The holder releases it that many times. */
export function removeReferences(
  state: SchedulerState,
  actor: ActorRecord,
  holder: Holder,
  count: number,
): void {
  const known = actor.holders.get(holder);
  if (known === undefined) return;
  known.count -= count;
  if (known.count > 0) return;
  removeHolder(actor, holder);
  endUnlessReferenced(state, actor);
}

function removeHolder(actor: ActorRecord, holder: Holder): void {
  actor.holders.delete(holder);
  if ("wish" in holder) holder.holding.delete(actor);
}

/** It is over: there is nothing to be held. */
export function clearReferences(actor: ActorRecord): void {
  for (const holder of [...actor.holders.keys()]) removeHolder(actor, holder);
}

/** A client is gone, and holds nothing any more. */
export function forgetClientReferences(state: SchedulerState, client: ClientRecord): void {
  const left: ActorRecord[] = [];
  for (const actor of state.actorTable.byId.values()) {
    for (const [holder, { client: through }] of actor.holders) {
      if (through !== client) continue;
      removeHolder(actor, holder);
      left.push(actor);
    }
  }
  for (const actor of left) endUnlessReferenced(state, actor);
}

/** The instance of an actor is gone, and with it the handles that it had. */
export function dropReferencesOf(state: SchedulerState, holder: ActorRecord): void {
  const held = [...holder.holding];
  for (const actor of held) removeHolder(actor, holder);
  for (const actor of held) endUnlessReferenced(state, actor);
}

/** A value, or the result of a task, has a handle of it. */
export function pinActor(actor: ActorRecord): void {
  actor.pins++;
}

/** It is gone. */
export function unpinActor(state: SchedulerState, actor: ActorRecord): void {
  actor.pins--;
  endUnlessReferenced(state, actor);
}

/** Results that tasks are about to return contain handles of actors. */
export function actorsKept(state: SchedulerState, { tasks, actors }: ActorsKept): void {
  const { byId, byTask } = state.actorTable;
  tasks.forEach((task, k) => {
    const actor = byId.get(actors[k] as ActorId);
    if (actor === undefined || state.tasks.slotOf(task) < 0) return;
    const kept = byTask.get(task);
    if (kept?.includes(actor)) return;
    pinActor(actor);
    if (kept === undefined) byTask.set(task, [actor]);
    else kept.push(actor);
  });
}

/** The task, and so its result, is forgotten. */
export function unpinForTask(state: SchedulerState, task: TaskId): void {
  const { byTask } = state.actorTable;
  const kept = byTask.get(task);
  if (kept === undefined) return;
  byTask.delete(task);
  for (const actor of kept) unpinActor(state, actor);
}

/** Whether a client, a value or a result leads to it, through any actors. */
export function isReferenced(actor: ActorRecord): boolean {
  const seen = new Set<ActorRecord>([actor]);
  for (const each of seen) {
    if (each.wish.isDetached || each.pins > 0) return true;
    for (const holder of each.holders.keys()) {
      if (!("wish" in holder)) return true;
      seen.add(holder);
    }
  }
  return false;
}

function endUnlessReferenced(state: SchedulerState, actor: ActorRecord): void {
  if (actor.status === "over") return;
  if (!isReferenced(actor)) {
    endActor(state, actor);
    return;
  }
  for (const client of watchersOf(actor)) {
    sendToClient(state, client, { type: "actorReleased", actor: actor.id });
  }
}

/** Clients that are notified of its fate. */
export function watchersOf({ holders }: ActorRecord): ReadonlySet<ClientRecord> {
  return new Set([...holders.values()].map(({ client }) => client));
}

/** Ends an actor that is no longer needed; its other users are notified. */
export function endActor(state: SchedulerState, actor: ActorRecord): void {
  const { worker, id } = actor;
  if (worker !== undefined) {
    const message = { type: "stopActor", actor: id } as const;
    state.actions.push({ type: "send", to: worker.peer, message });
  }
  leaveWorker(state, actor);
  actorBecomes(state.actorTable, actor, "over");
  const end = { worker: worker?.name ?? "", reason: "it was released", endedMs: state.nowMs };
  state.observer.addGoneActor(actor, end);
  log(state, "debug", `actor ${id} was released`);
  const error = actorError("released", id, `the actor ${id} was released: it is no longer wanted`);
  for (const watcher of watchersOf(actor)) {
    sendToClient(state, watcher, { type: "actorLost", actor: id, error, isComingBack: false });
  }
  clearReferences(actor);
  dropReferencesOf(state, actor);
}
