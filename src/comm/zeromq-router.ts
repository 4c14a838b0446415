// ROUTER sockets that say when a peer's connection ends: an option of libzmq that the bindings do
// not name. Nothing here knows what travels over them.
import type { Router } from "zeromq";

/** ZMQ_ROUTER_NOTIFY, and its flag ZMQ_NOTIFY_DISCONNECT, in libzmq's zmq.h. */
const ROUTER_NOTIFY = 97;
const NOTIFY_DISCONNECT = 2;

/**
 * Makes `router` say, in order with the peer's messages, when the connection to a peer ends: as a
 * message of that peer with one empty frame (see {@link isDisconnection}).
 */
export function notifyDisconnections(router: Router): void {
  (router as unknown as { setInt32Option(option: number, value: number): void }).setInt32Option(
    ROUTER_NOTIFY,
    NOTIFY_DISCONNECT,
  );
}

/** Whether the frames of a message (without the peer's identity) say that its connection ended. */
export function isDisconnection(frames: readonly Uint8Array[]): boolean {
  return frames.length === 1 && frames[0]?.byteLength === 0;
}
