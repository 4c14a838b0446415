// The engine's plan of a query as one of ours: an operation for each of its own. What there is no
// operation for is refused.
import type { PlanJson } from "../../engine/plan-query.js";
import type { Plan } from "../plan/plan.js";
import { type BoundColumn, boundExpression } from "./bound-expressions.js";
import { groupedRelation } from "./plan-groups.js";
import { crossed, joinedRelation } from "./plan-joins.js";
import { listOf, nodeAt, textAt, unknown } from "./plan-nodes.js";
import { readTable } from "./plan-reads.js";
import { windowRelation } from "./plan-windows.js";
import { filtered, projectedRelation, type Relation, sortColumns } from "./relations.js";

/** What operations find around them. */
interface PlanScope {
  readonly tables: ReadonlyMap<string, Plan>;
  readonly changing: ReadonlySet<string>;
  /** Queries with names, by their numbers. */
  readonly named: Map<number, Relation>;
  /** Different rows that the innermost join around has of its left side. */
  readonly distinct: Relation | undefined;
}

/**
 * The plan of a query.
 *
 * @param tables plans of the tables by name
 * @param changing functions whose values differ from call to call
 * @throws NotPlanned for what only one task can answer
 */
export function planOfQuery(
  node: PlanJson,
  tables: ReadonlyMap<string, Plan>,
  changing: ReadonlySet<string>,
): Relation {
  return relationOf(node, { tables, changing, named: new Map(), distinct: undefined });
}

function relationOf(node: PlanJson, scope: PlanScope): Relation {
  const [first, second] = listOf(node, "children");
  const input = () => relationOf(first ?? unknown("its plan ends early"), scope);
  switch (node.type) {
    case "LOGICAL_GET":
      return readTable(node, scope.tables, scope.changing);
    case "LOGICAL_PROJECTION":
      return projection(node, input(), scope);
    case "LOGICAL_FILTER":
      return filter(node, input(), scope);
    case "LOGICAL_AGGREGATE_AND_GROUP_BY":
      return groupedRelation(node, input(), scope.changing);
    case "LOGICAL_COMPARISON_JOIN":
    case "LOGICAL_CROSS_PRODUCT": {
      const other = relationOf(second ?? unknown("its plan ends early"), scope);
      return node.type === "LOGICAL_CROSS_PRODUCT"
        ? crossed(input(), other)
        : joinedRelation(node, input(), other, scope.changing);
    }
    case "LOGICAL_DELIM_JOIN":
      return dependentJoin(node, input(), second ?? unknown("its plan ends early"), scope);
    case "LOGICAL_DELIM_GET":
      return scope.distinct ?? unknown("its plan reads rows that are not there");
    case "LOGICAL_MATERIALIZED_CTE":
      scope.named.set(Number(node.table_index), input());
      return relationOf(second ?? unknown("its plan ends early"), scope);
    case "LOGICAL_CTE_REF":
      return scope.named.get(Number(node.cte_index)) ?? unknown("it is recursive");
    case "LOGICAL_ORDER_BY":
    case "LOGICAL_TOP_N":
      return sorted(node, input(), scope);
    case "LOGICAL_LIMIT":
      return limited(node, input());
    case "LOGICAL_WINDOW":
      return windowRelation(node, input(), scope.changing);
    case "LOGICAL_DISTINCT":
      return distinct(node, input());
    case "LOGICAL_UNION":
    case "LOGICAL_EXCEPT":
    case "LOGICAL_INTERSECT":
      return combined(
        node,
        listOf(node, "children").map((child) => relationOf(child, scope)),
      );
    default:
      return unknown(`it has ${wordsOf(node.type)}, which only one task can answer`);
  }
}

function wordsOf(type: unknown): string {
  return String(type).replace("LOGICAL_", "").replaceAll("_", " ").toLowerCase();
}

function projection(node: PlanJson, input: Relation, { changing }: PlanScope): Relation {
  const scope = { columns: input.columns, changing };
  const columns = listOf(node, "expressions").map((each) => ({
    wish: textAt(each, "alias"),
    bound: boundExpression(each, scope),
  }));
  return projectedRelation(input, columns);
}

function filter(node: PlanJson, { plan, columns }: Relation, { changing }: PlanScope): Relation {
  const conditions = listOf(node, "expressions").map(
    (each) => boundExpression(each, { columns, changing }).node,
  );
  const kept = (node.projection_map ?? []) as readonly number[];
  return {
    plan: filtered(plan, conditions),
    columns: kept.length === 0 ? columns : kept.map((at) => columns[at] as BoundColumn),
  };
}

