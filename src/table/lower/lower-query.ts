// A query of several tables: one task reads all partitions of each, and answers it.
import { quoteName } from "../../engine/sql-text.js";
import type { QueryPlan } from "../plan/plan.js";
import { wholeInput } from "./moves.js";
import { readStage, type Stage } from "./stage.js";
import { allOf, type Lower, only } from "./wanted.js";

/** The stage of a query. */
export function lowerQuery(plan: QueryPlan, lower: Lower): Stage {
  return queried(plan, (table) => readStage("sql", wholeInput(table), 1), lower);
}

/** The same over tables of one partition each, in one query with theirs. */
export function lowerQueryTogether(plan: QueryPlan, lower: Lower): Stage {
  return queried(plan, (table) => table, lower);
}

function queried(
  { tables, sql, schema }: QueryPlan,
  wholeOf: (table: Stage) => Stage,
  lower: Lower,
): Stage {
  const stages = tables.map(({ plan }) =>
    wholeOf(only(lower(plan, allOf(plan.schema)), plan.schema)),
  );
  return {
    inputs: stages.flatMap(({ inputs }) => inputs),
    sql: (nameOf) => {
      // Not kept apart: what the query needs of a table decides what is read of it.
      const named = stages.map(
        (stage, k) =>
          `${quoteName(tables[k]?.name ?? "")} AS NOT MATERIALIZED (${stage.sql(nameOf)})`,
      );
      return named.length === 0 ? sql : `WITH ${named.join(", ")} ${sql}`;
    },
    schema,
    partitions: 1,
    word: "sql",
  };
}
