// The connections of this thread to the engine. A thread ends only when none is open: the engine
// reports to its thread, and aborts the process where that is gone.

/** What can be interrupted: a connection of the engine. */
export interface Interruptible {
  interrupt(): void;
}

/** Those that are open, and those that are being opened. */
const open = new Set<Interruptible>();

/** Between two interruptions: a query that begins after one is interrupted by the next. */
const INTERRUPT_MS = 5;

let counted: (count: number) => void = () => {};
let endsAtExit = false;

/** Has a connection opened, and notes it from the beginning. */
export async function noteOpening<T extends Interruptible>(connect: () => Promise<T>): Promise<T> {
  if (!endsAtExit) process.once("exit", interruptAll);
  endsAtExit = true;
  const opening: Interruptible = { interrupt: () => {} };
  add(opening);
  try {
    const connection = await connect();
    open.add(connection);
    return connection;
  } finally {
    remove(opening);
  }
}

/** Notes that a connection is closed. */
export function noteClosed(connection: Interruptible): void {
  remove(connection);
}

/** Has a function told how many connections are open, whenever that changes. */
export function countConnections(onCount: (count: number) => void): void {
  counted = onCount;
}

/** Interrupts all queries until no connection is open. */
export async function closeConnections(): Promise<void> {
  while (open.size > 0) {
    interruptAll();
    await new Promise((resolve) => setTimeout(resolve, INTERRUPT_MS));
  }
}

/** A process that exits would wait for the end of its queries otherwise. */
function interruptAll(): void {
  for (const connection of open) connection.interrupt();
}

function add(connection: Interruptible): void {
  open.add(connection);
  counted(open.size);
}

function remove(connection: Interruptible): void {
  open.delete(connection);
  counted(open.size);
}
