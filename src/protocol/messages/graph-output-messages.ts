// Messages about single output blocks of a graph: they exist, they failed, they may be freed.
import { counts, integers, isBytes, isError, isString, optional, shapes } from "./fields.js";
import { type MessageOf, message } from "./schema.js";

/**
 * Output blocks that are on workers now. Columns. Sent again with another worker when the first
 * was lost and the block recomputed.
 */
export const outputsReady = message(
  "outputsReady",
  {
    graph: isString,
    /** Positions in the graph's `outputs`. */
    outputs: counts,
    blocks: counts,
    tasks: counts,
    workers: integers,
    /** The bytes of all these blocks, one after another, C-contiguous: they need not be fetched. */
    values: optional(isBytes),
    /** The shape of each of these; omitted if they follow from the layers' chunks. */
    shapes: optional(shapes),
  },
  { columns: [["outputs", "blocks", "tasks", "workers"]] },
);
export type OutputsReady = MessageOf<typeof outputsReady>;

/**
 * Output blocks of a graph of independent outputs that cannot be obtained, all for one reason.
 * Columns.
 */
export const outputsErred = message(
  "outputsErred",
  {
    graph: isString,
    /** Positions in the graph's `outputs`. */
    outputs: counts,
    blocks: counts,
    error: isError,
  },
  { columns: [["outputs", "blocks"]] },
);
export type OutputsErred = MessageOf<typeof outputsErred>;

/**
 * Output blocks of a graph of independent outputs that could not be obtained are tried again.
 * Columns.
 */
export const retryOutputs = message(
  "retryOutputs",
  {
    graph: isString,
    /** Positions in the graph's `outputs`. */
    outputs: counts,
    blocks: counts,
  },
  { columns: [["outputs", "blocks"]] },
);
export type RetryOutputs = MessageOf<typeof retryOutputs>;

/** These output blocks are no longer wanted; the rest of the graph continues. Columns. */
export const releaseOutputs = message(
  "releaseOutputs",
  {
    graph: isString,
    /** Positions in the graph's `outputs`. */
    outputs: counts,
    blocks: counts,
  },
  { columns: [["outputs", "blocks"]] },
);
export type ReleaseOutputs = MessageOf<typeof releaseOutputs>;
