// Whether one statement of the engine answers a plan, in place of a query for each partition and
// exchanges between: a decision by what the plan reads, and where.
import { formatBytes } from "../../base/units.js";
import { isRemoteScan } from "../../engine/scan-places.js";
import type { OwnThreads } from "../../graph/ports/executor.js";
import type { ExprNode } from "../expressions/nodes.js";
import { inputsOf, type Plan } from "./plan.js";
import { UNKNOWN_BYTES } from "./sizes.js";

/** A decision, and why. */
export interface StatementChoice {
  readonly isOne: boolean;
  readonly reason: string;
}

/** Values in memory are there twice while a statement reads them, and have to fit with its own. */
const VALUE_TIMES = 4;

/**
 * Decides for a plan.
 *
 * @param threads those of this process, where they compute it
 * @param isAllowed whether the setting allows one statement
 */
export function chooseStatement(
  plan: Plan,
  threads: OwnThreads | undefined,
  isAllowed: boolean,
): StatementChoice {
  if (threads === undefined) return no("a cluster computes it");
  if (!isAllowed) return no("table.oneStatement is false");
  const obstacle = obstacleIn(plan);
  if (obstacle !== undefined) return no(obstacle);
  const { files, values } = bytesRead(plan);
  const limitBytes = threads.memoryLimitBytes;
  const needed = files + VALUE_TIMES * values;
  const read = `it reads ${formatBytes(files + values)}`;
  const room = `this process may take ${formatBytes(limitBytes)}`;
  if (needed > limitBytes) return no(`${read}, and ${room}`);
  return { isOne: true, reason: `${read} that are here, and ${room}` };
}

function no(reason: string): StatementChoice {
  return { isOne: false, reason };
}

/** The first obstacle in a plan, or in those that it reads. */
function obstacleIn(plan: Plan): string | undefined {
  const own = ownObstacle(plan);
  if (own !== undefined) return own;
  for (const input of inputsRead(plan)) {
    const found = obstacleIn(input);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The plans that one statement would read. */
function inputsRead(plan: Plan): readonly Plan[] {
  return plan.op === "sql" ? inputsOf(plan.query) : inputsOf(plan);
}

/** With several threads, rows do not reach a group or a window in the order of the table. */
const ORDERED_AGGREGATES: ReadonlySet<string> = new Set(["first", "last", "list"]);
const ORDERED_CALLS: ReadonlySet<string> = new Set(["rowNumber", "lag", "lead", "first", "last"]);

function ownObstacle(plan: Plan): string | undefined {
  switch (plan.op) {
    case "scan":
      if (isRemoteScan(plan.scan)) return "its files are on servers";
      if (plan.scan.packings?.some((packing) => packing !== "none")) return "its files are packed";
      return undefined;
    case "blocks":
    case "arrays":
      return plan.bytes >= UNKNOWN_BYTES
        ? "it reads 1 GiB of values or more, or nothing says how many"
        : undefined;
    case "aggregate": {
      const ordered = plan.outputs.find(
        ({ aggregate, args }) =>
          ORDERED_AGGREGATES.has(aggregate) || (aggregate === "call" && args.some(isOrdered)),
      );
      return ordered === undefined ? undefined : "an aggregate goes by the order of rows";
    }
    case "window":
      return plan.columns.some(([, value]) => isOrdered(value))
        ? "a window goes by the order of rows"
        : undefined;
    case "distinct":
      return plan.on === undefined ? undefined : "the first of equal rows is kept";
    case "rows":
      return plan.byPartition ? "a step differs from partition to partition" : undefined;
    default:
      return undefined;
  }
}

/** Whether an expression has a call that goes by the order of rows, and does not say which. */
function isOrdered(node: ExprNode): boolean {
  switch (node.kind) {
    case "over": {
      const { call, window } = node;
      const goesByOrder =
        window.rows !== undefined || ("name" in call && ORDERED_CALLS.has(call.name));
      return (goesByOrder && window.orderBy.length === 0) || argsOf(call).some(isOrdered);
    }
    case "aggregate":
      return ORDERED_AGGREGATES.has(node.name) || node.args.some(isOrdered);
    case "call":
      return node.args.some(isOrdered);
    case "cast":
      return isOrdered(node.value);
    case "sql":
      return true;
    default:
      return false;
  }
}

function argsOf(node: ExprNode): readonly ExprNode[] {
  return node.kind === "call" || node.kind === "aggregate" ? node.args : [];
}

/** Bytes of files, and of values in memory. */
function bytesRead(plan: Plan): { readonly files: number; readonly values: number } {
  if (plan.op === "scan") return { files: plan.bytes, values: 0 };
  if (plan.op === "blocks" || plan.op === "arrays") return { files: 0, values: plan.bytes };
  const all = inputsRead(plan).map(bytesRead);
  return {
    files: all.reduce((sum, { files }) => sum + files, 0),
    values: all.reduce((sum, { values }) => sum + values, 0),
  };
}

/** Whether rows of different partitions meet in a plan. */
export function joinsPartitions(plan: Plan): boolean {
  switch (plan.op) {
    case "aggregate":
    case "join":
    case "mark":
    case "sort":
    case "distinct":
    case "window":
    case "limit":
    case "tail":
    case "query":
    case "sql":
      return true;
    default:
      return inputsOf(plan).some(joinsPartitions);
  }
}
