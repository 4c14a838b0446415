// Calls of actors over lines of frames. A caller opens its own line to the worker's data address,
// so large values do not delay calls.
import { ProtocolError } from "../../base/errors.js";
import { decodeMessages, encodeMessages, packMessages } from "../../protocol/frames/frames.js";
import {
  type CallerToWorker,
  TO_CALLER,
  type WorkerToCaller,
} from "../../protocol/messages/messages.js";
import type { PeerId } from "../../protocol/values/ids.js";
import { OWN_FRAME_BYTES_MIN } from "../../protocol/values/plain-values.js";
import type {
  ActorChannel,
  ActorChannelListener,
  Caller,
  CallHandler,
} from "../interface/actor-channel.js";
import type { FrameLine, FrameServer } from "./frame-lines.js";
import type { MalformedFrameCounter } from "./malformed-frames.js";

/**
 * A worker listens before its address is known to anyone: this many refused attempts mean that it
 * is gone.
 */
const FAILED_ATTEMPTS_MAX = 3;

/** A {@link ActorChannel} over a line of frames. */
export class FramedActorChannel implements ActorChannel {
  readonly #line: FrameLine;

  constructor(
    line: FrameLine,
    address: string,
    listener: ActorChannelListener,
    foreign: MalformedFrameCounter,
  ) {
    this.#line = line;
    line.listen({
      received: (frames) => {
        const messages = decodeMessages<WorkerToCaller>(frames, TO_CALLER);
        if (messages instanceof ProtocolError) return foreign.drop(messages);
        for (const message of messages) listener.received(message);
      },
      lost: (reason) => listener.lost(reason),
      connectFailed: (attempts) => {
        if (attempts < FAILED_ATTEMPTS_MAX) return;
        line.abandon();
        listener.lost(`nothing listens at ${address}`);
      },
    });
  }

  send(message: CallerToWorker): void {
    this.#line.send(encodeValues(message));
  }

  close(): void {
    void this.#line.close();
  }
}

/** The callers at one data address. */
export class FramedCallers {
  readonly #server: FrameServer;
  readonly #handler: CallHandler | undefined;
  readonly #callers = new Map<PeerId, Caller>();

  constructor(server: FrameServer, handler: CallHandler | undefined) {
    this.#server = server;
    this.#handler = handler;
  }

  called(peer: PeerId, message: CallerToWorker): void {
    let caller = this.#callers.get(peer);
    if (caller === undefined) {
      const answer = (answered: WorkerToCaller) => this.#server.send(peer, encodeValues(answered));
      this.#callers.set(peer, (caller = { answer }));
    }
    this.#handler?.called(caller, message);
  }

  /** The peer is gone. */
  lose(peer: PeerId): void {
    const caller = this.#callers.get(peer);
    if (caller === undefined) return;
    this.#callers.delete(peer);
    this.#handler?.callerLost(caller);
  }
}

/**
 * The frames of a message; large values are sent without a copy, since they do not change any more.
 */
function encodeValues(message: CallerToWorker | WorkerToCaller): Uint8Array[] {
  const values = "values" in message ? message.values : undefined;
  if (values === undefined || values.byteLength < OWN_FRAME_BYTES_MIN) {
    return encodeMessages([message]);
  }
  const value = { ...message, values: null };
  return packMessages([
    { value, patches: [[["values"], "frame", "Uint8Array", 0]], frames: [values] },
  ]);
}
