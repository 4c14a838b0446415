// Clients that join and leave, and their requests besides graphs.
import type {
  DescribeCluster,
  RegisterClient,
  ReportWorkerExit,
} from "../../protocol/messages/messages.js";
import type { PeerId } from "../../protocol/values/ids.js";
import { forgetClientReferences } from "../accounts/actor-references.js";
import { sendToClient } from "../accounts/client-reports.js";
import { log } from "../accounts/rate-limited-log.js";
import { reportActorDeaths } from "../actors/actor-lifecycle.js";
import { forgetParties } from "../coordination/coordinate.js";
import type { ClientRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { dropGraph } from "../tasks/release-graph.js";
import { forgetRequests } from "../tasks/replication.js";
import { endTurn } from "../tasks/turns.js";
import { exitOf, explainDeath } from "../tasks/worker-deaths.js";
import { forgetAsks } from "./questions.js";
import { sizeChanges, sizeField } from "./told-size.js";
import { refuse, removeWorker, versionMismatch } from "./workers.js";

/** Clients of commands that look at a cluster, and of its own processes. */
const COMMANDS = new Set("info job jobs logs observe self stop supervisor top".split(" "));

/** How much the coming and going of a client matters: that of programs does. */
export function comingLevel(name: string): "debug" | "info" {
  return COMMANDS.has(name) ? "debug" : "info";
}

/** A client introduces itself; one that does so again keeps its graphs. */
export function registerClient(state: SchedulerState, from: PeerId, event: RegisterClient): void {
  const mismatch = versionMismatch(event.version);
  if (mismatch !== undefined) {
    refuse(state, from, `client ${event.name}`, mismatch);
    return;
  }
  let client = state.clients.get(from);
  if (client === undefined) {
    client = {
      peer: from,
      name: event.name,
      seenMs: state.nowMs,
      graphs: new Map(),
      ownLayers: new Map(),
      tasks: 0,
      processing: 0,
      scaleAdvice: { shrinks: 0, workers: 0 },
      knownWorkers: new Set(),
      knownSize: 0,
    };
    state.clients.set(from, client);
    log(state, comingLevel(event.name), `client ${event.name} joined`);
  }
  client.knownSize = sizeChanges(state);
  sendToClient(state, client, {
    type: "clientAccepted",
    heartbeatIntervalMs: state.options.heartbeatIntervalMs,
    jobTasksMax: state.options.jobTasksMax,
    scheduler: state.options.schedulerName,
    ...(state.dashboardLink === undefined ? {} : { dashboardLink: state.dashboardLink }),
    ...sizeField(state),
  });
}

/** A client is gone: its graphs are no longer wanted. */
export function removeClient(state: SchedulerState, client: ClientRecord, reason: string): void {
  state.clients.delete(client.peer);
  const { size } = client.graphs;
  log(state, comingLevel(client.name), `client ${client.name} is gone: ${reason}`, { jobs: size });
  endTurn(state, client);
  for (const graph of [...client.graphs.values()]) dropGraph(state, graph);
  forgetRequests(state, client);
  forgetAsks(state, client);
  forgetParties(state, client);
  forgetClientReferences(state, client);
}

/** The process of a worker was seen to exit. */
export function reportWorkerExit(state: SchedulerState, event: ReportWorkerExit): void {
  const worker = state.workersByName.get(event.name);
  if (worker !== undefined) {
    removeWorker(state, worker, event.reason, true, exitOf(event));
    return;
  }
  log(state, "info", `worker ${event.name} exited: ${event.reason}; it was already gone`);
  explainDeath(state, event);
  reportActorDeaths(state);
}

/** A picture of the cluster. */
export function describeCluster(
  state: SchedulerState,
  client: ClientRecord,
  { request }: DescribeCluster,
): void {
  const workers = [...state.workers.values()].map((worker) => ({
    worker: worker.id,
    name: worker.name,
    address: worker.address,
    threads: worker.threads,
    memoryLimitBytes: worker.memoryLimitBytes,
    // Heartbeats come later than the worker's reports of its results.
    managedBytes: Math.max(
      worker.vitals.managedBytes,
      worker.vitals.spilledBytes > 0 ? 0 : worker.heldBytes,
    ),
    spilledBytes: worker.vitals.spilledBytes,
    processBytes: worker.vitals.processBytes,
    pid: worker.pid,
    executing: worker.vitals.executing,
    host: worker.host ?? "",
    resources: worker.resources,
    tags: worker.tags,
    processing: worker.processing.count,
    joinedMsAgo: state.nowMs - worker.joinedMs,
    seenMsAgo: state.nowMs - worker.seenMs,
  }));
  sendToClient(state, client, {
    type: "clusterDescribed",
    request,
    workers,
    tasks: state.tasks.count,
    graphs: state.graphs.size,
    actors: state.actorTable.byId.size,
    clients: [...state.clients.values()].map(({ name, graphs, seenMs }) => ({
      name,
      graphs: graphs.size,
      seenMsAgo: state.nowMs - seenMs,
    })),
    ageMs: state.nowMs,
  });
}