/** A join whose right side reads the different values that some columns of the left side have. */
function dependentJoin(
  node: PlanJson,
  left: Relation,
  right: PlanJson,
  scope: PlanScope,
): Relation {
  if (node.delim_flipped === true) unknown("it has a join that is the other way round");
  const wanted = listOf(node, "duplicate_eliminated_columns").map((each) => ({
    wish: "value",
    bound: boundExpression(each, { columns: left.columns, changing: scope.changing }),
  }));
  const { plan, columns } = projectedRelation(left, wanted);
  const different: Relation = {
    plan: { op: "distinct", input: plan, schema: plan.schema },
    columns,
  };
  const other = relationOf(right, { ...scope, distinct: different });
  return joinedRelation(node, left, other, scope.changing);
}

function sorted(node: PlanJson, input: Relation, { changing }: PlanScope): Relation {
  const { relation, by } = sortColumns(input, listOf(node, "orders"), changing);
  const { plan } = relation;
  const ordered: Relation = {
    columns: input.columns,
    plan: { op: "sort", input: plan, by, schema: plan.schema },
  };
  if (node.type !== "LOGICAL_TOP_N") return ordered;
  return firstRows(ordered, Number(node.limit), Number(node.offset ?? 0));
}

function firstRows({ plan, columns }: Relation, count: number, offset: number): Relation {
  return { columns, plan: { op: "limit", input: plan, count, offset, schema: plan.schema } };
}

function limited(node: PlanJson, input: Relation): Relation {
  const [limit, offset] = [nodeAt(node, "limit_val"), nodeAt(node, "offset_val")];
  const isKnown =
    limit.type === "CONSTANT_VALUE" &&
    (offset.type === "CONSTANT_VALUE" || offset.type === "UNSET");
  if (!isKnown) unknown("its limit is no number");
  return firstRows(input, Number(limit.constant_integer), Number(offset.constant_integer));
}

/** Different rows; of columns that are not of the result nothing is left. */
function distinct(node: PlanJson, input: Relation): Relation {
  if (node.distinct_type !== "DISTINCT") unknown("it has distinct on some columns");
  const { plan, columns } = exactly(input);
  return { plan: { op: "distinct", input: plan, schema: plan.schema }, columns };
}

/** The relation without columns that are there on the way only. */
function exactly(relation: Relation): Relation {
  const own = relation.columns.map(({ name, type, isHidden }) => {
    if (isHidden) unknown("it asks for the numbers of rows");
    const node = { kind: "column", name } as const;
    const value =
      type === "HUGEINT" ? ({ kind: "cast", value: node, type, tries: false } as const) : node;
    return { wish: name, bound: { node: value, type } };
  });
  return projectedRelation(relation, own);
}

function combined(node: PlanJson, inputs: readonly Relation[]): Relation {
  const [first, ...others] = inputs.map(exactly) as [Relation, ...Relation[]];
  const alike = others.map((other) => namedAs(other, first));
  if (node.type === "LOGICAL_UNION") {
    const { schema } = first.plan;
    const inputs = [first.plan, ...alike.map(({ plan }) => plan)];
    const plan: Plan = { op: "union", inputs, schema };
    const isAll = node.setop_all === true;
    return { columns: first.columns, plan: isAll ? plan : { op: "distinct", input: plan, schema } };
  }
  if (node.setop_all === true) unknown("it has except all or intersect all");
  const how = node.type === "LOGICAL_EXCEPT" ? ("anti" as const) : ("semi" as const);
  return alike.reduce((left, right) => matched(left, right, how), first);
}

/** The relation with the names of another. */
function namedAs({ plan, columns }: Relation, other: Relation): Relation {
  const names = other.plan.schema.map(([name]) => name);
  return {
    columns: columns.map((column, k) => ({ ...column, name: names[k] as string })),
    plan: {
      op: "project",
      input: plan,
      columns: plan.schema.map(([name], k) => [names[k] as string, { kind: "column", name }]),
      schema: plan.schema.map(([, type], k) => [names[k] as string, type]),
    },
  };
}

/** Rows that the other has, or has not: nulls are equal to nulls. */
function matched(left: Relation, right: Relation, how: "semi" | "anti"): Relation {
  const names = left.plan.schema.map(([name]) => name);
  return {
    columns: left.columns,
    plan: {
      op: "join",
      left: left.plan,
      right: right.plan,
      how,
      on: names.map((name) => [name, name]),
      nullsEqual: names.map((_, k) => k),
      rightColumns: [],
      keepsKeys: true,
      schema: left.plan.schema,
    },
  };
}
