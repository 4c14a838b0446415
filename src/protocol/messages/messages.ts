// All messages by direction: a table of schemas for each, and the unions of their messages.
// Requests are imperative, reports past tense. Lists of numbers are columns rather than lists of
// objects: 100,000 tasks a second go through here. frames.ts makes frames of messages.
import {
  actorAnswered,
  actorEnded,
  actorFound,
  actorGone,
  actorLost,
  actorPlaced,
  actorReleased,
  actorStarted,
  actorsKept,
  actorsListed,
  callActor,
  createActor,
  findActor,
  listActors,
  releaseActor,
  startActor,
  stopActor,
} from "./actor-messages.js";
import {
  acquireReplicas,
  adviseScale,
  clusterRestarted,
  dataArranged,
  rebalanceData,
  replicateLayer,
  restartCluster,
  retireWorkers,
  scaleAdvised,
  workersRetired,
} from "./admin-messages.js";
import {
  clientAccepted,
  clientHeartbeat,
  closeClient,
  clusterDescribed,
  clusterSized,
  describeCluster,
  graphErred,
  graphFinished,
  graphProgressed,
  peerRefused,
  registerClient,
  releaseGraph,
  reportWorkerExit,
  shutdownCluster,
  submitGraph,
  workerLost,
  workerSilent,
  workersJoined,
} from "./client-messages.js";
import { actorLinesPrinted, actorPrinted, linesPrinted, tasksPrinted } from "./console-messages.js";
import {
  cancelWait,
  coordinate,
  coordinated,
  leaseLapsed,
  leaveCoordination,
} from "./coordination-messages.js";
import { dataReceived, followResults, getServed, getTasks } from "./data-messages.js";
import {
  outputsErred,
  outputsReady,
  releaseOutputs,
  retryOutputs,
} from "./graph-output-messages.js";
import { TO_LENDER } from "./memory-messages.js";
import { askScheduler, plugWorker, plugWorkers, schedulerAnswered } from "./plugin-messages.js";
import {
  askNodes,
  askWorker,
  describeTasks,
  dumpState,
  nodesAnswered,
  observeRun,
  runObserved,
  stateDumped,
  storyTold,
  tasksDescribed,
  tellStory,
  workerAnswered,
} from "./question-messages.js";
import { type MessageIn, schemas } from "./schema.js";
import { clientObserved, workerObserved } from "./span-messages.js";
import { tasksResumed, tasksSuspended } from "./suspension-messages.js";
import { actorWaiting } from "./waiting-messages.js";
import {
  addLayers,
  closeWorker,
  computeTasks,
  copiesFailed,
  dropLayers,
  freeTasks,
  heartbeatAnswered,
  inputsMissing,
  piecesFetched,
  registerAgain,
  registerWorker,
  replicasAdded,
  shutdownWorker,
  stealAnswered,
  stealTasks,
  taskErred,
  tasksFinished,
  workerAccepted,
  workerHeartbeat,
} from "./worker-messages.js";

export type * from "./actor-messages.js";
export type * from "./admin-messages.js";
export type * from "./client-messages.js";
export type * from "./console-messages.js";
export type * from "./coordination-messages.js";
export type * from "./data-messages.js";
export type * from "./graph-output-messages.js";
export type * from "./plugin-messages.js";
export type * from "./question-messages.js";
export type * from "./span-messages.js";
export type * from "./suspension-messages.js";
export type * from "./waiting-messages.js";
export type * from "./worker-messages.js";

/** Messages of a client to its scheduler. */
export const FROM_CLIENT = schemas(
  registerClient,
  submitGraph,
  releaseOutputs,
  retryOutputs,
  releaseGraph,
  clientHeartbeat,
  clientObserved,
  describeCluster,
  describeTasks,
  askNodes,
  plugWorkers,
  askScheduler,
  tellStory,
  dumpState,
  observeRun,
  reportWorkerExit,
  replicateLayer,
  rebalanceData,
  retireWorkers,
  adviseScale,
  restartCluster,
  coordinate,
  cancelWait,
  leaveCoordination,
  createActor,
  releaseActor,
  findActor,
  listActors,
  closeClient,
  shutdownCluster,
);
export type ClientToScheduler = MessageIn<typeof FROM_CLIENT>;

/** Messages of a scheduler to a client. */
export const TO_CLIENT = schemas(
  clientAccepted,
  peerRefused,
  outputsReady,
  outputsErred,
  workersJoined,
  workerLost,
  clusterSized,
  graphProgressed,
  graphFinished,
  graphErred,
  actorWaiting,
  tasksPrinted,
  actorPrinted,
  clusterDescribed,
  tasksDescribed,
  nodesAnswered,
  schedulerAnswered,
  storyTold,
  stateDumped,
  runObserved,
  dataArranged,
  workersRetired,
  clusterRestarted,
  coordinated,
  leaseLapsed,
  scaleAdvised,
  actorFound,
  actorsListed,
  actorPlaced,
  actorReleased,
  actorLost,
);
export type SchedulerToClient = MessageIn<typeof TO_CLIENT>;

/** Messages of a worker to its scheduler. */
export const FROM_WORKER = schemas(
  registerWorker,
  workerHeartbeat,
  workerObserved,
  tasksFinished,
  taskErred,
  tasksSuspended,
  tasksResumed,
  replicasAdded,
  copiesFailed,
  piecesFetched,
  inputsMissing,
  stealAnswered,
  linesPrinted,
  actorLinesPrinted,
  actorStarted,
  actorEnded,
  actorsKept,
  workerAnswered,
  closeWorker,
);
export type WorkerToScheduler = MessageIn<typeof FROM_WORKER>;

/** Messages of a scheduler to a worker. */
export const TO_WORKER = schemas(
  workerAccepted,
  peerRefused,
  workersJoined,
  workerLost,
  workerSilent,
  addLayers,
  dropLayers,
  computeTasks,
  freeTasks,
  acquireReplicas,
  registerAgain,
  stealTasks,
  heartbeatAnswered,
  askWorker,
  plugWorker,
  startActor,
  stopActor,
  shutdownWorker,
);
export type SchedulerToWorker = MessageIn<typeof TO_WORKER>;

/** Messages of a caller to a worker. */
export const FROM_CALLER = schemas(callActor, followResults);
export type CallerToWorker = MessageIn<typeof FROM_CALLER>;

/** Messages of a worker to a caller. */
export const TO_CALLER = schemas(actorAnswered, actorGone, outputsReady);
export type WorkerToCaller = MessageIn<typeof TO_CALLER>;

/** All messages to a scheduler. */
export const TO_SCHEDULER = { ...FROM_CLIENT, ...FROM_WORKER };

/** All messages from a scheduler. */
export const FROM_SCHEDULER = { ...TO_CLIENT, ...TO_WORKER };

/** All messages to a data server. */
export const TO_DATA_SERVER = {
  ...schemas(getTasks, getServed, dataReceived),
  ...FROM_CALLER,
  ...TO_LENDER,
};
