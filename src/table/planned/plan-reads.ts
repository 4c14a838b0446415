// Tables that a query reads, as the engine's plan has them: some columns, and filters on these.
import type { PlanJson } from "../../engine/plan-query.js";
import type { ExprNode } from "../expressions/nodes.js";
import type { Plan } from "../plan/plan.js";
import {
  type BindingScope,
  type BoundColumn,
  between,
  boundExpression,
  COMPARISONS,
} from "./bound-expressions.js";
import { constantSql } from "./constant-sql.js";
import { listOf, nodeAt, sqlNode, textAt, unknown } from "./plan-nodes.js";
import { filtered, type Relation } from "./relations.js";

/** The rows of a table that pass the filters, with the columns that are wanted. */
export function readTable(
  node: PlanJson,
  tables: ReadonlyMap<string, Plan>,
  changing: ReadonlySet<string>,
): Relation {
  const name = textAt((node.function_data ?? {}) as PlanJson, "table");
  const plan = node.name === "seq_scan" ? tables.get(name) : undefined;
  if (plan === undefined) return unknown(`it reads ${textAt(node, "name")}`);
  const all: readonly BoundColumn[] = plan.schema.map(([own, type]) => ({ name: own, type }));
  const filters = listOf((node.table_filters ?? {}) as PlanJson, "filters").flatMap(
    ({ key, value }) => {
      const column = all[Number(key)] ?? unknown("it filters by the numbers of rows");
      const filter = filterOf(value as PlanJson, { columns: [column], changing });
      return filter === undefined ? [] : [filter];
    },
  );
  const read = listOf(node, "column_indexes").map(
    ({ index }): BoundColumn =>
      all[Number(index)] ?? {
        name: all[0]?.name ?? unknown("it reads a table without columns"),
        type: "BIGINT",
        isHidden: true,
      },
  );
  const kept = (node.projection_ids ?? []) as readonly number[];
  return {
    plan: filtered(plan, filters),
    columns: kept.length === 0 ? read : kept.map((at) => read[at] as BoundColumn),
  };
}

/** A filter of one column; undefined where it only hints at what other filters say. */
function filterOf(filter: PlanJson, scope: BindingScope): ExprNode | undefined {
  const column: ExprNode = { kind: "column", name: scope.columns[0]?.name ?? "" };
  const made = (...parts: readonly (string | ExprNode)[]) => sqlNode("BOOLEAN", parts);
  const children = () => listOf(filter, "child_filters").map((child) => filterOf(child, scope));
  switch (filter.filter_type) {
    case "OPTIONAL_FILTER":
    case "DYNAMIC_FILTER":
    case "BLOOM_FILTER":
      return undefined;
    case "CONSTANT_COMPARISON": {
      const word = COMPARISONS[textAt(filter, "comparison_type")] ?? unknown("it compares oddly");
      return made("(", column, ` ${word} ${constantSql(nodeAt(filter, "constant")).sql})`);
    }
    case "IS_NULL":
      return made("(", column, " IS NULL)");
    case "IS_NOT_NULL":
      return made("(", column, " IS NOT NULL)");
    case "IN_FILTER": {
      const values = listOf(filter, "values").map((value) => constantSql(value).sql);
      return made("(", column, ` IN (${values.join(", ")}))`);
    }
    case "CONJUNCTION_AND": {
      const known = children().filter((child) => child !== undefined);
      return known.length === 0 ? undefined : made("(", ...between(known, " AND "), ")");
    }
    case "CONJUNCTION_OR": {
      const known = children();
      if (known.some((child) => child === undefined)) return undefined;
      return made("(", ...between(known as ExprNode[], " OR "), ")");
    }
    case "EXPRESSION_FILTER":
      return boundExpression(nodeAt(filter, "expr"), scope).node;
    default:
      return unknown(`it filters by ${String(filter.filter_type)}`);
  }
}
