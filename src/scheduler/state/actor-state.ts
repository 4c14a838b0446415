// Actors as the scheduler knows them, and their state machine. actor-requests.ts handles requests
// and releases, actor-placement.ts chooses workers, actor-lifecycle.ts handles creation and death.
import { InvariantError } from "../../base/errors.js";
import type { CreateActor } from "../../protocol/messages/messages.js";
import type { ActorId, TaskId } from "../../protocol/values/ids.js";
import type { WireError } from "../../protocol/values/wire-error.js";
import type { WorkerDeath } from "./death-log.js";
import type { ClientRecord, WorkerRecord } from "./records.js";

/** Where an actor is in its life. */
export type ActorStatus = "waiting" | "starting" | "running" | "dying" | "over";

/** Legal edges, each with when it is taken. */
export const ACTOR_EDGES = {
  "waiting>starting": "a worker has what it takes",
  "waiting>over": "it was released",
  "starting>running": "its constructor returned",
  "starting>dying": "its worker is gone",
  "starting>over": "it was released, or could not be made",
  "running>dying": "it died, or its worker is gone",
  "running>over": "it was released",
  "dying>waiting": "it is known why it died, and it may be made again",
  "dying>over": "it is known why it died, or it was released",
} as const satisfies Partial<Record<`${ActorStatus}>${ActorStatus}`, string>>;

/** How an actor died. */
export interface ActorDeath {
  readonly workerName: string;
  /** The death of its worker, if that died; its supervisor may yet explain it. */
  readonly workerDeath: WorkerDeath | undefined;
  /** The error that ended it otherwise. */
  readonly error: WireError | undefined;
  /** When waiting callers are notified, at the latest. */
  readonly dueMs: number;
}

/** An actor that is wanted. */
export interface ActorRecord {
  readonly id: ActorId;
  readonly wish: Omit<CreateActor, "type">;
  /**
   * The clients that receive its console output: those that had it created, unless that is a
   * worker's client.
   */
  readonly audience: readonly ClientRecord[];
  /** The holders of its handles, with their clients: these are notified of its fate. */
  readonly holders: Map<Holder, { count: number; readonly client: ClientRecord }>;
  /** Values and results that have handles of it. */
  pins: number;
  /** Actors that it holds itself. */
  readonly holding: Set<ActorRecord>;
  status: ActorStatus;
  /** Where it is being made or lives. */
  worker: WorkerRecord | undefined;
  /** How often it was made. */
  incarnation: number;
  restartsLeft: number;
  methods: readonly string[];
  fields: readonly string[];
  /**
   * Since when it waits for a worker, while it does, and when its watchers were last notified of
   * that.
   */
  waitingSinceMs: number;
  reportedMs: number;
  /** While it is dying. */
  death: ActorDeath | undefined;
}

/** Who may have handles. */
export type Holder = ClientRecord | ActorRecord;

/** All actors. */
export interface ActorTable {
  readonly byId: Map<ActorId, ActorRecord>;
  readonly byName: Map<string, ActorRecord>;
  readonly waiting: Set<ActorRecord>;
  readonly dying: Set<ActorRecord>;
  /** Actors that are being made or live there. */
  readonly byWorker: Map<WorkerRecord, Set<ActorRecord>>;
  /** Actors of which results of tasks have handles. */
  readonly byTask: Map<TaskId, ActorRecord[]>;
}

/** No actors. */
export function createActorTable(): ActorTable {
  return {
    byId: new Map(),
    byName: new Map(),
    waiting: new Set(),
    dying: new Set(),
    byWorker: new Map(),
    byTask: new Map(),
  };
}

/**
 * Moves an actor along a legal edge.
 *
 * @throws InvariantError when there is no such edge
 */
export function actorBecomes(table: ActorTable, actor: ActorRecord, to: ActorStatus): void {
  const edge = `${actor.status}>${to}`;
  if (!Object.hasOwn(ACTOR_EDGES, edge)) {
    throw new InvariantError(`actor ${actor.id}: ${edge} is not an edge`);
  }
  actor.status = to;
  table.waiting.delete(actor);
  table.dying.delete(actor);
  if (to === "waiting") table.waiting.add(actor);
  if (to === "dying") table.dying.add(actor);
  if (to !== "over") return;
  table.byId.delete(actor.id);
  const { name } = actor.wish;
  if (name !== null && table.byName.get(name) === actor) table.byName.delete(name);
}

/** The error that callers receive at the end of an actor. */
export function actorError(
  code: "died" | "failed" | "released",
  actor: string,
  message: string,
  facts: object = {},
): WireError {
  return { name: "ActorError", code: `actor.${code}`, message, data: { actor, ...facts } };
}
