// Plugins of workers: kept here, for workers that join later. What runs in the process of the
// scheduler is its shell's business.
import type { AskScheduler, PlugWorkers } from "../../protocol/messages/messages.js";
import type { ClientRecord, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { askAll } from "./questions.js";

/** A client adds a plugin to all workers, or takes it away. */
export function plugWorkers(
  state: SchedulerState,
  client: ClientRecord,
  { request, name, plugin }: PlugWorkers,
): void {
  if (plugin === null) state.plugins.delete(name);
  else state.plugins.set(name, plugin);
  const workers = [...state.workers.values()];
  askAll(state, client, request, workers, (ask) => ({ type: "plugWorker", ask, name, plugin }));
}

/** A worker has joined: it gets all plugins, before its first task. */
export function sendPlugins(state: SchedulerState, { peer }: WorkerRecord): void {
  for (const [name, plugin] of state.plugins) {
    const message = { type: "plugWorker", ask: -1, name, plugin } as const;
    state.actions.push({ type: "send", to: peer, message });
  }
}

/** A client asks something of the process. */
export function askScheduler(
  state: SchedulerState,
  { peer }: ClientRecord,
  asked: AskScheduler,
): void {
  state.actions.push({ type: "askShell", from: peer, asked });
}
