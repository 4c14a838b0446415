// The questions of a session with their answers, and the listeners that get its messages.
import type {
  ActorFound,
  ActorLost,
  ActorPlaced,
  ActorReleased,
  ActorsListed,
  ActorWaiting,
  ClientToScheduler,
  ClusterDescribed,
  ClusterRestarted,
  Coordinated,
  DataArranged,
  NodesAnswered,
  RunObserved,
  ScaleAdvised,
  SchedulerAnswered,
  SchedulerToClient,
  StateDumped,
  StoryTold,
  TasksDescribed,
  WorkersRetired,
} from "../../protocol/messages/messages.js";
import type { GraphId, WorkerId } from "../../protocol/values/ids.js";

/** Messages from the scheduler about one graph. */
export type GraphMessage = Extract<SchedulerToClient, { readonly graph: GraphId }>;

/** Requests to the scheduler, with their answers. */
export interface Answers {
  readonly describeCluster: ClusterDescribed;
  readonly describeTasks: TasksDescribed;
  readonly askNodes: NodesAnswered;
  readonly plugWorkers: NodesAnswered;
  readonly askScheduler: SchedulerAnswered;
  readonly tellStory: StoryTold;
  readonly dumpState: StateDumped;
  readonly observeRun: RunObserved;
  readonly replicateLayer: DataArranged;
  readonly rebalanceData: DataArranged;
  readonly restartCluster: ClusterRestarted;
  readonly retireWorkers: WorkersRetired;
  readonly adviseScale: ScaleAdvised;
  readonly findActor: ActorFound;
  readonly listActors: ActorsListed;
}

/** The fields of a request besides its type and number, which the session adds. */
export type Question<Type extends keyof Answers> = Omit<
  Extract<ClientToScheduler, { readonly type: Type }>,
  "type" | "request"
>;

/** Receives messages about one submitted graph. */
export interface GraphListener {
  /** Whether it can do with its results alone, and has no use for a report of the end; or not. */
  readonly takesAhead?: boolean;
  /** @param isAhead whether it comes from a worker, and the scheduler has yet to report the same */
  received(message: GraphMessage, isAhead?: boolean): void;
  workerLost(worker: WorkerId): void;
  /** The session is over: no more messages will come. */
  failed(error: Error): void;
}

/** Receives messages about one coordinated object. */
export interface CoordinationListener {
  answered(answer: Coordinated): void;
  /** The session is over. */
  failed(error: Error): void;
}

/** A lease and its state. */
export interface LeaseState {
  readonly token: number;
  /** Why it ended before it was released, if it did. */
  reason: string | undefined;
  onLapse: ((reason: string) => void) | undefined;
}

/** Receives messages about the client's actors. */
export interface ActorsListener {
  received(message: ActorPlaced | ActorLost | ActorReleased | ActorWaiting): void;
  /** The session is over: no more messages will come. */
  failed(error: Error): void;
}

/** A block of one of a graph's outputs. */
export interface OutputBlock {
  /** Position among the graph's outputs. */
  readonly output: number;
  readonly block: number;
}

/** Where a worker serves its data. */
export interface WorkerPlace {
  readonly name: string;
  readonly address: string;
}
