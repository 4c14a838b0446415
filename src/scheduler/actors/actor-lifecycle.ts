// The lives of actors. When an actor's worker dies, callers are notified once the supervisor has
// reported the reason, or shortly after. Then the actor restarts from its constructor's arguments,
// if it may.
import type { ActorEnded, ActorStarted } from "../../protocol/messages/messages.js";
import type { WireError } from "../../protocol/values/wire-error.js";
import { clearReferences, dropReferencesOf, watchersOf } from "../accounts/actor-references.js";
import { sendToClient } from "../accounts/client-reports.js";
import { leaveWorker } from "../accounts/placed-actors.js";
import { log } from "../accounts/rate-limited-log.js";
import { exitReportWaitMs } from "../policy/suspects.js";
import {
  type ActorDeath,
  type ActorRecord,
  actorBecomes,
  actorError,
} from "../state/actor-state.js";
import type { WorkerDeath } from "../state/death-log.js";
import type { WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { placeOf } from "./actor-requests.js";

/** A worker has made an actor. */
export function actorStarted(
  state: SchedulerState,
  worker: WorkerRecord,
  { actor: id, incarnation, methods, fields }: ActorStarted,
): void {
  const actor = actorOn(state, worker, id, incarnation);
  if (actor?.status !== "starting") return;
  actorBecomes(state.actorTable, actor, "running");
  actor.methods = methods;
  actor.fields = fields;
  for (const watcher of watchersOf(actor)) sendToClient(state, watcher, placeOf(actor));
}

/** A worker could not make an actor, or has seen it die. */
export function actorEnded(
  state: SchedulerState,
  worker: WorkerRecord,
  { actor: id, incarnation, error }: ActorEnded,
): void {
  const actor = actorOn(state, worker, id, incarnation);
  if (actor === undefined) return;
  const hasBeenMade = actor.status === "running";
  leaveWorker(state, actor);
  if (hasBeenMade) {
    const { nowMs } = state;
    die(state, actor, { workerName: worker.name, workerDeath: undefined, error, dueMs: nowMs });
    reportActorDeaths(state);
    return;
  }
  const message = `${id} could not be created on worker ${worker.name}: ${error.name}: ${error.message}`;
  actorBecomes(state.actorTable, actor, "over");
  const reason = `it could not be made: ${error.name}: ${error.message}`;
  state.observer.addGoneActor(actor, { worker: worker.name, reason, endedMs: state.nowMs });
  const facts = { worker: worker.name, reason: error.message };
  sendOutputsLost(
    state,
    actor,
    { ...actorError("failed", id, message, facts), cause: error },
    false,
  );
  clearReferences(actor);
  dropReferencesOf(state, actor);
}

/** The actor, unless the message is about an earlier instance or another worker. */
function actorOn(
  state: SchedulerState,
  worker: WorkerRecord,
  id: string,
  incarnation: number,
): ActorRecord | undefined {
  const actor = state.actorTable.byId.get(id);
  return actor?.worker === worker && actor.incarnation === incarnation ? actor : undefined;
}

/**
 * A worker is gone, with its actors.
 *
 * @param death the known facts, if it did not leave by itself
 */
export function loseActors(
  state: SchedulerState,
  worker: WorkerRecord,
  reason: string,
  death: WorkerDeath | undefined,
): void {
  const { nowMs } = state;
  const error: WireError = { name: "Error", message: `its worker has left: ${reason}` };
  for (const actor of [...(state.actorTable.byWorker.get(worker) ?? [])]) {
    // One that only another of them held has ended with that.
    if (actor.status === "over") continue;
    leaveWorker(state, actor);
    die(state, actor, {
      workerName: worker.name,
      workerDeath: death,
      error: death === undefined ? error : undefined,
      dueMs: death === undefined ? nowMs : nowMs + exitReportWaitMs(false),
    });
  }
  reportActorDeaths(state);
}

function die(state: SchedulerState, actor: ActorRecord, death: ActorDeath): void {
  actorBecomes(state.actorTable, actor, "dying");
  actor.death = death;
  dropReferencesOf(state, actor);
}

/** Reports actors whose cause of death is known, and restarts those that may be. */
export function reportActorDeaths(state: SchedulerState): void {
  for (const actor of state.actorTable.dying) {
    const { dueMs, workerDeath } = actor.death as ActorDeath;
    const isKnown = workerDeath === undefined || workerDeath.exit !== undefined;
    if (!isKnown && dueMs > state.nowMs) continue;
    const isComingBack = actor.restartsLeft > 0;
    const death = actor.death as ActorDeath;
    const error = deathError(actor, death, isComingBack);
    actor.death = undefined;
    actorBecomes(state.actorTable, actor, isComingBack ? "waiting" : "over");
    actor.waitingSinceMs = state.nowMs;
    actor.reportedMs = state.nowMs;
    const end = { worker: death.workerName, reason: reasonOf(death), endedMs: state.nowMs };
    if (isComingBack) actor.restartsLeft--;
    else state.observer.addGoneActor(actor, end);
    log(state, "warn", error.message, { actor: actor.id });
    sendOutputsLost(state, actor, error, isComingBack);
    if (!isComingBack) clearReferences(actor);
  }
}

function sendOutputsLost(
  state: SchedulerState,
  actor: ActorRecord,
  error: WireError,
  isComingBack: boolean,
): void {
  for (const watcher of watchersOf(actor)) {
    sendToClient(state, watcher, { type: "actorLost", actor: actor.id, error, isComingBack });
  }
}

function reasonOf({ workerDeath, error }: ActorDeath): string {
  return workerDeath?.exit?.reason ?? workerDeath?.reason ?? error?.message ?? "";
}

function deathError(actor: ActorRecord, death: ActorDeath, isComingBack: boolean): WireError {
  const { workerName, workerDeath } = death;
  const exit = workerDeath?.exit;
  const how = workerDeath === undefined ? reasonOf(death) : `its worker died: ${reasonOf(death)}`;
  const { restarts } = actor.wish;
  const outlook = isComingBack
    ? `it restarts from its constructor's arguments (restart ${restarts - actor.restartsLeft + 1} of ${restarts}); its state is lost, and calls in progress may or may not have run`
    : "its state is lost";
  const text = `the actor ${actor.id} on worker ${workerName} is gone: ${how}; ${outlook}`;
  return actorError("died", actor.id, text, {
    worker: workerName,
    reason: reasonOf(death),
    exitCode: exit?.exitCode ?? null,
    signal: exit?.signal ?? null,
  });
}
