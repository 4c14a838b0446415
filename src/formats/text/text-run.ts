// The part of a text file that a task reads, and errors with line numbers.
import type { TextPacking } from "../../graph/model/partition-steps.js";

/** A file, or the lines of it that begin at byte `from` or later and before `to`. */
export interface TextRun {
  /** The file's position among those of the bag. */
  readonly file: number;
  readonly path: string;
  readonly packing: TextPacking;
  readonly from: number;
  readonly to: number;
}

/** Something is wrong with a line. */
export class LineError extends Error {
  /** Which one, from 1 for the one that begins at byte `start`. */
  readonly line: number;
  readonly start: number;

  /** @param message the text after "line 7" */
  constructor(message: string, line: number, start: number) {
    super(message);
    this.line = line;
    this.start = start;
  }
}
