// Expressions of the engine's plans as ours. They are bound: functions are chosen and casts made,
// so the SQL that becomes of them means the same in the query of a partition.
import type { PlanJson } from "../../engine/plan-query.js";
import { quoteName } from "../../engine/sql-text.js";
import type { ExprNode, SqlNode } from "../expressions/nodes.js";
import { familyOf } from "../types/column-types.js";
import { constantSql, decimalText } from "./constant-sql.js";
import { listOf, nodeAt, sqlNode, textAt, typeText, unknown } from "./plan-nodes.js";

/** A column of an operation's result: what a plan calls it, and its type there. */
export interface BoundColumn {
  readonly name: string;
  /** In the query; partitions may hold it as another one. */
  readonly type: string;
  /** It is there to count rows only. */
  readonly isHidden?: true;
}

/** An expression with its type. */
export interface Bound {
  readonly node: ExprNode;
  readonly type: string;
}

/** What expressions refer to. */
export interface BindingScope {
  readonly columns: readonly BoundColumn[];
  /** Functions whose values differ from call to call. */
  readonly changing: ReadonlySet<string>;
}

/** An expression over columns. */
export function boundExpression(node: PlanJson, scope: BindingScope): Bound {
  const made = (type: string, parts: SqlNode["parts"]) => ({ node: sqlNode(type, parts), type });
  const inner = (name: string) => boundExpression(nodeAt(node, name), scope).node;
  switch (node.expression_class) {
    case "BOUND_REF":
      return columnOf(scope.columns[Number(node.index)]);
    case "BOUND_CONSTANT": {
      const { sql, type } = constantSql(nodeAt(node, "value"));
      return made(type, [sql]);
    }
    case "BOUND_CAST": {
      const type = typeText(nodeAt(node, "return_type"));
      const word = node.try_cast === true ? "TRY_CAST" : "CAST";
      return made(type, [`${word}(`, inner("child"), ` AS ${type})`]);
    }
    case "BOUND_COMPARISON": {
      const word = COMPARISONS[textAt(node, "type")] ?? unknown(`it compares by ${node.type}`);
      return made("BOOLEAN", ["(", inner("left"), ` ${word} `, inner("right"), ")"]);
    }
    case "BOUND_CONJUNCTION": {
      const word = node.type === "CONJUNCTION_AND" ? " AND " : " OR ";
      const children = listOf(node, "children").map((child) => boundExpression(child, scope).node);
      return made("BOOLEAN", ["(", ...between(children, word), ")"]);
    }
    case "BOUND_BETWEEN": {
      const low = node.lower_inclusive === false ? " > " : " >= ";
      const high = node.upper_inclusive === false ? " < " : " <= ";
      const input = inner("input");
      const parts = ["(", input, low, inner("lower"), " AND ", input, high, inner("upper"), ")"];
      return made("BOOLEAN", parts);
    }
    case "BOUND_CASE": {
      const type = typeText(nodeAt(node, "return_type"));
      const checks = listOf(node, "case_checks").flatMap((check) => [
        " WHEN ",
        boundExpression(nodeAt(check, "when_expr"), scope).node,
        " THEN ",
        boundExpression(nodeAt(check, "then_expr"), scope).node,
      ]);
      return made(type, ["CAST(CASE", ...checks, " ELSE ", inner("else_expr"), ` END AS ${type})`]);
    }
    case "BOUND_OPERATOR":
      return boundOperator(node, scope);
    case "BOUND_FUNCTION":
      return boundFunction(node, scope);
    default:
      return unknown(`it has an expression of the kind ${String(node.expression_class)}`);
  }
}

/** A column as expressions see it. */
export function columnOf(column: BoundColumn | undefined): Bound {
  if (column === undefined) return unknown("its plan refers to a column that is not there");
  if (column.isHidden) return unknown("it asks for the numbers of rows");
  const own: ExprNode = { kind: "column", name: column.name };
  if (column.type !== "HUGEINT") return { node: own, type: column.type };
  return { node: { kind: "cast", value: own, type: "HUGEINT", tries: false }, type: "HUGEINT" };
}

