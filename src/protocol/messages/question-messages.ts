// What people ask a scheduler when they want to know what is going on, and what it answers. Part of
// the unions of messages.ts.

/** Asks what happened to a task or a worker: answered by `storyTold`. */
export interface TellStory {
  readonly type: "tellStory";
  readonly request: number;
  /** A task's key, or a worker's name. */
  readonly about: string;
}

/** Asks for the scheduler's state as data: answered by `stateDumped`. */
export interface DumpState {
  readonly type: "dumpState";
  readonly request: number;
}

/** Answer to `tellStory`. */
export interface StoryTold {
  readonly type: "storyTold";
  readonly request: number;
  /** For people, oldest first; none when nothing is known of what was asked about. */
  readonly lines: readonly string[];
}

/** Answer to `dumpState`. */
export interface StateDumped {
  readonly type: "stateDumped";
  readonly request: number;
  /** The state as JSON text: it is written to a file as it is. */
  readonly json: string;
}
