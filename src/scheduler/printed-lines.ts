// What functions write to the console: passed on to whoever submitted them. How much may be written is
// bounded where it is written (runtime/task-console.ts).
import type { LinesPrinted, PrintLevel } from "../protocol/messages.js";
import { keyOf } from "./failures.js";
import { tell } from "./reports.js";
import type { ClientRecord, SchedulerState, WorkerRecord } from "./state.js";
import { graphsOf } from "./transitions.js";

interface Columns {
  readonly keys: string[];
  readonly levels: PrintLevel[];
  readonly texts: string[];
}

/** Tells clients what their tasks wrote; of a task that nobody wants any more, nobody hears. */
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
    tell(state, client, { type: "tasksPrinted", worker: worker.name, ...columns });
  }
}

/** Clients that are there and have submitted a graph with this task. */
function clientsOf(state: SchedulerState, slot: number): ReadonlySet<ClientRecord> {
  const clients = graphsOf(state, slot).map(({ client }) => client);
  return new Set(clients.filter((client) => state.clients.get(client.peer) === client));
}
