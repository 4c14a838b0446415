// Sends each worker the messages of a step, one per kind, in an order in which each can be
// understood: peers before their names are used, layers before their tasks, frees before work. So a
// task that is freed and handed out again in one step is not cancelled.
import type { SchedulerToWorker } from "../../protocol/messages/messages.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { emptyOutbox } from "./workers.js";

/** Sends the waiting messages to workers. */
export function sendOutboxes(state: SchedulerState): void {
  for (const worker of state.touched) {
    worker.isTouched = false;
    if (state.workers.get(worker.id) !== worker) continue;
    const { freed, dropped, added, joined, acquire, stolen, compute } = worker.outbox;
    const send = (message: SchedulerToWorker) =>
      state.actions.push({ type: "send", to: worker.peer, message });
    if (joined.length > 0) send({ type: "workersJoined", workers: joined });
    if (added.length > 0) send({ type: "addLayers", layers: added });
    if (freed.length > 0) send({ type: "freeTasks", tasks: freed });
    if (acquire !== undefined) send({ type: "acquireReplicas", ...acquire });
    if (compute !== undefined) send({ type: "computeTasks", ...compute });
    if (stolen.length > 0) {
      const tasks = stolen.map(({ task }) => task);
      send({ type: "stealTasks", tasks, attempts: stolen.map(({ attempt }) => attempt) });
    }
    if (dropped.length > 0) send({ type: "dropLayers", layers: dropped });
    worker.outbox = emptyOutbox();
  }
  state.touched = [];
}
