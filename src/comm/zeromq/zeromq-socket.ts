// Shared by all our ZeroMQ sockets: receiving and sending frames. zeromq-transport.ts makes the
// sockets; only it loads the native addon.
import type { Dealer, Router } from "zeromq";

/**
 * Milliseconds of handling after which a receive loop lets the event loop turn. ZeroMQ hands out
 * hundreds of queued messages without ever yielding; replies and timers would wait that long.
 */
const TURN_MS = 4;

/**
 * Hands all incoming messages to `handle`, in order, until the socket is closed. An exception of
 * `handle` is a bug in tilework: it ends the process as an unhandled rejection.
 */
export async function receiveAll(
  socket: Dealer | Router,
  handle: (frames: Buffer[]) => void,
): Promise<void> {
  let busyMs = 0;
  for await (const frames of socket) {
    const startMs = performance.now();
    handle(frames);
    busyMs += performance.now() - startMs;
    if (busyMs < TURN_MS) continue;
    await nextTurn();
    busyMs = 0;
  }
}

/**
 * Sends at once. Our sockets have no high-water mark and no send timeout, so that nothing waits: a
 * failure means that the peer is gone (or the socket closed), and is passed to `onFailure`.
 */
export function sendNow(
  socket: Dealer | Router,
  frames: readonly Uint8Array[],
  onFailure: (reason: string) => void,
): void {
  if (socket.closed) return;
  (socket as Dealer).send([...frames]).catch((error: Error) => onFailure(error.message));
}

/**
 * Closes a listening socket. When the promise resolves, queued messages are sent or have lingered
 * long enough, and its address can be bound again.
 */
export async function closeListener(socket: Router): Promise<void> {
  const { events } = socket;
  socket.close();
  // The monitor of a closed socket ends in one of several ways, all of them after the socket has.
  for (;;) {
    const event = await events.receive().catch(() => undefined);
    if (event === undefined || event.type === "end") return;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
