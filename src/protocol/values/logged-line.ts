// A line of a log, as processes tell it to each other.

/** A line of a log. */
export interface LoggedLine {
  /** When it was written, in milliseconds since 1970. */
  readonly atMs: number;
  readonly level: "debug" | "info" | "warn" | "error";
  readonly text: string;
}
