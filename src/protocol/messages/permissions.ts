// Which messages a peer with keys may send to a scheduler, by role. A graph, an actor's handle and
// a wait are their client's alone whatever its role: the scheduler's core looks them up among those
// of the peer that speaks.
import type { Role } from "../values/roles.js";
import type { ClientToScheduler, WorkerToScheduler } from "./messages.js";

type ToScheduler = ClientToScheduler | WorkerToScheduler;

const CLIENTS: readonly Role[] = ["client", "admin"];
/** Tasks on workers speak as clients do, through their worker. */
const CLIENTS_AND_TASKS: readonly Role[] = ["client", "admin", "worker"];
const ADMINS: readonly Role[] = ["admin"];
const WORKERS: readonly Role[] = ["worker"];

const MAY_SAY: Readonly<Record<ToScheduler["type"], readonly Role[]>> = {
  registerClient: CLIENTS_AND_TASKS,
  submitGraph: CLIENTS_AND_TASKS,
  releaseOutputs: CLIENTS_AND_TASKS,
  retryOutputs: CLIENTS_AND_TASKS,
  releaseGraph: CLIENTS_AND_TASKS,
  clientHeartbeat: CLIENTS_AND_TASKS,
  clientObserved: CLIENTS,
  describeCluster: CLIENTS_AND_TASKS,
  replicateLayer: CLIENTS,
  coordinate: CLIENTS_AND_TASKS,
  cancelWait: CLIENTS_AND_TASKS,
  leaveCoordination: CLIENTS_AND_TASKS,
  createActor: CLIENTS_AND_TASKS,
  releaseActor: CLIENTS_AND_TASKS,
  findActor: CLIENTS_AND_TASKS,
  listActors: CLIENTS_AND_TASKS,
  closeClient: CLIENTS_AND_TASKS,
  /** Supervisors of workers have their keys. */
  reportWorkerExit: ["admin", "worker"],
  tellStory: ADMINS,
  describeTasks: ADMINS,
  askNodes: CLIENTS,
  plugWorkers: CLIENTS,
  askScheduler: CLIENTS,
  dumpState: ADMINS,
  observeRun: ADMINS,
  rebalanceData: ADMINS,
  /** Workers leave by it at the end of their lifetime. */
  retireWorkers: ["admin", "worker"],
  adviseScale: ADMINS,
  restartCluster: ADMINS,
  shutdownCluster: ADMINS,
  registerWorker: WORKERS,
  workerHeartbeat: WORKERS,
  workerObserved: WORKERS,
  tasksFinished: WORKERS,
  taskErred: WORKERS,
  tasksSuspended: WORKERS,
  tasksResumed: WORKERS,
  replicasAdded: WORKERS,
  copiesFailed: WORKERS,
  piecesFetched: WORKERS,
  inputsMissing: WORKERS,
  stealAnswered: WORKERS,
  linesPrinted: WORKERS,
  actorLinesPrinted: WORKERS,
  actorStarted: WORKERS,
  actorEnded: WORKERS,
  actorsKept: WORKERS,
  workerAnswered: WORKERS,
  closeWorker: WORKERS,
};

/** Why a peer of this role may not say that; undefined when it may. */
export function findForbidden(role: Role, message: ToScheduler): string | undefined {
  const roles = MAY_SAY[message.type];
  if (!roles.includes(role)) {
    return `${message.type} takes the keys of ${roles.join(" or ")}, and these are of ${role}`;
  }
  if (role === "client" && message.type === "askNodes" && message.topic !== "about") {
    return `askNodes about ${message.topic} takes the keys of admin, and these are of client`;
  }
  if (role === "client" && message.type === "askScheduler" && message.what !== "about") {
    return "code in the scheduler's process takes the keys of admin, and these are of client";
  }
  if (role === "worker" && message.type === "submitGraph" && message.askedBy === undefined) {
    return "submitGraph takes the keys of client or admin: those of worker are for tasks that workers run";
  }
  return undefined;
}
