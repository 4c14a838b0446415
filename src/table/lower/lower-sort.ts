// Rows in order, the first and the last of them. A sort takes samples of all partitions, and moves
// rows to where they are in the order; of few rows, or few wanted ones, to one partition.
import { orderSql } from "../expressions/to-sql.js";
import type { LimitPlan, SortPlan, TailPlan } from "../plan/plan.js";
import { bytesOfPlan, partitionsFor } from "../plan/sizes.js";
import { gathered } from "./moves.js";
import { ranged } from "./ranges.js";
import { type Stage, wrapped } from "./stage.js";
import type { Lower, Wanted } from "./wanted.js";

/** Bytes of a part, up to so many parts. */
const PART_BYTES = 4 << 20;
const PARTS = 16;

export function lowerSort(plan: SortPlan, wanted: Wanted, lower: Lower): Stage {
  const { input, by, limit } = plan;
  const stage = lower(input, new Set([...wanted, ...by.map((key) => key.by)]));
  const sorted = (from: Stage): Stage =>
    wrapped(from, "sort", from.schema, (rows) => `SELECT * FROM ${rows} ORDER BY ${orderSql(by)}`);
  if (limit !== undefined) {
    const first = (from: Stage): Stage =>
      wrapped(
        from,
        "top",
        from.schema,
        (rows) => `SELECT * FROM ${rows} ORDER BY ${orderSql(by)} LIMIT ${limit}`,
      );
    return stage.partitions === 1 ? first(stage) : first(gathered(first(stage), first));
  }
  const parts = partsOf(bytesOfPlan(input), stage.partitions);
  if (stage.partitions === 1) return sorted(stage);
  return sorted(parts === 1 ? gathered(stage) : ranged(stage, by, parts));
}

/** Sorting takes longer than moving rows: few bytes make several parts, too, for all threads. */
function partsOf(bytes: number, from: number): number {
  return Math.max(partitionsFor(bytes, from), Math.min(PARTS, Math.ceil(bytes / PART_BYTES)));
}

/** The first rows: so many of each partition, and of these. */
export function lowerLimit(
  { input, count, offset }: LimitPlan,
  wanted: Wanted,
  lower: Lower,
): Stage {
  const stage = lower(input, wanted);
  const first = (from: Stage, skip: number): Stage =>
    wrapped(
      from,
      "limit",
      from.schema,
      (rows) =>
        `SELECT * FROM ${rows} LIMIT ${skip === 0 ? count + offset : count}${skip === 0 ? "" : ` OFFSET ${skip}`}`,
    );
  if (stage.partitions === 1) return first(stage, offset);
  return first(
    gathered(first(stage, 0), (from) => first(from, 0)),
    offset,
  );
}

/** The last rows, in their order. */
export function lowerTail({ input, count }: TailPlan, wanted: Wanted, lower: Lower): Stage {
  const stage = lower(input, wanted);
  const last = (from: Stage): Stage =>
    wrapped(from, "tail", from.schema, (rows) => {
      const numbered = `SELECT *, row_number() OVER () AS __row, count(*) OVER () AS __rows FROM ${rows}`;
      return `SELECT * EXCLUDE (__row, __rows) FROM (${numbered}) WHERE __row > __rows - ${count} ORDER BY __row`;
    });
  return stage.partitions === 1 ? last(stage) : last(gathered(last(stage), last));
}
