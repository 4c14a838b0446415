// Rows in order, the first and the last of them. A sort takes samples of all partitions, and moves
// rows to where they are in the order; of few rows, or few wanted ones, to one partition.
import { quoteName } from "../../engine/sql-text.js";
import type { SortKey } from "../expressions/nodes.js";
import { orderSql } from "../expressions/to-sql.js";
import type { LimitPlan, SortPlan, TailPlan } from "../plan/plan.js";
import { bytesOfPlan, partitionsFor } from "../plan/sizes.js";
import { gathered, wholeInput } from "./moves.js";
import { layerOfStage, readStage, type Stage, type StageInput, wrapped } from "./stage.js";
import type { Lower, Wanted } from "./wanted.js";

/** Rows of each partition that boundaries are chosen from, for each part. */
const SAMPLES_PER_PART = 64;

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
  const parts = partitionsFor(bytesOfPlan(input), stage.partitions);
  if (stage.partitions === 1) return sorted(stage);
  return sorted(parts === 1 ? gathered(stage) : ranged(stage, by, parts));
}

/** The place of a row in the order, as bytes that compare as it does. */
function sortKey(by: readonly SortKey[]): string {
  const args = by.map(
    ({ by: name, descending = false, nulls = "last" }) =>
      `${quoteName(name)}, '${descending ? "DESC" : "ASC"} NULLS ${nulls.toUpperCase()}'`,
  );
  return `create_sort_key(${args.join(", ")})`;
}

/** The rows in so many partitions, of which each has rows that come before those of the next. */
function ranged(stage: Stage, by: readonly SortKey[], parts: number): Stage {
  const node = layerOfStage(stage);
  const own: StageInput = { schema: stage.schema, node, reads: "own" };
  const rows = readStage("sort", own, stage.partitions);
  const count = SAMPLES_PER_PART * parts;
  const keys = [["k", "BLOB"]] as const;
  const samples = wrapped(
    rows,
    "sort-sample",
    keys,
    (from) =>
      `SELECT ${sortKey(by)} AS k FROM (SELECT * FROM ${from} USING SAMPLE reservoir(${count} ROWS) REPEATABLE (1))`,
  );
  const boundaries = wrapped(
    gathered(samples),
    "sort-boundaries",
    keys,
    (from) =>
      `SELECT max(k) AS k FROM (SELECT k, ntile(${parts}) OVER (ORDER BY k) AS part FROM ${from}) WHERE part < ${parts} GROUP BY part`,
  );
  const limits = wholeInput(boundaries);
  const split: Stage = {
    ...rows,
    inputs: [own, limits],
    word: "sort-split",
    sql: (nameOf) => {
      const ranks = `(SELECT k, row_number() OVER (ORDER BY k) AS part FROM ${quoteName(nameOf(limits))})`;
      return `SELECT rows.* EXCLUDE (__key), CAST(coalesce(b.part, 0) AS INTEGER) AS __part FROM (SELECT *, ${sortKey(by)} AS __key FROM ${quoteName(nameOf(own))}) rows ASOF LEFT JOIN ${ranks} b ON rows.__key > b.k`;
    },
  };
  const parted = layerOfStage(split, { split: { parts, by: "__part" } });
  return readStage("sort", { schema: stage.schema, node: parted, reads: "parts" }, parts);
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
