// Verbs of rows and columns: each makes a plan, and throws for columns that are not there.
import { ArgumentError } from "../../base/errors.js";
import { kindOf, shown } from "../../base/format-value.js";
import { type ColumnValue, nodeOf } from "../expressions/expr.js";
import { type ExprNode, hasKind } from "../expressions/nodes.js";
import { toSql } from "../expressions/to-sql.js";
import type { Plan } from "../plan/plan.js";
import { commonType, userType } from "../types/column-types.js";
import { type Schema, typeOf, unknownColumn } from "../types/table-schema.js";

/** Columns to select: names, or objects of new names and their values. */
export type Selection = string | Readonly<Record<string, ColumnValue>>;

const column = (name: string): ExprNode => ({ kind: "column", name });

/** A plan of these columns. Window functions among them are computed first. */
export function projected(
  input: Plan,
  columns: readonly (readonly [name: string, value: ExprNode])[],
  method: string,
): Plan {
  if (columns.length === 0) throw new ArgumentError("value", `${method}: no column would be left`);
  const twice = columns.find(([name], k) => columns.findIndex(([other]) => other === name) < k);
  if (twice !== undefined) {
    throw new ArgumentError("value", `${method}: two columns are called ${twice[0]}`);
  }
  if (columns.some(([, value]) => hasKind(value, "aggregate") && !hasKind(value, "over"))) {
    const text = `${method}: an aggregate is of groups: use agg, or say over which rows with over()`;
    throw new ArgumentError("value", text);
  }
  const windows = columns.filter(([, value]) => hasKind(value, "over"));
  const schema = columns.map(
    ([name, value]) => [name, valueType(value, input.schema, method)] as const,
  );
  if (windows.length === 0) return { op: "project", input, columns, schema };
  return windowed(input, columns, schema);
}

function valueType(value: ExprNode, schema: Schema, method: string): string {
  const { type } = toSql(value, schema, method);
  return type === "NULL" ? "VARCHAR" : type;
}

/** Windows over equal keys are computed together; each set of keys is a step of its own. */
function windowed(
  input: Plan,
  columns: readonly (readonly [string, ExprNode])[],
  schema: Schema,
): Plan {
  const names = new Set(input.schema.map(([name]) => name));
  let plan = input;
  const values = columns.map(([name, value], k): readonly [string, ExprNode] => {
    if (!hasKind(value, "over")) return [name, value];
    const own = names.has(name) ? `__window${k}` : name;
    plan = overPlan(plan, own, value, schema[k]?.[1] as string);
    return [name, column(own)];
  });
  return { op: "project", input: plan, columns: values, schema };
}

function overPlan(input: Plan, name: string, value: ExprNode, type: string): Plan {
  const keys = partitionKeys(value);
  return {
    op: "window",
    input,
    keys,
    columns: [[name, value]],
    schema: [...input.schema, [name, type]],
  };
}

/**
 * The keys that all windows of an expression have: those of the first, where others have them, too.
 */
function partitionKeys(value: ExprNode): readonly string[] {
  switch (value.kind) {
    case "over":
      return value.window.partitionBy;
    case "call": {
      const lists = value.args.filter((arg) => hasKind(arg, "over")).map(partitionKeys);
      const [first = [], ...others] = lists;
      return first.filter((key) => others.every((list) => list.includes(key)));
    }
    case "cast":
      return partitionKeys(value.value);
    default:
      return [];
  }
}

/** Columns by names and objects. */
export function select(input: Plan, selections: readonly Selection[]): Plan {
  for (const given of selections) if (typeof given !== "string") checkRecord(given, "select");
  const columns = selections.flatMap((given): (readonly [string, ExprNode])[] =>
    typeof given === "string"
      ? [[given, column(given)]]
      : Object.entries(given).map(([name, value]) => [name, nodeOf(value)] as const),
  );
  return projected(input, columns, "select");
}

