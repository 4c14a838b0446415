// Rows in partitions of an order: rows of each come before rows of the next. Boundaries are chosen
// from samples of all partitions; each row is compared with a few of them.
import { quoteName } from "../../engine/sql-text.js";
import type { SortKey } from "../expressions/nodes.js";
import { familyOf } from "../types/column-types.js";
import { gathered, wholeInput } from "./moves.js";
import { kept, layerOfStage, readStage, type Stage, wrapped } from "./stage.js";

/** Rows of each partition that boundaries are chosen from, for each part. */
const SAMPLES_PER_PART = 64;

/** The number of the part that a row goes to, and what it is compared by: on the way only. */
const PART = "__part";
const PLACE = "__place";

/** What the boundaries are called in the query of a partition. */
const VARIABLE = "boundaries";

/** How rows are compared with boundaries. */
interface Place {
  /** The place of a row in the order, in SQL. */
  readonly sql: string;
  readonly type: string;
  readonly isDescending: boolean;
  /** The part of rows without a place. */
  readonly nulls: "first" | "last";
}

/** The rows in so many partitions by their order. */
export function ranged(stage: Stage, by: readonly SortKey[], parts: number): Stage {
  const rows = stage.isRead ? stage : kept(stage, "sort");
  const place = placeOf(stage, by);
  const limits = wholeInput(boundaries(rows, place, parts));
  const part = partSql(place, parts);
  const split: Stage = {
    ...rows,
    inputs: [...rows.inputs, limits],
    word: "sort-split",
    sql: (nameOf) =>
      `SELECT * EXCLUDE (${PLACE}), CAST(${part} AS INTEGER) AS ${PART} FROM (SELECT *, ${place.sql} AS ${PLACE} FROM (${rows.sql(nameOf)}))`,
  };
  // Tables are called by their places among the inputs.
  const order = place.isDescending ? "DESC" : "ASC";
  const before = `SET VARIABLE ${VARIABLE} = (SELECT list(k ORDER BY k ${order}) FROM in${rows.inputs.length})`;
  const parted = layerOfStage(split, { split: { parts, by: PART }, before });
  return readStage("sort", { schema: stage.schema, node: parted, reads: "parts" }, parts);
}

/** One column is its own place; several make bytes that compare as they do. */
function placeOf({ schema }: Stage, by: readonly SortKey[]): Place {
  const [{ by: name, descending = false, nulls = "last" }] = by as readonly [SortKey];
  const type = schema.find(([own]) => own === name)?.[1] ?? "";
  if (by.length === 1 && ["integer", "decimal", "float", "text", "moment"].includes(familyOf(type)))
    return { sql: quoteName(name), type, isDescending: descending, nulls };
  const args = by.map(
    (key) =>
      `${quoteName(key.by)}, '${key.descending ? "DESC" : "ASC"} NULLS ${(key.nulls ?? "last").toUpperCase()}'`,
  );
  const sql = `create_sort_key(${args.join(", ")})`;
  return { sql, type: "BLOB", isDescending: false, nulls: "last" };
}

/** The last place of each part but the last one. */
function boundaries(rows: Stage, { sql, type, isDescending }: Place, parts: number): Stage {
  const keys = [["k", type]] as const;
  const count = SAMPLES_PER_PART * parts;
  const samples = wrapped(
    rows,
    "sort-sample",
    keys,
    (from) =>
      `SELECT k FROM (SELECT ${sql} AS k FROM ${from}) WHERE k IS NOT NULL USING SAMPLE reservoir(${count} ROWS) REPEATABLE (1)`,
  );
  const [order, last] = isDescending ? ["DESC", "min"] : ["ASC", "max"];
  return wrapped(
    gathered(samples),
    "sort-boundaries",
    keys,
    (from) =>
      `SELECT ${last}(k) AS k FROM (SELECT k, ntile(${parts}) OVER (ORDER BY k ${order}) AS part FROM ${from}) WHERE part < ${parts} GROUP BY part`,
  );
}

/** The part of a row, found by halves. */
function partSql({ isDescending, nulls }: Place, parts: number): string {
  const word = isDescending ? "<" : ">";
  const within = (from: number, to: number): string => {
    if (from === to) return String(from);
    const middle = Math.floor((from + to) / 2);
    // Lists count from 1. Boundaries that are missing are null, and no place is beyond them.
    const isBeyond = `${PLACE} ${word} getvariable('${VARIABLE}')[${middle + 1}]`;
    return `CASE WHEN ${isBeyond} THEN ${within(middle + 1, to)} ELSE ${within(from, middle)} END`;
  };
  const ofNull = nulls === "first" ? 0 : parts - 1;
  return `CASE WHEN ${PLACE} IS NULL THEN ${ofNull} ELSE ${within(0, parts - 1)} END`;
}
