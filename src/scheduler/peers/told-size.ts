// Clients learn how large the cluster is: explain() predicts costs for it. Changes are sent at the
// next tick, so that a thousand workers that join at once are one message.
import { type ClusterSize, sizeOfWorkers } from "../../protocol/values/cluster-size.js";
import { sendToClient } from "../accounts/client-reports.js";
import type { SchedulerState } from "../state/scheduler-state.js";

/** How often workers have joined or left. */
export function sizeChanges({ nextWorker, workers }: SchedulerState): number {
  return 2 * nextWorker - workers.size;
}

/** A field with the size; none while there is no worker. */
export function sizeField({ workers }: SchedulerState): { readonly size?: ClusterSize } {
  const size = sizeOfWorkers(workers.values());
  return size === undefined ? {} : { size };
}

/** Sends the size to clients that know another one. */
export function tellSize(state: SchedulerState): void {
  const changes = sizeChanges(state);
  const outdated = [...state.clients.values()].filter(({ knownSize }) => knownSize !== changes);
  if (outdated.length === 0) return;
  const sized = { type: "clusterSized", ...sizeField(state) } as const;
  for (const client of outdated) {
    client.knownSize = changes;
    sendToClient(state, client, sized);
  }
}
