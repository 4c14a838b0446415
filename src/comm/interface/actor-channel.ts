// The port for what goes straight between a caller and the data address of a worker: calls of
// actors and their answers, and results for clients that follow the worker. Part of transport.ts.
// Implementations: inproc-actor-channels.ts within a process, framed-actor-channels.ts over
// sockets, port-actor-channels.ts over message ports.
import type { CallerToWorker, WorkerToCaller } from "../../protocol/messages/messages.js";

/**
 * A caller's line to one worker and its actors. Messages arrive whole and in order, or the channel
 * is lost.
 */
export interface ActorChannel {
  /** Goes out at once; callers with many calls put them into one message. */
  send(message: CallerToWorker): void;
  close(): void;
}

/** Receives events of a channel. */
export interface ActorChannelListener {
  received(message: WorkerToCaller): void;
  /** The worker is gone, or out of reach: nothing comes any more. */
  lost(reason: string): void;
}

/** A caller as the worker sees it. */
export interface Caller {
  answer(message: WorkerToCaller): void;
}

/** Takes calls at a data address. */
export interface CallHandler {
  called(caller: Caller, message: CallerToWorker): void;
  /** The caller is gone. */
  callerLost(caller: Caller): void;
}
