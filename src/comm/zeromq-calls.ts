// Calls of actors over ZeroMQ: a DEALER of the caller's own to the ROUTER at which the worker serves data, so
// that no large value holds a call up.
import type { Dealer, Router } from "zeromq";
import { ProtocolError } from "../base/errors.js";
import { TO_CALLER } from "../protocol/actor-message-shapes.js";
import { decodeMessages, encodeMessages, packMessages } from "../protocol/frames.js";
import type { CallActor, WorkerToCaller } from "../protocol/messages.js";
import { OWN_FRAME_BYTES_MIN } from "../protocol/plain-values.js";
import type { Caller, CallHandler, CallLine, CallLineListener } from "./call-lines.js";
import { ConnectionWatch } from "./connection-watch.js";
import type { ForeignFrameCounter } from "./foreign-frames.js";
import { isDisconnection } from "./zeromq-disconnection.js";
import { closeAbandoned, receiveAll, sendNow } from "./zeromq-socket.js";

/** A worker listens before anyone learns its address: so many refused attempts mean that it is gone. */
const FAILED_ATTEMPTS_MAX = 3;

/** A {@link CallLine} over a DEALER that does not connect yet. */
export class ZeroMqCallLine implements CallLine {
  readonly #dealer: Dealer;
  readonly #listener: CallLineListener;

  constructor(
    dealer: Dealer,
    address: string,
    listener: CallLineListener,
    foreign: ForeignFrameCounter,
  ) {
    this.#dealer = dealer;
    this.#listener = listener;
    new ConnectionWatch(dealer, address, (attempts) => {
      if (attempts >= FAILED_ATTEMPTS_MAX) this.#lose(`nothing listens at ${address}`);
    });
    receiveAll(dealer, (frames) => {
      if (isDisconnection(frames)) return this.#lose("connection closed");
      const messages = decodeMessages<WorkerToCaller>(frames, TO_CALLER);
      if (messages instanceof ProtocolError) return foreign.drop(messages);
      for (const message of messages) listener.received(message);
    });
  }

  send(message: CallActor): void {
    sendNow(this.#dealer, encodeValues(message), (reason) => this.#lose(reason));
  }

  close(): void {
    this.#dealer.close();
  }

  #lose(reason: string): void {
    if (this.#dealer.closed) return;
    closeAbandoned(this.#dealer);
    this.#listener.lost(reason);
  }
}

/** The callers at one ROUTER. */
export class ZeroMqCallers {
  readonly #router: Router;
  readonly #handler: CallHandler | undefined;
  readonly #callers = new Map<string, Caller>();

  constructor(router: Router, handler: CallHandler | undefined) {
    this.#router = router;
    this.#handler = handler;
  }

  called(identity: Buffer, peer: string, message: CallActor): void {
    let caller = this.#callers.get(peer);
    if (caller === undefined) {
      const answer = (answered: WorkerToCaller) =>
        sendNow(this.#router, [identity, ...encodeValues(answered)], () => this.lose(peer));
      this.#callers.set(peer, (caller = { answer }));
    }
    this.#handler?.called(caller, message);
  }

  /** The peer is gone. */
  lose(peer: string): void {
    const caller = this.#callers.get(peer);
    if (caller === undefined) return;
    this.#callers.delete(peer);
    this.#handler?.callerLost(caller);
  }
}

/** The frames of a message; large values are sent from where they lie: nobody changes them any more. */
function encodeValues(message: CallActor | WorkerToCaller): Uint8Array[] {
  if (message.type === "actorGone" || message.values.byteLength < OWN_FRAME_BYTES_MIN) {
    return encodeMessages([message]);
  }
  const { values } = message;
  const value = { ...message, values: null };
  return packMessages([
    { value, patches: [[["values"], "frame", "Uint8Array", 0]], frames: [values] },
  ]);
}
