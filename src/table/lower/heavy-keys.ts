// Joins of tables in which few keys have most rows. Such keys are found in samples of the side
// whose rows may be anywhere: its rows with them go to all partitions by turns, and each partition
// gets the rows of the other side that have them.
import { quoteName } from "../../engine/sql-text.js";
import type { JoinPlan, Placement } from "../plan/plan.js";
import { bytesOfPlan } from "../plan/sizes.js";
import { gathered, hashSql, wholeInput } from "./moves.js";
import { kept, layerOfStage, readStage, type Stage, type StageInput, wrapped } from "./stage.js";

/** Below so many bytes, one partition can take all rows of a side. */
const HEAVY_BYTES_MIN = 512 << 20;

/** Rows of each partition in which heavy keys are looked for. */
const SAMPLE_ROWS = 2_048;

/** A key is heavy that has more than this part of the rows of an average partition. */
const HEAVY_FRACTION = 0.5;

/** The number of the part that a row goes to, and what the list of heavy keys is called. */
const PART = "__part";
const VARIABLE = "heavy";

/** The side of a join whose rows come at most once where they are spread over partitions. */
export function spreadSide(plan: JoinPlan): "left" | "right" | undefined {
  const { how, left, right, splitHeavyKeys, on } = plan;
  if (how === "outer" || on.length === 0 || splitHeavyKeys === false) return undefined;
  const bytes = { left: bytesOfPlan(left), right: bytesOfPlan(right) };
  const isRight = how === "right" || (how === "inner" && bytes.right > bytes.left);
  const side = isRight ? "right" : "left";
  return splitHeavyKeys === true || bytes[side] > HEAVY_BYTES_MIN ? side : undefined;
}

/** A side of a join with what its rows go by. */
export interface JoinSide {
  readonly stage: Stage;
  readonly keys: Placement["keys"];
}

/** The rows of both sides in so many partitions, heavy keys in all of them. */
export function withoutHeavyKeys(
  spread: JoinSide,
  copied: JoinSide,
  parts: number,
): { readonly spread: Stage; readonly copied: Stage } {
  const rows = {
    ...spread,
    stage: spread.stage.isRead ? spread.stage : kept(spread.stage, "join"),
  };
  const limits = wholeInput(heavyKeys(rows, parts));
  const turns = `(row_number() OVER () - 1) % ${parts}`;
  return {
    spread: parted(
      rows,
      limits,
      parts,
      (own) => `CASE WHEN ${isHeavy(own)} THEN ${turns} ELSE ${own} % ${parts} END`,
    ),
    copied: parted(
      copied,
      limits,
      parts,
      (own) =>
        `unnest(CASE WHEN ${isHeavy(own)} THEN range(${parts}) ELSE [CAST(${own} % ${parts} AS BIGINT)] END)`,
    ),
  };
}

/** Hashes of the keys that more rows have than a partition should get. */
function heavyKeys({ stage, keys }: JoinSide, parts: number): Stage {
  const schema = [["k", "UBIGINT"]] as const;
  const samples = wrapped(
    stage,
    "join-sample",
    schema,
    (from) =>
      `SELECT k FROM (SELECT ${hashSql(keys)} AS k FROM ${from}) USING SAMPLE reservoir(${SAMPLE_ROWS} ROWS) REPEATABLE (1)`,
  );
  return wrapped(
    gathered(samples),
    "join-heavy",
    schema,
    (from) =>
      `SELECT k FROM (SELECT k, count(*) AS n, sum(count(*)) OVER () AS total FROM ${from} GROUP BY k) WHERE n > 2 AND n > ${HEAVY_FRACTION} * total / ${parts}`,
  );
}

function isHeavy(hash: string): string {
  return `list_contains(getvariable('${VARIABLE}'), ${hash})`;
}

/** The stage's rows in parts whose numbers an expression of their hashes says. */
function parted(
  { stage, keys }: JoinSide,
  heavy: StageInput,
  parts: number,
  part: (hash: string) => string,
): Stage {
  const split: Stage = {
    ...stage,
    inputs: [...stage.inputs, heavy],
    word: "join-split",
    sql: (nameOf) =>
      `SELECT *, CAST(${part(hashSql(keys))} AS INTEGER) AS ${quoteName(PART)} FROM (${stage.sql(nameOf)})`,
  };
  // Tables are called by their places among the inputs.
  const before = `SET VARIABLE ${VARIABLE} = (SELECT list(k) FROM in${stage.inputs.length})`;
  const node = layerOfStage(split, { split: { parts, by: PART }, before });
  return readStage("join", { schema: stage.schema, node, reads: "parts" }, parts);
}
