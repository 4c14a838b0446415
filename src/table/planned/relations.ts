// Results of operations while a query becomes a plan: columns by their places, as the engine counts
// them, with names that the plan has for them.
import type { PlanJson } from "../../engine/plan-query.js";
import type { ExprNode } from "../expressions/nodes.js";
import type { FilterPlan, Plan } from "../plan/plan.js";
import { type Bound, type BoundColumn, boundExpression } from "./bound-expressions.js";
import { nodeAt, sqlNode, storedType, textAt } from "./plan-nodes.js";

/** The result of an operation. */
export interface Relation {
  readonly plan: Plan;
  readonly columns: readonly BoundColumn[];
}

/** Beyond this many letters a name is of no use to readers of plans. */
const NAME_LENGTH = 24;

/** The first of these names that is not taken; it is then. */
export function freshName(wish: string, taken: Set<string>): string {
  const base = wish === "" || wish.length > NAME_LENGTH ? "x" : wish;
  let name = base;
  for (let k = 1; taken.has(name.toLowerCase()); k++) name = `${base}_${k}`;
  taken.add(name.toLowerCase());
  return name;
}

/** The column that an expression is, if it is one. */
function nameOfCopy({ node }: Bound): string | undefined {
  const own = node.kind === "cast" && node.type === "HUGEINT" ? node.value : node;
  return own.kind === "column" ? own.name : undefined;
}

/** An expression as a column of a plan has it. */
function stored(bound: Bound): ExprNode {
  const copied = nameOfCopy(bound);
  if (copied !== undefined) return { kind: "column", name: copied };
  const type = storedType(bound.type);
  return type === bound.type ? bound.node : sqlNode(type, ["CAST(", bound.node, ` AS ${type})`]);
}

/** A column to be made, and what it may be called. */
export interface WishedColumn {
  readonly wish: string;
  readonly bound: Bound;
}

/** The relation with these columns in place of its own. */
export function projectedRelation({ plan }: Relation, columns: readonly WishedColumn[]): Relation {
  const taken = new Set<string>();
  const named = columns.map(({ wish, bound }) => ({
    name: freshName(nameOfCopy(bound) ?? wish, taken),
    bound,
  }));
  const isSame =
    named.length === plan.schema.length &&
    named.every(({ name, bound }, k) => nameOfCopy(bound) === name && plan.schema[k]?.[0] === name);
  return {
    plan: isSame
      ? plan
      : {
          op: "project",
          input: plan,
          columns: named.map(({ name, bound }) => [name, stored(bound)]),
          schema: named.map(({ name, bound }) => [name, storedType(bound.type)]),
        },
    columns: named.map(({ name, bound }) => ({ name, type: bound.type })),
  };
}

/** The relation with columns besides its own, where these are none of them; and their names. */
export function withColumns(
  relation: Relation,
  more: readonly WishedColumn[],
): { readonly relation: Relation; readonly names: readonly string[] } {
  const taken = new Set(relation.plan.schema.map(([name]) => name.toLowerCase()));
  const names = more.map(({ wish, bound }) => nameOfCopy(bound) ?? freshName(wish, taken));
  const made = more.flatMap(({ bound }, k) =>
    nameOfCopy(bound) === undefined ? [{ name: names[k] as string, bound }] : [],
  );
  if (made.length === 0) return { relation, names };
  const { plan, columns } = relation;
  const kept = plan.schema.map(([name]) => [name, { kind: "column", name }] as const);
  return {
    relation: {
      columns,
      plan: {
        op: "project",
        input: plan,
        columns: [...kept, ...made.map(({ name, bound }) => [name, stored(bound)] as const)],
        schema: [
          ...plan.schema,
          ...made.map(({ name, bound }) => [name, storedType(bound.type)] as const),
        ],
      },
    },
    names,
  };
}

/** The rows for which all of these hold. */
export function filtered(plan: Plan, conditions: readonly ExprNode[]): Plan {
  return conditions.reduce<Plan>(
    (input, predicate): FilterPlan => ({ op: "filter", input, predicate, schema: input.schema }),
    plan,
  );
}

/** Orders of a sort, each by a column: columns are made for what is none. */
export function sortColumns(
  relation: Relation,
  orders: readonly PlanJson[],
  changing: ReadonlySet<string>,
) {
  const scope = { columns: relation.columns, changing };
  const bounds = orders.map((order) => boundExpression(nodeAt(order, "expression"), scope));
  const wider = withColumns(
    relation,
    bounds.map((bound) => ({ wish: "order", bound })),
  );
  const by = wider.names.map((name, k) => ({
    by: name,
    descending: textAt(orders[k] as PlanJson, "type") === "DESCENDING",
    nulls:
      textAt(orders[k] as PlanJson, "null_order") === "NULLS FIRST"
        ? ("first" as const)
        : ("last" as const),
  }));
  return { relation: wider.relation, by };
}
