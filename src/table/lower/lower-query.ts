// A query of several tables: one task reads all partitions of each, and answers it.
import { quoteName } from "../../engine/sql-text.js";
import type { QueryPlan } from "../plan/plan.js";
import { wholeInput } from "./moves.js";
import type { Stage } from "./stage.js";
import { allOf, type Lower, only } from "./wanted.js";

/** The stage of a query. */
export function lowerQuery({ tables, sql, schema }: QueryPlan, lower: Lower): Stage {
  const inputs = tables.map(({ plan }) =>
    wholeInput(only(lower(plan, allOf(plan.schema)), plan.schema)),
  );
  return {
    inputs,
    sql: (nameOf) => {
      const named = inputs.map(
        (input, k) =>
          `${quoteName(tables[k]?.name ?? "")} AS (SELECT * FROM ${quoteName(nameOf(input))})`,
      );
      return named.length === 0 ? sql : `WITH ${named.join(", ")} ${sql}`;
    },
    schema,
    partitions: 1,
    word: "sql",
  };
}
