// What is said about single output blocks of a graph: that they are there, that they cannot be had,
// that nobody wants them any more. Part of messages.ts.
import type { GraphId, TaskId, WorkerId } from "../values/ids.js";
import type { WireError } from "../values/wire-error.js";

/**
 * Output blocks that lie on workers now. Columns. Sent again with another worker when the first
 * was lost and the block recomputed.
 */
export interface OutputsReady {
  readonly type: "outputsReady";
  readonly graph: GraphId;
  /** Positions in the graph's `outputs`. */
  readonly outputs: readonly number[];
  readonly blocks: readonly number[];
  readonly tasks: readonly TaskId[];
  readonly workers: readonly WorkerId[];
  /** The bytes of all these blocks, one after another, C-contiguous: they need not be fetched. */
  readonly values?: Uint8Array;
  /** The shape of each of these; none is said when they follow from the layers' chunks. */
  readonly shapes?: readonly (readonly number[])[];
}

/** Output blocks of a graph of independent outputs that cannot be had, all for one reason. Columns. */
export interface OutputsErred {
  readonly type: "outputsErred";
  readonly graph: GraphId;
  /** Positions in the graph's `outputs`. */
  readonly outputs: readonly number[];
  readonly blocks: readonly number[];
  readonly error: WireError;
}

/** Output blocks of a graph of independent outputs that could not be had are tried again: those of its first output. */
export interface RetryOutputs {
  readonly type: "retryOutputs";
  readonly graph: GraphId;
  readonly blocks: readonly number[];
}

/** Nobody wants these output blocks any more; the rest of the graph goes on. Columns. */
export interface ReleaseOutputs {
  readonly type: "releaseOutputs";
  readonly graph: GraphId;
  /** Positions in the graph's `outputs`. */
  readonly outputs: readonly number[];
  readonly blocks: readonly number[];
}
