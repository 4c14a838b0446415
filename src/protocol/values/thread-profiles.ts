// What a worker says about its threads and values: call stacks, sampled profiles, largest values.

/** A function in a profile, with those that it called. */
export interface ProfileNode {
  readonly name: string;
  /** The file and line of the function; empty for what is not of a file. */
  readonly place: string;
  /** Time in the function itself, and together with all that it called. */
  readonly selfMs: number;
  readonly totalMs: number;
  readonly children: readonly ProfileNode[];
}

/** Where the time of one thread went, by samples of its stack. */
export interface ThreadProfile {
  /** `#0` for the first executor thread, an actor's name, or `own thread`. */
  readonly thread: string;
  readonly durationMs: number;
  readonly samples: number;
  /** Time in which it ran nothing. */
  readonly idleMs: number;
  readonly root: ProfileNode;
}

/** What one thread runs at a moment. */
export interface ThreadStack {
  readonly thread: string;
  /** The key of its task; empty if there is none. */
  readonly task: string;
  /** Functions with their places, the innermost first; none if the thread is idle. */
  readonly stack: readonly string[];
}

/** A value that a worker holds. */
export interface HeldValue {
  /** Its key; of a copy, the number of its task. */
  readonly key: string;
  readonly bytes: number;
  readonly place: "memory" | "disk";
}

/** How long a profile may take. */
export const PROFILE_MS_MAX = 60_000;
export const PROFILE_MS = 1_000;
