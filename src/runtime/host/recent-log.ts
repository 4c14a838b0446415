// The last lines of a node's log, for those who ask from elsewhere.
import type { LoggedLine } from "../../protocol/values/logged-line.js";
import type { NodeLog } from "./node-log.js";

/** How many lines are kept. */
const LINES_MAX = 1_000;

/** Keeps lines while it passes them on. */
export class RecentLog {
  readonly #lines: LoggedLine[] = [];

  /** The lines, oldest first. */
  get lines(): readonly LoggedLine[] {
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
