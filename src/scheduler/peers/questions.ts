// Questions that a client has to workers, which their shells answer: the scheduler hands them on,
// and the answers back together. A worker that goes away meanwhile is left out.
import type {
  AskNodes,
  SchedulerToWorker,
  WorkerAnswered,
} from "../../protocol/messages/messages.js";
import { sendToClient } from "../accounts/client-reports.js";
import type { ClientRecord, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";

/** A client wants something of all workers, or of some. */
export function askNodes(state: SchedulerState, client: ClientRecord, event: AskNodes): void {
  const { request, topic, workers, durationMs } = event;
  const terms = durationMs === undefined ? {} : { durationMs };
  const asked = [...state.workers.values()].filter(
    ({ name }) => workers === null || workers.includes(name),
  );
  askAll(state, client, request, asked, (ask) => ({ type: "askWorker", ask, topic, ...terms }));
}

/** Sends workers a message that each of them answers; the client gets all answers together. */
export function askAll(
  state: SchedulerState,
  client: ClientRecord,
  request: number,
  asked: readonly WorkerRecord[],
  messageOf: (ask: number) => SchedulerToWorker,
): void {
  const ask = state.nextAsk++;
  state.asks.set(ask, { client, request, waiting: new Set(asked), answers: new Map() });
  for (const { peer } of asked) {
    state.actions.push({ type: "send", to: peer, message: messageOf(ask) });
  }
  endIfAnswered(state, ask);
}

/** A worker has answered. */
export function workerAnswered(
  state: SchedulerState,
  worker: WorkerRecord,
  { ask, json }: WorkerAnswered,
): void {
  const open = state.asks.get(ask);
  if (open?.waiting.delete(worker) !== true) return;
  open.answers.set(worker.name, json);
  endIfAnswered(state, ask);
}

/** A worker is gone: it answers nothing any more. */
export function forgetAsked(state: SchedulerState, worker: WorkerRecord): void {
  for (const [ask, { waiting }] of state.asks) {
    if (waiting.delete(worker)) endIfAnswered(state, ask);
  }
}

/** A client is gone: nothing it asked for is of interest. */
export function forgetAsks(state: SchedulerState, client: ClientRecord): void {
  for (const [ask, open] of state.asks) if (open.client === client) state.asks.delete(ask);
}

function endIfAnswered(state: SchedulerState, ask: number): void {
  const open = state.asks.get(ask);
  if (open === undefined || open.waiting.size > 0) return;
  state.asks.delete(ask);
  const { client, request, answers } = open;
  const names = [...answers.keys()];
  const message = {
    type: "nodesAnswered",
    request,
    names,
    answers: [...answers.values()],
  } as const;
  sendToClient(state, client, message);
}
