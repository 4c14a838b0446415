// The cluster of examples that start one like it and change nothing about it: a start costs more
// processor time than what most of them do.
import { LocalCluster } from "tilework";

let shared;

/** The cluster of so many workers; another one is closed first, as only one is current. */
export async function sharedCluster(workers) {
  if (shared?.workers !== workers) {
    await closeSharedCluster();
    shared = { workers, cluster: await LocalCluster.start({ workers }) };
  }
  return shared.cluster;
}

/** Ends its processes. */
export async function closeSharedCluster() {
  await shared?.cluster.close();
  shared = undefined;
}
