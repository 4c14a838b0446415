// Shared by the nodes of a simulation: time, links, chance, costs, and addresses.
import type { Rng } from "../base/rng.js";
import type { LayerName } from "../graph/model/layer.js";
import type {
  ClientToScheduler,
  OutputsReady,
  SchedulerToClient,
  SchedulerToWorker,
  WorkerToScheduler,
} from "../protocol/messages/messages.js";
import type { ActorId, PeerId } from "../protocol/values/ids.js";
import type { Fetch } from "../worker/state/actions.js";
import type { CostModel } from "./cost-model.js";
import type { Network } from "./network.js";
import type { Processors } from "./processors.js";
import type { VirtualSizes, VirtualValue } from "./values.js";
import type { World } from "./world.js";

/** The scheduler's name on the network. */
export const SCHEDULER = "scheduler";

/** The interval of the ticks of nodes. */
export const TICK_MS = 100;

/** How long a request for values waits for its answer. */
export const FETCH_TIMEOUT_MS = 2_000;

/** Bytes of a message without values. */
export const MESSAGE_BYTES = 200;

/** A worker or client, as the scheduler reaches it. */
export interface SchedulerPeer {
  receive(message: SchedulerToClient | SchedulerToWorker): void;
}

/** For each of the requested numbers, the value and the part that it is a piece of. */
export type Pieces = NonNullable<Fetch["pieces"]>;

/** A worker, as its peers and clients reach it. */
export interface ValueServer {
  /**
   * Calls `answer` with the values found, by task, or pieces, by theirs, once those on disk were
   * read; never if there is no one to answer.
   */
  serve(
    tasks: readonly number[],
    answer: (found: Map<number, VirtualValue>) => void,
    pieces?: Pieces,
  ): void;
}

/** A client, as workers reach it that it follows. */
export interface VirtualFollower {
  receivedAhead(message: OutputsReady): void;
}

/** A call on its way to an instance of an actor. */
export interface VirtualCall {
  readonly caller: string;
  readonly actor: ActorId;
  readonly incarnation: number;
  readonly number: number;
  /** @param count how many calls the instance has run; undefined when it is not here */
  readonly answer: (count: number | undefined) => void;
}

/** The actors of a worker, as their callers reach them. */
export interface ActorServer {
  call(call: VirtualCall): void;
}

/** One execution of a task. */
export interface TaskRun {
  readonly layer: LayerName;
  readonly block: number;
  /** Number of the worker process, in order of joining. */
  readonly worker: number;
  readonly endedMs: number;
  readonly durationMs: number;
}

/** The environment that all nodes share. */
export interface Environment {
  readonly world: World;
  readonly network: Network;
  readonly rng: Rng;
  readonly costs: CostModel;
  readonly processors: Processors;
  readonly dynamicSizes: VirtualSizes;
  /** How likely each execution is to throw. */
  readonly throwChance: number;
  /** How likely each execution is to wait for a while, in which its thread runs others. */
  readonly suspendChance: number;
  /** How likely each file is not to be written or read. */
  readonly diskFailChance: number;
  /** Whether invariants are checked after every step. */
  readonly check: boolean;
  /** Called with each execution that ended. */
  readonly onTaskRun: ((run: TaskRun) => void) | undefined;
  /** All registered peers, by routing identity. */
  readonly peers: Map<PeerId, SchedulerPeer>;
  /** How likely each making and each call of an actor is to end it. */
  readonly actorDeathChance: number;
  /** Actors of workers, by data address; also of those that are gone. */
  readonly actors: Map<string, ActorServer>;
  /** Clients by the names that they follow under. */
  readonly followers: Map<string, VirtualFollower>;
  /** Workers by data address. */
  readonly servers: Map<string, ValueServer>;
  /** Hands a message to the scheduler that has arrived there. */
  toScheduler(from: PeerId, message: ClientToScheduler | WorkerToScheduler): void;
  /** Steps of all cores so far. */
  steps: number;
  /** Turns of all main threads so far: messages and events, without ticks. */
  turns: number;
  /** Time that main threads spent on copying parts of blocks together. */
  copyMs: number;
  /** Bytes of values that workers fetched from each other. */
  bytesMoved: number;
  /** How many values these were; a piece of one counts as one. */
  valuesMoved: number;
}

/**
 * Asks the worker at `address` for values. Calls `onAnswer` once: with the values found, or with
 * undefined if no answer came in time or `cancel` was called.
 */
export function requestValues(
  environment: Environment,
  asker: string,
  address: string,
  tasks: readonly number[],
  onAnswer: (found: Map<number, VirtualValue> | undefined) => void,
  pieces?: Pieces,
): { cancel(): void } {
  const { world, network, servers } = environment;
  let isOpen = true;
  const answer = (found: Map<number, VirtualValue> | undefined) => {
    if (!isOpen) return;
    isOpen = false;
    onAnswer(found);
  };
  network.sendLoosely(asker, address, MESSAGE_BYTES, () => {
    const reply = (found: Map<number, VirtualValue>) => {
      let bytes = MESSAGE_BYTES;
      for (const value of found.values()) bytes += value.bytes;
      network.sendLoosely(address, asker, bytes, () => answer(found));
    };
    servers.get(address)?.serve(tasks, reply, pieces);
  });
  world.after(FETCH_TIMEOUT_MS, () => answer(undefined));
  return { cancel: () => world.after(0, () => answer(undefined)) };
}
