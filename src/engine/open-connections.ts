// The connections of this thread to the engine. A thread ends only when none is open: the engine
// reports to its thread, and ends the process where that is gone.

/** What can be interrupted: a connection of the engine. */
export interface Interruptible {
  interrupt(): void;
}

const open = new Set<Interruptible>();

/** Between two interruptions: a query that begins after one is interrupted by the next. */
const INTERRUPT_MS = 5;

/** Notes that a connection is open. */
export function noteOpen(connection: Interruptible): void {
  open.add(connection);
}

/** Notes that it is closed. */
export function noteClosed(connection: Interruptible): void {
  open.delete(connection);
}

/** Interrupts all queries until no connection is open. */
export async function closeConnections(): Promise<void> {
  while (open.size > 0) {
    for (const connection of open) connection.interrupt();
    await new Promise((resolve) => setTimeout(resolve, INTERRUPT_MS));
  }
}
