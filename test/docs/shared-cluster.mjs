// The cluster of examples that start one like it and change nothing about it: a start costs more
// processor time than what most of them do.
import { LocalCluster } from "tilework";

let shared;

/** A cluster with these options; one with others is closed first, as only one is current. */
export async function sharedCluster(options) {
  const key = JSON.stringify({ threadsPerWorker: 1, ...options });
  if (shared?.key !== key) {
    await closeSharedCluster();
    shared = { key, cluster: await LocalCluster.start(options) };
  }
  return shared.cluster;
}

/** Ends its processes. */
export async function closeSharedCluster() {
  await shared?.cluster.close();
  shared = undefined;
}
