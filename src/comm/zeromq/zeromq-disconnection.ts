// How connections of ZeroMQ end. When a peer is lost, its socket reports this in band, after the
// peer's last message. This takes options of libzmq (4.3.3 and later) that the bindings do not
// name. The monitor would report it too, but perhaps before the last messages are read. A peer that
// closes says goodbye first: see FAREWELL.
import type { Dealer, Router } from "zeromq";

/** ZMQ_ROUTER_NOTIFY and its flag ZMQ_NOTIFY_DISCONNECT, ZMQ_HICCUP_MSG: from libzmq's zmq.h. */
const ROUTER_NOTIFY = 97;
const NOTIFY_DISCONNECT = 2;
const HICCUP_MESSAGE = 114;

/** The setters that the bindings keep to themselves. */
interface OptionSetters {
  setInt32Option(option: number, value: number): void;
  setStringOption(option: number, value: Buffer): void;
}

/**
 * Makes `router` receive a message of each peer whose connection ended: see
 * {@link isDisconnection}.
 */
export function announceDisconnections(router: Router): void {
  (router as unknown as OptionSetters).setInt32Option(ROUTER_NOTIFY, NOTIFY_DISCONNECT);
}

/** Makes `dealer` receive a message when its connection ended: see {@link isDisconnection}. */
export function announceDisconnection(dealer: Dealer): void {
  (dealer as unknown as OptionSetters).setStringOption(HICCUP_MESSAGE, Buffer.alloc(1));
}

/** Whether the frames of a message (without the peer's identity) mark the end of the connection. */
export function isDisconnection(frames: readonly Uint8Array[]): boolean {
  return frames.length === 1 && (frames[0] as Uint8Array).byteLength <= 1;
}

/**
 * The last message over a connection: its receiver has got everything, and answers with the same
 * message or by ending the connection. ZeroMQ's linger alone loses words: a closed socket ends its
 * connection when it has taken the last message for sending, sent or not.
 */
export const FAREWELL: Uint8Array = Buffer.from("bye");

/** Whether the frames of a message (without the peer's identity) are {@link FAREWELL}. */
export function isFarewell(frames: readonly Uint8Array[]): boolean {
  const [frame] = frames;
  return frames.length === 1 && frame !== undefined && Buffer.compare(frame, FAREWELL) === 0;
}
