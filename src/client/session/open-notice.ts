// A notice for programs that have nothing left to do but do not end, since a cluster or a client is
// still open.
import { fstatSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

/** Something that keeps its process until it is closed. */
export interface OpenThing {
  /** Names the open object, and says how to close it. */
  readonly text: string;
  /** How many child processes it has: each is a process and two pipes. */
  readonly children?: () => number;
}

const LOOK_INTERVAL_MS = 500;
/** The idle time before the notice: a program may only be about to begin. */
const IDLE_MS = 2_000;

const open = new Set<OpenThing>();
const noticed = new WeakSet<OpenThing>();
let timer: NodeJS.Timeout | undefined;
let idleMs = 0;

/**
 * Prints a notice when `thing` is all that keeps the process open; returns a function that cancels
 * this.
 */
export function noticeOpen(thing: OpenThing): () => void {
  // Threads end with their process, and child processes live as long as their parent wants.
  if (!isMainThread || process.channel !== undefined) return () => {};
  open.add(thing);
  timer ??= setInterval(look, LOOK_INTERVAL_MS).unref();
  return () => {
    open.delete(thing);
    if (open.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function look(): void {
  idleMs = isIdle() ? idleMs + LOOK_INTERVAL_MS : 0;
  if (idleMs < IDLE_MS) return;
  for (const thing of open) {
    if (noticed.has(thing)) continue;
    noticed.add(thing);
    console.warn(`tilework: this program has nothing left to do but is kept open by ${thing.text}`);
  }
}

/** Whether only open clusters and clients keep the process: ZeroMQ's sockets are not listed. */
function isIdle(): boolean {
  const children = [...open].reduce((count, thing) => count + (thing.children?.() ?? 0), 0);
  if (isReadingInput()) return false;
  const allowed: Record<string, number> = {
    ProcessWrap: children,
    PipeWrap: 2 * children + pipesOfStreams(),
    TTYWrap: 3,
    // A heartbeat that was just sent.
    Immediate: 1,
  };
  for (const resource of process.getActiveResourcesInfo()) {
    const left = allowed[resource] ?? 0;
    if (left === 0) return false;
    allowed[resource] = left - 1;
  }
  return true;
}

function isReadingInput(): boolean {
  const { stdin } = process;
  return ["data", "readable", "keypress"].some((event) => stdin.listenerCount(event) > 0);
}

/** How many of the process's own streams are pipes. */
function pipesOfStreams(): number {
  return [0, 1, 2].filter((stream) => {
    try {
      const status = fstatSync(stream);
      return status.isFIFO() || status.isSocket();
    } catch {
      // It is closed.
      return false;
    }
  }).length;
}
