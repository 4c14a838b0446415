// What all our ZeroMQ sockets share: how frames are received, sent and events watched. Sockets are
// made in zeromq.ts, the one file that loads the native addon.
import type { Dealer, Event, Router, Socket } from "zeromq";

/**
 * Milliseconds of handling after which a receive loop lets the event loop turn. ZeroMQ hands out
 * hundreds of queued messages without ever yielding; replies and timers would wait that long.
 */
const TURN_MS = 4;

/** Hands all incoming messages to `handle`, in order, until the socket is closed. */
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
 * failure means that the peer is gone (or the socket closed), and is told to `onFailure`.
 */
export function sendNow(
  socket: Dealer | Router,
  frames: readonly Uint8Array[],
  onFailure: (reason: string) => void,
): void {
  if (socket.closed) return;
  (socket as Dealer).send([...frames]).catch((error: Error) => onFailure(error.message));
}

/** Hands the events of a socket's monitor to `handle` until the socket is closed. */
export async function watchEvents(socket: Socket, handle: (event: Event) => void): Promise<void> {
  const { events } = socket;
  while (!events.closed) {
    // The monitor of a closed socket fails in ways that depend on the moment; all of them mean "end".
    const event = await events.receive().catch(() => undefined);
    if (event === undefined || event.type === "end") return;
    handle(event);
  }
}

/** Closes a listening socket; when the promise resolves, its address can be bound again. */
export async function closeListener(socket: Router): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    watchEvents(socket, (event) => {
      if (event.type === "close") resolve();
    }).then(resolve);
  });
  socket.close();
  await closed;
}

/** Resolves in the next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
