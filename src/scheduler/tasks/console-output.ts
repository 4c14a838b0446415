// Console output of functions, passed on to the clients that submitted them.
// runtime/tasks/task-console.ts limits its amount.
import type {
  ActorLinesPrinted,
  LinesPrinted,
  PrintLevel,
} from "../../protocol/messages/messages.js";
import type { ActorId, TaskId } from "../../protocol/values/ids.js";
import { watchersOf } from "../accounts/actor-references.js";
import { sendToClient } from "../accounts/client-reports.js";
import { graphsOf } from "../state/lookups.js";
import type { ClientRecord, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { keyOf } from "./failures.js";

interface Columns {
  readonly keys: string[];
  readonly levels: PrintLevel[];
  readonly texts: string[];
}

/** Sends clients the console output of their tasks; that of unwanted tasks is dropped. */
export function linesPrinted(
  state: SchedulerState,
  worker: WorkerRecord,
  { tasks, levels, texts }: LinesPrinted,
): void {
  const byClient = new Map<ClientRecord, Columns>();
  tasks.forEach((id, k) => {
    const slot = state.tasks.slotOf(id);
    if (slot < 0) return;
    for (const client of clientsOf(state, slot)) {
      const columns = byClient.get(client) ?? { keys: [], levels: [], texts: [] };
      byClient.set(client, columns);
      columns.keys.push(keyOf(state, slot));
      columns.levels.push(levels[k] as PrintLevel);
      columns.texts.push(texts[k] as string);
    }
  });
  for (const [client, columns] of byClient) {
    sendToClient(state, client, { type: "tasksPrinted", worker: worker.name, ...columns });
  }
}

/**
 * Sends the console output of actors to the clients that had them created; if these are gone, to
 * all that follow them.
 */
export function actorLinesPrinted(
  state: SchedulerState,
  worker: WorkerRecord,
  { actors, levels, texts }: ActorLinesPrinted,
): void {
  const byActor = new Map<ActorId, Omit<Columns, "keys">>();
  actors.forEach((id, k) => {
    const columns = byActor.get(id) ?? { levels: [], texts: [] };
    byActor.set(id, columns);
    columns.levels.push(levels[k] as PrintLevel);
    columns.texts.push(texts[k] as string);
  });
  for (const [id, columns] of byActor) {
    const actor = state.actorTable.byId.get(id);
    if (actor === undefined) continue;
    const makers = connected(state, actor.audience);
    for (const client of makers.size > 0 ? makers : watchersOf(actor)) {
      sendToClient(state, client, {
        type: "actorPrinted",
        worker: worker.name,
        actor: id,
        ...columns,
      });
    }
  }
}

/** Connected clients that wanted a graph with this task. */
function clientsOf(state: SchedulerState, slot: number): ReadonlySet<ClientRecord> {
  return connected(
    state,
    graphsOf(state, slot).flatMap(({ audience }) => audience),
  );
}

function connected(
  state: SchedulerState,
  clients: readonly ClientRecord[],
): ReadonlySet<ClientRecord> {
  return new Set(clients.filter((client) => state.clients.get(client.peer) === client));
}

/**
 * The clients that receive the console output of a client's work. For a worker's client, they are
 * the clients of the tasks and actors that made the request.
 */
export function audienceOf(
  state: SchedulerState,
  client: ClientRecord,
  askedBy: TaskId | ActorId | undefined,
): readonly ClientRecord[] {
  if (askedBy === undefined) return [client];
  if (typeof askedBy === "string") return state.actorTable.byId.get(askedBy)?.audience ?? [];
  const slot = state.tasks.slotOf(askedBy);
  return slot < 0 ? [] : [...clientsOf(state, slot)];
}