/** A list would be columns of the names 0, 1 and so on. */
export function checkRecord(given: unknown, method: string): void {
  if (typeof given === "object" && given !== null && !isIterable(given)) return;
  const expected =
    method === "select" ? 'names, as in select("a", "b"), or { name: value }' : "{ name: value }";
  const text = `${method} was given ${kindOf(given)}: expected ${expected}`;
  throw new ArgumentError("value", text);
}

const isIterable = (given: object) => Symbol.iterator in given;

/** All columns but these. */
export function drop(input: Plan, names: readonly string[]): Plan {
  for (const name of names) typeOf(input.schema, name, "drop");
  const kept = input.schema.filter(([name]) => !names.includes(name));
  return projected(
    input,
    kept.map(([name]) => [name, column(name)] as const),
    "drop",
  );
}

/** Other names for some. */
export function rename(input: Plan, names: Readonly<Record<string, string>>): Plan {
  checkRecord(names, "rename");
  for (const [name, other] of Object.entries(names)) {
    typeOf(input.schema, name, "rename");
    if (typeof other === "string") continue;
    const text = `rename: the name of ${name} is ${shown(other)}: expected a text`;
    throw new ArgumentError("value", text, { column: name });
  }
  const columns = input.schema.map(([name]) => [names[name] ?? name, column(name)] as const);
  return projected(input, columns, "rename");
}

/** Columns more, or in place of those of their names. */
export function withColumns(
  input: Plan,
  added: Readonly<Record<string, ColumnValue>>,
  method: string,
): Plan {
  checkRecord(added, method);
  const values = new Map(Object.entries(added).map(([name, value]) => [name, nodeOf(value)]));
  const columns = input.schema.map(([name]): readonly [string, ExprNode] => [
    name,
    values.get(name) ?? column(name),
  ]);
  const fresh = [...values].filter(([name]) => !input.schema.some(([own]) => own === name));
  return projected(input, [...columns, ...fresh], method);
}

/** Rows for which the predicate is true. */
export function filter(input: Plan, predicate: ColumnValue): Plan {
  const node = nodeOf(predicate);
  const { type } = toSql(node, input.schema, "filter");
  if (type !== "BOOLEAN") {
    const text = `filter was given an expression of ${userType(type)}: expected one that is true or false, such as col("x").gt(3)`;
    throw new ArgumentError("dtype", text, { type: userType(type) });
  }
  if (!hasKind(node, "over") && !hasKind(node, "aggregate")) {
    return { op: "filter", input, predicate: node, schema: input.schema };
  }
  if (hasKind(node, "aggregate") && !hasKind(node, "over")) {
    throw new ArgumentError("value", "filter was given an aggregate: use agg first, or over()");
  }
  const name = "__filter";
  const over = overPlan(input, name, node, "BOOLEAN");
  const kept: Plan = { op: "filter", input: over, predicate: column(name), schema: over.schema };
  return drop(kept, [name]);
}

/** Checks that columns are there; returns them as a list. */
export function namesOf(
  schema: Schema,
  given: string | readonly string[],
  method: string,
): readonly string[] {
  if (!isIterable(Object(given))) throw unknownColumn(schema, given, method);
  const names = typeof given === "string" ? [given] : [...given];
  for (const name of names) typeOf(schema, name, method);
  return names;
}

/** The rows of several tables; columns go by names, and have types for all. */
export function union(inputs: readonly Plan[]): Plan {
  const [first] = inputs as readonly [Plan];
  const schema = first.schema.map(([name, type]) => {
    const types = inputs.map((input) => typeOf(input.schema, name, "union"));
    return [name, types.reduce(commonType, type)] as const;
  });
  for (const input of inputs) {
    const other = input.schema.find(([name]) => !schema.some(([own]) => own === name));
    if (other !== undefined) throw unknownColumn(schema, other[0], "union");
  }
  return { op: "union", inputs, schema };
}
