// The ports that shells use to communicate. In-process mailboxes (inproc-transport.ts) and ZeroMQ
// (zeromq-transport.ts) implement them and pass one contract suite. Messages of a link arrive whole
// and in order, or the link reports that it is lost. Malformed frames are counted and dropped
// inside.
import type { MemoryOffer, MemoryPlace } from "../../protocol/messages/memory-messages.js";
import type {
  ClientToScheduler,
  DataReply,
  DataRequest,
  SchedulerToClient,
  SchedulerToWorker,
  WorkerToScheduler,
} from "../../protocol/messages/messages.js";
import type { PeerId } from "../../protocol/values/ids.js";
import type { Role } from "../../protocol/values/roles.js";
import type { ActorChannel, ActorChannelListener, CallHandler } from "./actor-channel.js";

/** Messages of a peer to the scheduler. */
export type ToScheduler = ClientToScheduler | WorkerToScheduler;

/** Messages of the scheduler to a peer. */
export type FromScheduler = SchedulerToClient | SchedulerToWorker;

/** The scheduler's end: one for all its peers. */
export interface SchedulerSocket {
  /** Where peers connect, with the real port: `tcp://127.0.0.1:8786`. */
  readonly address: string;
  /** Sends in order; several messages of one event-loop turn are sent together. */
  send(to: PeerId, message: FromScheduler): void;
  /** The turn ends: sends all messages now and not a little later. */
  flush(): void;
  /** The role that the peer has proved by its keys; undefined where peers have none. */
  roleOf?(peer: PeerId): Role | undefined;
  /** Called for each message, in order per peer. */
  onMessage(handler: (from: PeerId, message: ToScheduler) => void): void;
  /** Called when the transport itself detects that a peer is gone (not all do). */
  onPeerLost(handler: (peer: PeerId, reason: string) => void): void;
  /** Called when a peer's broken connection was taken up again, with words for the log. */
  onInterrupted?(handler: (peer: PeerId, text: string) => void): void;
  /** Frames dropped because they were not ours. */
  readonly foreignFrameCount: number;
  /** Absent where messages are passed as they are. */
  readonly traffic?: Traffic;
  /** Sends queued messages, then closes. */
  close(): Promise<void>;
}

/** Bytes of all messages so far. */
export interface Traffic {
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** A client's or worker's end of its line to the scheduler. */
export interface SchedulerLink {
  send(message: ToScheduler): void;
  /** As {@link SchedulerSocket.flush}. */
  flush(): void;
  onMessage(handler: (message: FromScheduler) => void): void;
  /** Called when the transport itself detects that the scheduler is gone (not all do). */
  onLost(handler: (reason: string) => void): void;
  /** Called when the connection broke, and when it was taken up again: words for the log. */
  onInterrupted?(handler: (text: string) => void): void;
  /**
   * Why there is no connection, as far as is known; undefined while there is one. For the message
   * of a failed handshake.
   */
  readonly connectError?: string | undefined;
  /** Whether the scheduler does not let this process in, for want of keys or by them. */
  readonly isRefused?: boolean;
  /** Sends queued messages, then closes. */
  close(): Promise<void>;
}

/** A value on its way: how its bytes read, and the bytes (C-contiguous). */
export interface DataItem {
  readonly dtype: DataReply["found"][number]["dtype"];
  readonly shape: readonly number[];
  /** The first positions of its parts along the first axis, if it has parts. */
  readonly partStarts?: readonly number[];
  /** As they are in the holder's memory: they may not change before `release` was called. */
  readonly bytes: Uint8Array;
  /**
   * Called once by the receiver when it has finished reading the bytes, so that their memory may be
   * reused. A data server calls it when a copy has arrived at the peer. The caller of
   * {@link DataFetcher.fetch} does so for memory that is passed without a copy (in-process, or
   * another process's memory, which can only be read). A call that never comes (the transport was
   * closed) costs memory, nothing else.
   */
  readonly release?: () => void;
}

/** Memory that peers of the same machine may read. */
export interface LendableMemory {
  readonly offer: MemoryOffer;
  /** Whether a peer has read a proof that only processes of this machine can read. */
  isProof(repeated: string): boolean;
  /** Where bytes are in it; undefined when they do not. */
  placeOf(bytes: Uint8Array): MemoryPlace | undefined;
  /** The same value in this memory, where it was not; undefined when there is no room. */
  copyIn?(item: DataItem): DataItem | undefined;
}

/**
 * Answers requests for data; undefined for each value that is not here. An exception counts as the
 * request's fault, and as if none of its values were here.
 */
export type DataHandler = (
  request: DataRequest,
) => readonly (DataItem | undefined)[] | Promise<readonly (DataItem | undefined)[]>;

/** Where a worker or client serves the values it holds. */
export interface DataServer {
  readonly address: string;
  /**
   * Sends queued messages, then closes: after that, none of the handler's values is sent any more.
   */
  close(): Promise<void>;
}

/** Is given how long a request was at the peer. Fetchers of threads do not know it. */
export type NoteHeld = (heldMs: number) => void;

/** Fetches values from peers. One for a whole process: keeps connections. */
export interface DataFetcher {
  /**
   * Values in the order of the request; undefined for those that the peer does not hold. The bytes
   * are the caller's to keep (until it calls `release`, where an item has one); small values may
   * share one ArrayBuffer.
   *
   * @param noteHeld is given how long the request was at the peer before its answer was ready
   * @throws ClusterError `cluster.connection` when the peer is gone or `forget` was called, and
   * `cluster.timeout` when it answers nothing for `timeoutMs`.
   */
  fetch(
    address: string,
    request: DataRequestBody,
    timeoutMs: number,
    noteHeld?: NoteHeld,
  ): Promise<(DataItem | undefined)[]>;
  /** A peer is known to be gone: requests to it fail now. */
  forget(address: string): void;
  /** Nothing that it fetched and that was not released is read any more. */
  close(): Promise<void>;
}

/** A request for data, before the fetcher numbers it. */
export type DataRequestBody = DistributiveOmit<DataRequest, "request">;

/** `Omit` for each member of a union. */
export type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A way of connecting: in-process mailboxes, or sockets. */
export interface Transport {
  /**
   * @throws ClusterError `cluster.address` when the address cannot be bound (taken, malformed).
   */
  listen(address: string): Promise<SchedulerSocket>;
  /**
   * Connects lazily: that nothing listens there shows in silence (ZeroMQ) or at once (in-process).
   *
   * @throws ClusterError `cluster.address` when the address is malformed.
   */
  connect(address: string): Promise<SchedulerLink>;
  /**
   * @param calls takes messages of callers at the same address; none are taken without it
   * @param memory memory that peers in other processes of this machine may read in place, if there
   * is any
   */
  serveData(
    address: string,
    handler: DataHandler,
    calls?: CallHandler,
    memory?: LendableMemory,
  ): Promise<DataServer>;
  fetcher(): DataFetcher;
  /** A line to the worker that serves data at `address`: to its actors, and for results. */
  openCalls(address: string, listener: ActorChannelListener): ActorChannel;
}
