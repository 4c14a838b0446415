// Summaries of whole columns: descriptions, and how often values come.
import { ArgumentError } from "../../base/errors.js";
import { quoteName, quoteText } from "../../engine/sql-text.js";
import type { AggregateName } from "../expressions/nodes.js";
import type { AggregateColumn, Plan } from "../plan/plan.js";
import { aggregatePlan, columnsOfNumbers } from "./groups.js";
import { namesOf } from "./row-verbs.js";

const DESCRIPTION: readonly (readonly [name: string, aggregate: AggregateName, q?: number])[] = [
  ["count", "count"],
  ["mean", "mean"],
  ["std", "std"],
  ["min", "min"],
  ["25%", "quantile", 0.25],
  ["50%", "quantile", 0.5],
  ["75%", "quantile", 0.75],
  ["max", "max"],
];

/** A row for each column of numbers. */
export function described(input: Plan, given: readonly string[]): Plan {
  const names =
    given.length > 0 ? namesOf(input.schema, given, "describe") : columnsOfNumbers(input);
  if (names.length === 0) {
    throw new ArgumentError("dtype", "describe: the table has no column of numbers");
  }
  const outputs = names.flatMap((name, k) =>
    DESCRIPTION.map(
      ([, aggregate, q], at): AggregateColumn => ({
        name: `c${k}_${at}`,
        aggregate,
        args: [
          { kind: "column", name },
          ...(q === undefined ? [] : [{ kind: "literal", value: q } as const]),
        ],
      }),
    ),
  );
  const rows = names.map((name, k) => {
    const values = DESCRIPTION.map(
      ([own, aggregate], at) =>
        `CAST(c${k}_${at} AS ${aggregate === "count" ? "BIGINT" : "DOUBLE"}) AS ${quoteName(own)}`,
    );
    return `SELECT ${quoteText(name)} AS "column", ${values.join(", ")} FROM input`;
  });
  return {
    op: "rows",
    input: aggregatePlan(input, [], outputs, undefined, "describe"),
    word: "describe",
    sql: rows.join(" UNION ALL "),
    schema: [
      ["column", "VARCHAR"],
      ...DESCRIPTION.map(
        ([name, aggregate]) => [name, aggregate === "count" ? "BIGINT" : "DOUBLE"] as const,
      ),
    ],
  };
}

/** How often values come, the most frequent first. */
export function valueCounted(input: Plan, given: readonly string[]): Plan {
  if (given.length === 0) throw new ArgumentError("value", "valueCounts was given no columns");
  const keys = namesOf(input.schema, given, "valueCounts");
  const counted = aggregatePlan(
    input,
    keys,
    [{ name: "count", aggregate: "count", args: [] }],
    undefined,
    "valueCounts",
  );
  const by = [{ by: "count", descending: true }, ...keys.map((key) => ({ by: key }))];
  return { op: "sort", input: counted, by, schema: counted.schema };
}
