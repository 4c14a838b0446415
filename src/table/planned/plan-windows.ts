// Windows of the engine's plans: rows of equal keys go to one partition, where they are seen
// together.
import type { PlanJson } from "../../engine/plan-query.js";
import { quoteName } from "../../engine/sql-text.js";
import type { ExprNode, SqlNode } from "../expressions/nodes.js";
import type { WindowPlan } from "../plan/plan.js";
import { type BindingScope, type Bound, between, boundExpression } from "./bound-expressions.js";
import { listOf, nodeAt, sqlNode, storedType, textAt, typeText, unknown } from "./plan-nodes.js";
import { freshName, type Relation, withColumns } from "./relations.js";

/** Pieces of SQL with expressions among them. */
type Parts = SqlNode["parts"];

/** Window functions that are none of groups, by their types. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  WINDOW_ROW_NUMBER: "row_number",
  WINDOW_RANK: "rank",
  WINDOW_RANK_DENSE: "dense_rank",
  WINDOW_PERCENT_RANK: "percent_rank",
  WINDOW_CUME_DIST: "cume_dist",
  WINDOW_NTILE: "ntile",
  WINDOW_LAG: "lag",
  WINDOW_LEAD: "lead",
  WINDOW_FIRST_VALUE: "first_value",
  WINDOW_LAST_VALUE: "last_value",
  WINDOW_NTH_VALUE: "nth_value",
};

/** What is known of a window; with anything else it may mean something else. */
const KNOWN = new Set(
  "expression_class type alias query_location return_type children name arguments original_arguments catalog_name schema_name has_serialize partitions orders filters ignore_nulls start end start_expr end_expr offset_expr default_expr exclude_clause distinct arg_orders".split(
    " ",
  ),
);

/** Those of them that see the rows of a frame. */
const OF_FRAMES = /AGGREGATE|_VALUE$/;

/** The input with a column for each window function. */
export function windowRelation(
  node: PlanJson,
  input: Relation,
  changing: ReadonlySet<string>,
): Relation {
  return listOf(node, "expressions").reduce(
    (relation, each) => withWindow(each, relation, input.columns.length, changing),
    input,
  );
}

/** @param count how many columns the window functions see */
function withWindow(
  node: PlanJson,
  { plan, columns }: Relation,
  count: number,
  changing: ReadonlySet<string>,
): Relation {
  const scope = { columns: columns.slice(0, count), changing };
  const partitions = listOf(node, "partitions").map((each) => boundExpression(each, scope));
  const keyed = withColumns(
    { plan, columns },
    partitions.map((bound) => ({ wish: "key", bound })),
  );
  const input = keyed.relation.plan;
  const type = typeText(nodeAt(node, "return_type"));
  const stored = storedType(type);
  const call = callParts(node, partitions, scope);
  const value = sqlNode(stored, ["CAST(", ...call, ` AS ${stored})`]);
  const taken = new Set(input.schema.map(([name]) => name.toLowerCase()));
  const name = freshName("window", taken);
  const window: WindowPlan = {
    op: "window",
    input,
    keys: [...new Set(keyed.names)],
    columns: [[name, value]],
    schema: [...input.schema, [name, stored]],
  };
  return { plan: window, columns: [...columns, { name, type }] };
}

function callParts(node: PlanJson, partitions: readonly Bound[], scope: BindingScope): Parts {
  const type = textAt(node, "type");
  const name = type === "WINDOW_AGGREGATE" ? textAt(node, "name") : FUNCTIONS[type];
  if (name === undefined) return unknown(`it has a window of the kind ${type}`);
  if (scope.changing.has(name)) unknown(`it calls ${name}, which differs from call to call`);
  const other = Object.keys(node).find((key) => !KNOWN.has(key));
  if (other !== undefined) unknown(`a window of it has ${other}`);
  const children = listOf(node, "children");
  if (listOf(node, "original_arguments").length > children.length) {
    unknown(`it calls ${name} with constants of its own`);
  }
  if (textAt(node, "exclude_clause") !== "NO_OTHER") unknown("a window of it leaves out rows");
  if (listOf(node, "arg_orders").length > 0) unknown("a window of it has arguments in an order");
  const bound = (each: PlanJson) => boundExpression(each, scope).node;
  const more = ["offset_expr", "default_expr"].filter((own) => node[own] !== undefined);
  const args = [...children, ...more.map((own) => nodeAt(node, own))].map(bound);
  const filter =
    node.filters === undefined ? [] : [" FILTER (WHERE ", bound(nodeAt(node, "filters")), ")"];
  return [
    `${quoteName(name)}(${node.distinct === true ? "DISTINCT " : ""}`,
    ...between(args, ", "),
    `${node.ignore_nulls === true ? " IGNORE NULLS" : ""})`,
    ...filter,
    " OVER (",
    ...listed(
      "PARTITION BY ",
      partitions.map(({ node: own }) => [own]),
    ),
    ...listed(
      " ORDER BY ",
      listOf(node, "orders").map((order) => orderParts(order, scope)),
    ),
    ...(OF_FRAMES.test(type) ? frameParts(node, bound) : []),
    ")",
  ];
}

function orderParts(order: PlanJson, scope: BindingScope): Parts {
  const direction = textAt(order, "type") === "DESCENDING" ? "DESC" : "ASC";
  const { node } = boundExpression(nodeAt(order, "expression"), scope);
  return [node, ` ${direction} ${textAt(order, "null_order")}`];
}

function listed(word: string, items: readonly Parts[]): Parts {
  return items.flatMap((item, k) => [k === 0 ? word : ", ", ...item]);
}

function frameParts(node: PlanJson, bound: (node: PlanJson) => ExprNode): Parts {
  const modeOf = (end: "start" | "end") => /_(ROWS|RANGE|GROUPS)$/.exec(textAt(node, end))?.[1];
  return [
    ` ${modeOf("start") ?? modeOf("end") ?? "ROWS"} BETWEEN `,
    ...frameEnd(node, "start", bound),
    " AND ",
    ...frameEnd(node, "end", bound),
  ];
}

function frameEnd(
  node: PlanJson,
  end: "start" | "end",
  bound: (node: PlanJson) => ExprNode,
): Parts {
  const [words = "", mode] = textAt(node, end).split(/_(?=(?:ROWS|RANGE|GROUPS)$)/);
  if (!words.startsWith("EXPR_")) return [words.replaceAll("_", " ")];
  // The engine has added it to the order by then.
  if (mode === "RANGE") unknown("a window of it goes by the distance of values");
  return [bound(nodeAt(node, `${end}_expr`)), ` ${words.replace("EXPR_", "")}`];
}
