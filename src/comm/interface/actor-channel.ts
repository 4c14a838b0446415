// The port through which actors are called: from a caller straight to the data address of their worker, and
// back. Part of transport.ts; in-process lines are inproc-actor-channels.ts, those over sockets framed-actor-channels.ts,
// those over ports port-actor-channels.ts.
import type { CallActor, WorkerToCaller } from "../../protocol/messages/messages.js";

/** A caller's line to the actors of one worker. What is sent arrives whole and in order, or the line is lost. */
export interface ActorChannel {
  /** Goes out at once: the one that calls much puts it into one message. */
  send(message: CallActor): void;
  close(): void;
}

/** Hears what comes over a line. */
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
  called(caller: Caller, message: CallActor): void;
  /** The caller is gone. */
  callerLost(caller: Caller): void;
}
