// Nulls: values in their place, and rows without any.
import { ArgumentError } from "../../base/errors.js";
import { nodeOf } from "../expressions/expr.js";
import type { ExprNode, Literal } from "../expressions/nodes.js";
import { toSql } from "../expressions/to-sql.js";
import type { Plan } from "../plan/plan.js";
import { familyOf, userType } from "../types/column-types.js";
import { typeOf } from "../types/table-schema.js";
import { namesOf, projected } from "./row-verbs.js";

type Value = Exclude<Literal, null>;

/** A value for all columns that can hold it, or one for each. */
export function nullsFilled(
  input: Plan,
  given: Value | Readonly<Record<string, Value | undefined>>,
): Plan {
  const isOne = typeof given !== "object" || given instanceof Date;
  const values = new Map<string, Value>();
  if (isOne) {
    for (const [name, type] of input.schema) if (canHold(type, given)) values.set(name, given);
  } else {
    for (const [name, value] of Object.entries(given)) {
      const type = typeOf(input.schema, name, "fillNull");
      if (value === undefined) continue;
      if (!canHold(type, value)) {
        const text = `fillNull: ${name} is a column of ${userType(type)}, which cannot hold ${String(value)}: cast it first`;
        throw new ArgumentError("dtype", text, { column: name, type: userType(type) });
      }
      values.set(name, value);
    }
  }
  const columns = input.schema.map(
    ([name, type]) => [name, filled(name, type, values.get(name))] as const,
  );
  return values.size === 0 ? input : projected(input, columns, "fillNull");
}

/** The column, in its type, with the value in place of nulls. */
function filled(name: string, type: string, value: Value | undefined): ExprNode {
  const column: ExprNode = { kind: "column", name };
  if (value === undefined) return column;
  const call: ExprNode = { kind: "call", name: "fillNull", args: [column, nodeOf(value)] };
  return { kind: "cast", value: call, type, tries: false };
}

/** Whether values of a type can be such: whole numbers take no fractions. */
function canHold(type: string, value: Value): boolean {
  const family = familyOf(type);
  const own = familyOf(toSql(nodeOf(value), [], "fillNull").type);
  if (family === "float" || family === "decimal") return own === "integer" || own === "float";
  return family === own;
}

/** Rows without nulls. */
export function nullsDropped(input: Plan, given: readonly string[]): Plan {
  const names =
    given.length > 0
      ? namesOf(input.schema, given, "dropNulls")
      : input.schema.map(([name]) => name);
  const predicate = names
    .map(
      (name): ExprNode => ({ kind: "call", name: "isNotNull", args: [{ kind: "column", name }] }),
    )
    .reduce((a, b) => ({ kind: "call", name: "and", args: [a, b] }));
  return { op: "filter", input, predicate, schema: input.schema };
}
