// A query of several tables, in one partition or in several: each table is read whole by every partition of it, by
// rows that are anywhere, or by the hash of columns.
import { quoteName } from "../../engine/sql-text.js";
import type { QueryPlan } from "../plan/plan.js";
import { exchangedInput, gathered, wholeInput } from "./moves.js";
import type { Stage, StageInput } from "./stage.js";
import { allOf, type Lower, only } from "./wanted.js";

export function lowerQuery(plan: QueryPlan, lower: Lower): Stage {
  const { tables, sql, schema, partitions } = plan;
  const sides = tables.map(({ name, plan: table, mode }): { name: string; stage: Stage } => {
    const stage = only(lower(table, allOf(table.schema)), table.schema);
    if (mode === "rows") return { name, stage: partitions === 1 ? gathered(stage) : stage };
    if (mode === "all") return { name, stage: inputStage(wholeInput(stage)) };
    return {
      name,
      stage: inputStage(
        partitions === 1 ? wholeInput(stage) : exchangedInput(stage, mode.by, partitions),
      ),
    };
  });
  return {
    inputs: sides.flatMap(({ stage }) => stage.inputs),
    sql: (nameOf) => {
      const named = sides.map(({ name, stage }) => `${quoteName(name)} AS (${stage.sql(nameOf)})`);
      return named.length === 0 ? sql : `WITH ${named.join(", ")} ${sql}`;
    },
    schema,
    partitions,
    word: "sql",
  };
}

function inputStage(input: StageInput): Stage {
  return {
    inputs: [input],
    sql: (nameOf) => `SELECT * FROM ${quoteName(nameOf(input))}`,
    schema: input.schema,
    partitions: 1,
    word: "sql",
  };
}
