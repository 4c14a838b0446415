// Groups of the engine's plans: aggregates that partitions can sum up go by states, others by all
// rows of a group.
import type { PlanJson } from "../../engine/plan-query.js";
import { quoteName } from "../../engine/sql-text.js";
import type { AggregateName, ExprNode } from "../expressions/nodes.js";
import type { AggregateColumn } from "../plan/plan.js";
import { digitsOf, familyOf } from "../types/column-types.js";
import { type BindingScope, type Bound, between, boundExpression } from "./bound-expressions.js";
import { listOf, nodeAt, sqlNode, storedType, textAt, typeText, unknown } from "./plan-nodes.js";
import { freshName, type Relation, withColumns } from "./relations.js";

/** One row for each group, with what it is summed up to. */
export function groupedRelation(
  node: PlanJson,
  input: Relation,
  changing: ReadonlySet<string>,
): Relation {
  const scope = { columns: input.columns, changing };
  const sets = (node.grouping_sets ?? []) as readonly (readonly number[])[];
  const groups = listOf(node, "groups").map((group) => boundExpression(group, scope));
  const isPlain = sets.length === 0 || (sets.length === 1 && sets[0]?.length === groups.length);
  const isAsked = listOf(node, "grouping_functions").length > 0;
  if (!isPlain || isAsked) unknown("it has several sets of groups");
  const aggregates = listOf(node, "expressions").map((each) => aggregateOf(each, scope));
  const wider = withColumns(
    input,
    groups.map((bound) => ({ wish: "key", bound })),
  );
  const keys = [...new Set(wider.names)];
  const taken = new Set(keys.map((key) => key.toLowerCase()));
  const outputs = aggregates.map(({ wish, column }): AggregateColumn => {
    return { ...column, name: freshName(wish, taken) };
  });
  const { plan } = wider.relation;
  const typeOf = new Map(plan.schema);
  return {
    plan: {
      op: "aggregate",
      input: plan,
      keys,
      outputs,
      isUnordered: true,
      schema: [
        ...keys.map((key) => [key, typeOf.get(key) as string] as const),
        ...outputs.map(({ name }, k) => [name, aggregates[k]?.stored as string] as const),
      ],
    },
    columns: [
      ...wider.names.map((name, k) => ({ name, type: groups[k]?.type as string })),
      ...outputs.map(({ name }, k) => ({ name, type: aggregates[k]?.type as string })),
    ],
  };
}

/** An aggregate: what it is called at best, its type in the query, and that of its column. */
interface BoundAggregate {
  readonly wish: string;
  readonly type: string;
  readonly stored: string;
  readonly column: Omit<AggregateColumn, "name">;
}

/** Aggregates whose states partitions have. */
const STEPWISE: Readonly<Record<string, AggregateName>> = {
  sum: "sum",
  sum_no_overflow: "sum",
  avg: "mean",
  mean: "mean",
  min: "min",
  max: "max",
  count: "count",
  count_star: "count",
  stddev: "std",
  stddev_samp: "std",
  variance: "var",
  var_samp: "var",
  bool_and: "all",
  bool_or: "any",
};

/** Aggregates of numbers only: of other types they mean something else. */
const OF_NUMBERS = new Set<AggregateName>(["sum", "mean", "std", "var"]);

function aggregateOf(node: PlanJson, scope: BindingScope): BoundAggregate {
  const name = textAt(node, "name");
  if (node.expression_class !== "BOUND_AGGREGATE") unknown(`it groups by ${name}`);
  if (scope.changing.has(name)) unknown(`it calls ${name}, which differs from call to call`);
  const args = listOf(node, "children").map((child) => boundExpression(child, scope));
  const before = listOf(node, "original_arguments");
  if (before.length > args.length) unknown(`it calls ${name} with constants of its own`);
  const type = typeText(nodeAt(node, "return_type"));
  const isDistinct = node.aggregate_type === "DISTINCT";
  const [first] = args;
  const known = STEPWISE[name];
  const isStepwise =
    known !== undefined &&
    args.length <= 1 &&
    node.order_bys === undefined &&
    (!isDistinct || known === "min" || known === "max") &&
    (!OF_NUMBERS.has(known) || isNumber(first)) &&
    (known !== "sum" || familyOf(type) !== "integer" || type === "HUGEINT");
  if (!isStepwise) return called(node, name, args, type, scope);
  const condition =
    node.filter === undefined ? undefined : boundExpression(nodeAt(node, "filter"), scope).node;
  const summed = known === "sum" ? summable(first) : first;
  const argument = filteredArgument(summed, condition);
  return {
    wish: name === "count_star" ? "count" : name,
    type,
    stored: storedType(type),
    column: { aggregate: known, args: argument === undefined ? [] : [argument] },
  };
}

function isNumber(bound: Bound | undefined): boolean {
  return bound !== undefined && ["integer", "decimal", "float"].includes(familyOf(bound.type));
}

/** Sums of whole numbers have 38 digits. */
function summable(bound: Bound | undefined): Bound | undefined {
  if (bound === undefined || familyOf(bound.type) !== "integer") return bound;
  const type = `DECIMAL(${Math.min(digitsOf(bound.type)[0], 38)},0)`;
  return { node: { kind: "cast", value: bound.node, type, tries: false }, type };
}

/** The argument where a condition holds, and null elsewhere. */
function filteredArgument(
  bound: Bound | undefined,
  condition: ExprNode | undefined,
): ExprNode | undefined {
  if (condition === undefined) return bound?.node;
  const type = bound?.type ?? "BOOLEAN";
  return sqlNode(type, ["CASE WHEN ", condition, " THEN ", bound?.node ?? "true", " END"]);
}

/** The call as it is, over all rows of a group. */
function called(
  node: PlanJson,
  name: string,
  args: readonly Bound[],
  type: string,
  scope: BindingScope,
): BoundAggregate {
  const orders = listOf((node.order_bys ?? {}) as PlanJson, "orders").map((order) => [
    boundExpression(nodeAt(order, "expression"), scope).node,
    ` ${textAt(order, "type") === "DESCENDING" ? "DESC" : "ASC"} ${textAt(order, "null_order")}`,
  ]);
  const nodes = args.map((arg) => arg.node);
  const call = [
    `${quoteName(name)}(${node.aggregate_type === "DISTINCT" ? "DISTINCT " : ""}`,
    ...between(nodes, ", "),
    ...orders.flatMap((order, k) => [k === 0 ? " ORDER BY " : ", ", ...order]),
    ")",
    ...(node.filter === undefined
      ? []
      : [" FILTER (WHERE ", boundExpression(nodeAt(node, "filter"), scope).node, ")"]),
  ];
  const stored = storedType(type);
  return {
    wish: name,
    type,
    stored,
    column: { aggregate: "call", args: [sqlNode(stored, ["CAST(", ...call, ` AS ${stored})`])] },
  };
}
