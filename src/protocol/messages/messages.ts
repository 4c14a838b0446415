// Everything that peers say to each other, as discriminated unions, one per direction. Requests are
// imperative, reports past tense. Lists of numbers stand side by side ("columns") instead of lists
// of objects: 100,000 tasks a second go through here. How messages become frames is frames.ts; how each looks
// on arrival is checked by message-shapes.ts.
import type {
  ActorEnded,
  ActorFound,
  ActorLetGo,
  ActorLost,
  ActorPlaced,
  ActorStarted,
  ActorsKept,
  CreateActor,
  FindActor,
  ReleaseActor,
  StartActor,
  StopActor,
} from "./actor-messages.js";
import type {
  AcquireReplicas,
  AdviseScale,
  ClusterRestarted,
  DataArranged,
  RebalanceData,
  ReplicateLayer,
  RestartCluster,
  RetireWorkers,
  ScaleAdvised,
  WorkersRetired,
} from "./admin-messages.js";
import type {
  ClientAccepted,
  ClientHeartbeat,
  CloseClient,
  ClusterDescribed,
  DescribeCluster,
  GraphErred,
  GraphFinished,
  GraphProgressed,
  PeerRefused,
  RegisterClient,
  ReleaseGraph,
  ReportWorkerExit,
  ShutdownCluster,
  SubmitGraph,
  WorkerLost,
  WorkersJoined,
} from "./client-messages.js";
import type {
  ActorLinesPrinted,
  ActorPrinted,
  LinesPrinted,
  TasksPrinted,
} from "./console-messages.js";
import type {
  CancelWait,
  Coordinate,
  Coordinated,
  LeaseLapsed,
  LeaveCoordination,
} from "./coordination-messages.js";
import type {
  OutputsErred,
  OutputsReady,
  ReleaseOutputs,
  RetryOutputs,
} from "./graph-output-messages.js";
import type { DumpState, StateDumped, StoryTold, TellStory } from "./question-messages.js";
import type { TasksResumed, TasksSuspended } from "./suspension-messages.js";
import type {
  AddLayers,
  CloseWorker,
  ComputeTasks,
  CopiesFailed,
  DropLayers,
  FreeTasks,
  HeartbeatAnswered,
  InputsMissing,
  PiecesFetched,
  RegisterAgain,
  RegisterWorker,
  ReplicasAdded,
  ShutdownWorker,
  StealAnswered,
  StealTasks,
  TaskErred,
  TasksFinished,
  WorkerAccepted,
  WorkerHeartbeat,
} from "./worker-messages.js";

export type * from "./actor-messages.js";
export type * from "./admin-messages.js";
export type * from "./client-messages.js";
export type * from "./console-messages.js";
export type * from "./coordination-messages.js";
export type * from "./data-messages.js";
export type * from "./graph-output-messages.js";
export type * from "./question-messages.js";
export type * from "./suspension-messages.js";
export type * from "./worker-messages.js";

/** What a client may say to its scheduler. */
export type ClientToScheduler =
  | RegisterClient
  | SubmitGraph
  | ReleaseOutputs
  | RetryOutputs
  | ReleaseGraph
  | ClientHeartbeat
  | DescribeCluster
  | TellStory
  | DumpState
  | ReportWorkerExit
  | ReplicateLayer
  | RebalanceData
  | RetireWorkers
  | AdviseScale
  | RestartCluster
  | Coordinate
  | CancelWait
  | LeaveCoordination
  | CreateActor
  | ReleaseActor
  | FindActor
  | CloseClient
  | ShutdownCluster;

/** What a scheduler may say to a client. */
export type SchedulerToClient =
  | ClientAccepted
  | PeerRefused
  | OutputsReady
  | OutputsErred
  | WorkersJoined
  | WorkerLost
  | GraphProgressed
  | GraphFinished
  | GraphErred
  | TasksPrinted
  | ActorPrinted
  | ClusterDescribed
  | StoryTold
  | StateDumped
  | DataArranged
  | WorkersRetired
  | ClusterRestarted
  | Coordinated
  | LeaseLapsed
  | ScaleAdvised
  | ActorFound
  | ActorPlaced
  | ActorLetGo
  | ActorLost;

/** What a worker may say to its scheduler. */
export type WorkerToScheduler =
  | RegisterWorker
  | WorkerHeartbeat
  | TasksFinished
  | TaskErred
  | TasksSuspended
  | TasksResumed
  | ReplicasAdded
  | CopiesFailed
  | PiecesFetched
  | InputsMissing
  | StealAnswered
  | LinesPrinted
  | ActorLinesPrinted
  | ActorStarted
  | ActorEnded
  | ActorsKept
  | CloseWorker;

/** What a scheduler may say to a worker. */
export type SchedulerToWorker =
  | WorkerAccepted
  | PeerRefused
  | WorkersJoined
  | WorkerLost
  | AddLayers
  | DropLayers
  | ComputeTasks
  | FreeTasks
  | AcquireReplicas
  | RegisterAgain
  | StealTasks
  | HeartbeatAnswered
  | StartActor
  | StopActor
  | ShutdownWorker;
