// Lists as rows, columns as rows, and rows as columns.
import { ArgumentError } from "../../base/errors.js";
import { quoteName, quoteText } from "../../engine/sql-text.js";
import { nodeOf } from "../expressions/expr.js";
import type { AggregateName, ExprNode, Literal } from "../expressions/nodes.js";
import type { AggregateColumn, Plan } from "../plan/plan.js";
import { commonType, userType } from "../types/column-types.js";
import { typeOf } from "../types/table-schema.js";
import { aggregatePlan } from "./groups.js";
import { namesOf } from "./row-verbs.js";

/** A row for each element of a column's lists, and one with null for those without. */
export function exploded(input: Plan, column: string): Plan {
  const type = typeOf(input.schema, column, "explode");
  const element = type.match(/^(.*)\[\d*\]$/s)?.[1];
  if (element === undefined) {
    const text = `explode: ${column} is a column of ${userType(type)}: expected lists`;
    throw new ArgumentError("dtype", text, { column, type: userType(type) });
  }
  const name = quoteName(column);
  return {
    op: "rows",
    input,
    word: `explode ${column}`,
    reads: [column],
    sql: `SELECT * REPLACE (unnest(CASE WHEN len(${name}) > 0 THEN ${name} ELSE [NULL] END) AS ${name}) FROM input`,
    schema: input.schema.map(([own, its]) => [own, own === column ? element : its] as const),
  };
}

/** Options of {@link unpivoted}. */
export interface Unpivot {
  readonly index?: string | readonly string[];
  readonly columns?: string | readonly string[];
  readonly variable?: string;
  readonly value?: string;
}

/** A row for each of some columns. */
export function unpivoted(input: Plan, options: Unpivot): Plan {
  const { index = [], variable = "variable", value = "value" } = options;
  const { schema } = input;
  const kept = namesOf(schema, index, "unpivot");
  const others = schema.map(([name]) => name).filter((name) => !kept.includes(name));
  const columns =
    options.columns === undefined ? others : namesOf(schema, options.columns, "unpivot");
  if (columns.length === 0)
    throw new ArgumentError("value", "unpivot: no column would become rows");
  const twice = [...kept, variable, value].find((name, k, all) => all.indexOf(name) < k);
  if (twice !== undefined) {
    throw new ArgumentError("value", `unpivot: two columns would be called ${twice}`);
  }
  const types = columns.map((name) => typeOf(schema, name, "unpivot"));
  const type = types.reduce(commonType);
  if (type === "VARCHAR" && types.some((own) => own !== "VARCHAR")) {
    const text = `unpivot: ${columns.join(", ")} are of ${[...new Set(types.map(userType))].join(" and ")}: cast them to one type first`;
    throw new ArgumentError("dtype", text, { columns });
  }
  const values = columns.map((name) => `CAST(${quoteName(name)} AS ${type})`);
  const list = [
    ...kept.map(quoteName),
    `unnest([${columns.map(quoteText).join(", ")}]) AS ${quoteName(variable)}`,
    `unnest([${values.join(", ")}]) AS ${quoteName(value)}`,
  ];
  return {
    op: "rows",
    input,
    word: "unpivot",
    sql: `SELECT ${list.join(", ")} FROM input`,
    schema: [
      ...kept.map((name) => [name, typeOf(schema, name, "unpivot")] as const),
      [variable, "VARCHAR"],
      [value, type],
    ],
  };
}

/** Options of {@link pivoted}. */
export interface Pivot {
  readonly index: string | readonly string[];
  readonly columns: string;
  readonly values: string;
  readonly aggregate: AggregateName;
  readonly names: readonly Exclude<Literal, null>[];
}

/** A column for each of some values of a column. */
export function pivoted(input: Plan, { index, columns, values, aggregate, names }: Pivot): Plan {
  const keys = namesOf(input.schema, index, "pivot");
  namesOf(input.schema, [columns, values], "pivot");
  const outputs = names.map((name): AggregateColumn => {
    const isThis: ExprNode = {
      kind: "call",
      name: "eq",
      args: [{ kind: "column", name: columns }, nodeOf(name)],
    };
    const value: ExprNode = {
      kind: "call",
      name: "when",
      args: [isThis, { kind: "column", name: values }, { kind: "literal", value: null }],
    };
    return { name: nameOf(name), aggregate, args: [value] };
  });
  return aggregatePlan(input, keys, outputs, undefined, "pivot");
}

/** The name of a value's column. */
function nameOf(value: Exclude<Literal, null>): string {
  return value instanceof Date
    ? value.toISOString().replace(/T00:00:00\.000Z$/, "")
    : String(value);
}
