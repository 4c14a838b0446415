// The last lines of a node's log, for those who ask from elsewhere.
import type { LogLevel, NodeLog } from "./node-log.js";

/** How many lines are kept. */
const LINES_MAX = 1_000;

/** A line of a log. */
export interface KeptLine {
  /** Since 1970. */
  readonly atMs: number;
  readonly level: LogLevel;
  readonly text: string;
}

/** Keeps lines while it passes them on. */
export class RecentLog {
  readonly #lines: KeptLine[] = [];

  /** The lines, oldest first. */
  get lines(): readonly KeptLine[] {
    return this.#lines;
  }

  /** The same log, whose lines are kept; those for debugging are not. */
  keeping(log: NodeLog): NodeLog {
    return (level, text, data) => {
      if (level !== "debug") {
        this.#lines.push({ atMs: Date.now(), level, text });
        if (this.#lines.length > LINES_MAX) this.#lines.shift();
      }
      log(level, text, data);
    };
  }
}
