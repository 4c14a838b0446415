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
  /**
   * Given where no user closes it: called when nothing else keeps the process, instead of a word to
   * people.
   */
  readonly close?: () => void;
}

const LOOK_INTERVAL_MS = 500;
/** The same for things that close by themselves: people wait for the end of their program. */
const CLOSE_LOOK_INTERVAL_MS = 50;
/** Looks in a row that find nothing to do before they are closed. */
const CLOSE_LOOKS = 3;
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
  if (thing.close !== undefined) return closeWhenIdle(thing, thing.close);
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

/** Closes `thing` once nothing else keeps the process. */
function closeWhenIdle(thing: OpenThing, close: () => void): () => void {
  let looks = 0;
  const watch = setInterval(() => {
    looks = isIdle() ? looks + 1 : 0;
    if (looks < CLOSE_LOOKS) return;
    end();
    close();
  }, CLOSE_LOOK_INTERVAL_MS).unref();
  const end = () => {
    clearInterval(watch);
    open.delete(thing);
  };
  open.add(thing);
  return end;
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
