// Restarts the cluster: all graphs fail, and every worker drops its values and registers again.
// Locks, queues and variables stay, except for the results that they refer to.
import { ClusterError } from "../../base/errors.js";
import type { RestartCluster } from "../../protocol/messages/messages.js";
import { toWireError } from "../../protocol/values/wire-error.js";
import { sendToClient } from "../accounts/client-reports.js";
import { log } from "../accounts/rate-limited-log.js";
import type { ClientRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { sendGraphErred } from "../tasks/failures.js";
import { dropGraph } from "../tasks/release-graph.js";
import { failOpening } from "../tasks/turns.js";
import { removeWorker } from "./workers.js";

/** A client restarts the cluster. */
export function restartCluster(
  state: SchedulerState,
  client: ClientRecord,
  { request }: RestartCluster,
): void {
  log(state, "info", `client ${client.name} restarts the cluster`);
  const reason = `the cluster was restarted by client ${client.name}: its results are lost; submit the work again`;
  const error = toWireError(new ClusterError("restarted", reason));
  for (const turn of state.backlog.turns.values()) failOpening(state, turn, error);
  for (const graph of [...state.graphs]) {
    sendGraphErred(state, graph, error);
    dropGraph(state, graph);
  }
  const workers = [...state.workers.values()];
  for (const worker of workers) {
    state.actions.push({
      type: "send",
      to: worker.peer,
      message: { type: "registerAgain", reason },
    });
    removeWorker(state, worker, "the cluster was restarted", false);
  }
  sendToClient(state, client, { type: "clusterRestarted", request, workers: workers.length });
}