/** SQL's words of comparisons. */
export const COMPARISONS: Readonly<Record<string, string>> = {
  COMPARE_EQUAL: "=",
  COMPARE_NOTEQUAL: "<>",
  COMPARE_LESSTHAN: "<",
  COMPARE_GREATERTHAN: ">",
  COMPARE_LESSTHANOREQUALTO: "<=",
  COMPARE_GREATERTHANOREQUALTO: ">=",
  COMPARE_DISTINCT_FROM: "IS DISTINCT FROM",
  COMPARE_NOT_DISTINCT_FROM: "IS NOT DISTINCT FROM",
};

/** Parts with a text between each two. */
export function between(nodes: readonly ExprNode[], word: string): (string | ExprNode)[] {
  return nodes.flatMap((node, k) => (k === 0 ? [node] : [word, node]));
}

function boundOperator(node: PlanJson, scope: BindingScope): Bound {
  const type = typeText(nodeAt(node, "return_type"));
  const children = listOf(node, "children").map((child) => boundExpression(child, scope).node);
  const [first, ...rest] = children;
  if (first === undefined) return unknown(`its plan has ${String(node.type)} of nothing`);
  const made = (...parts: SqlNode["parts"]) => ({ node: sqlNode(type, parts), type });
  switch (node.type) {
    case "OPERATOR_NOT":
      return made("(NOT ", first, ")");
    case "OPERATOR_IS_NULL":
      return made("(", first, " IS NULL)");
    case "OPERATOR_IS_NOT_NULL":
      return made("(", first, " IS NOT NULL)");
    case "COMPARE_IN":
      return made("(", first, " IN (", ...between(rest, ", "), "))");
    case "COMPARE_NOT_IN":
      return made("(", first, " NOT IN (", ...between(rest, ", "), "))");
    case "OPERATOR_COALESCE":
      return made("coalesce(", ...between(children, ", "), ")");
    default:
      return unknown(`it has the operator ${String(node.type)}`);
  }
}

function boundFunction(node: PlanJson, scope: BindingScope): Bound {
  const name = textAt(node, "name");
  if (scope.changing.has(name)) unknown(`it calls ${name}, which differs from call to call`);
  const type = typeText(nodeAt(node, "return_type"));
  const isSum = (name === "+" || name === "-") && familyOf(type) === "decimal";
  const args = listOf(node, "children").map((child) =>
    isSum ? uncast(child, type, scope) : boundExpression(child, scope).node,
  );
  const call =
    node.is_operator === true && args.length <= 2
      ? ["(", ...(args.length === 1 ? [`${name} `, ...args] : between(args, ` ${name} `)), ")"]
      : [`${quoteName(name)}(`, ...between(args, ", "), ")"];
  const parts = familyOf(type) === "decimal" ? ["CAST(", ...call, ` AS ${type})`] : call;
  return { node: sqlNode(type, parts), type };
}

/**
 * A decimal that is added, as it was before the cast for it: the query of the partition makes that
 * cast itself, and another one on top of it would take a digit more.
 */
function uncast(node: PlanJson, type: string, scope: BindingScope): ExprNode {
  if (node.expression_class === "BOUND_CONSTANT") {
    const { value, is_null: isNull } = nodeAt(node, "value");
    return isNull === true
      ? boundExpression(node, scope).node
      : sqlNode(type, [decimalText(value, type)]);
  }
  const isCast =
    node.expression_class === "BOUND_CAST" &&
    node.try_cast !== true &&
    typeText(nodeAt(node, "return_type")) === type;
  const own = boundExpression(isCast ? nodeAt(node, "child") : node, scope);
  return isCast && familyOf(own.type) !== "decimal" ? boundExpression(node, scope).node : own.node;
}
