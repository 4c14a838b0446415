// Identifies a process: its number may be reused, so its start time is part of it.
import { readFileSync } from "node:fs";

/** A process of this machine. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In ticks since the machine started, from /proc. */
  readonly startTicks: number;
}

/** Positions in /proc/PID/stat behind the name, which may hold anything. */
const STATE = 0;
const START_TICKS = 19;

/** This process; undefined where the system has no /proc. */
export function ownIdentity(): ProcessIdentity | undefined {
  const { pid } = process;
  const startTicks = startTicksOf(pid);
  return startTicks === undefined ? undefined : { pid, startTicks };
}

/**
 * Whether that process can still read memory: one that has ended, and waits for its parent, cannot.
 */
export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  return startTicksOf(pid) === startTicks;
}

function startTicksOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const state = fields[STATE];
    return state === "Z" || state === "X" ? undefined : Number(fields[START_TICKS]);
  } catch {
    return undefined;
  }
}
