// How many bytes an operation gives, roughly: what is broadcast, and into how many partitions rows
// go, is chosen by it.
import type { Plan } from "./plan.js";

/** Bytes of one partition after an exchange, about: the engine takes a few times as much. */
const PARTITION_BYTES = 32 << 20;

/**
 * Bytes that arrays of unknown lengths, and bags, are taken to have: more than is worth moving to
 * every partition.
 */
export const UNKNOWN_BYTES = 1 << 30;

/** A side of a join up to this size is read whole by every partition of the other. */
export const BROADCAST_BYTES_MAX = 32 << 20;

/** The bytes of a plan's rows, at most; no more is known before anything runs. */
export function bytesOfPlan(plan: Plan): number {
  switch (plan.op) {
    case "scan":
      // Texts take about twice what partitions do.
      return (
        (plan.bytes * share(plan.schema.length, plan.fileSchema.length)) /
        (plan.scan.format === "parquet" ? 1 : 2)
      );
    case "blocks":
    case "arrays":
      return plan.bytes;
    case "project":
      return bytesOfPlan(plan.input) * share(plan.schema.length, plan.input.schema.length);
    case "aggregate":
      return plan.keys.length === 0
        ? 100
        : bytesOfPlan(plan.input) * share(plan.schema.length, plan.input.schema.length);
    case "join":
      return plan.how === "semi" || plan.how === "anti"
        ? bytesOfPlan(plan.left)
        : bytesOfPlan(plan.left) + bytesOfPlan(plan.right);
    case "mark":
      return bytesOfPlan(plan.left);
    case "limit":
    case "tail":
      return Math.min(plan.count * 100 * plan.schema.length, bytesOfPlan(plan.input));
    case "union":
      return plan.inputs.reduce((sum, input) => sum + bytesOfPlan(input), 0);
    case "query":
      return Math.max(...plan.tables.map((table) => bytesOfPlan(table.plan)));
    default:
      return bytesOfPlan(plan.input);
  }
}

function share(columns: number, of: number): number {
  return Math.min(columns / Math.max(of, 1), 1);
}

/** Into how many partitions rows of so many bytes go that come from so many. */
export function partitionsFor(bytes: number, from: number): number {
  return Math.max(1, Math.min(from, Math.ceil(bytes / PARTITION_BYTES)));
}

/** How many rows a plan has at most, as far as its operations say. */
export function rowsAtMost(plan: Plan): number {
  switch (plan.op) {
    case "limit":
      return Math.min(plan.count, rowsAtMost(plan.input));
    case "tail":
      return plan.count;
    case "aggregate":
      return plan.keys.length === 0 ? 1 : Number.POSITIVE_INFINITY;
    case "sort":
      return Math.min(plan.limit ?? Number.POSITIVE_INFINITY, rowsAtMost(plan.input));
    case "project":
    case "filter":
      return rowsAtMost(plan.input);
    default:
      return Number.POSITIVE_INFINITY;
  }
}
