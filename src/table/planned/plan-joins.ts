// Joins of the engine's plans: keys that are equal, and what else has to be true.
import type { PlanJson } from "../../engine/plan-query.js";
import type { ExprNode } from "../expressions/nodes.js";
import type { JoinHow, MarkPlan, Plan } from "../plan/plan.js";
import { type Bound, type BoundColumn, boundExpression, COMPARISONS } from "./bound-expressions.js";
import { listOf, nodeAt, sqlNode, textAt, unknown } from "./plan-nodes.js";
import { freshName, type Relation, withColumns } from "./relations.js";

const HOWS: Readonly<Record<string, JoinHow>> = {
  INNER: "inner",
  LEFT: "left",
  RIGHT: "right",
  OUTER: "outer",
  FULL: "outer",
  SEMI: "semi",
  ANTI: "anti",
};

/** A condition of a join: a comparison of both sides. */
interface Condition {
  readonly left: Bound;
  readonly right: Bound;
  readonly comparison: string;
}

/** The rows of a join. */
export function joinedRelation(
  node: PlanJson,
  left: Relation,
  right: Relation,
  changing: ReadonlySet<string>,
): Relation {
  const leftOut = [node.left_projection_map, node.right_projection_map] as (
    | unknown[]
    | undefined
  )[];
  if (leftOut.some((map = []) => map.length > 0)) unknown("its joins leave out columns");
  const conditions = listOf(node, "conditions").map((condition): Condition => {
    if (condition.left === undefined)
      return unknown("its joins have conditions of a form of their own");
    return {
      left: boundExpression(nodeAt(condition, "left"), { columns: left.columns, changing }),
      right: boundExpression(nodeAt(condition, "right"), { columns: right.columns, changing }),
      comparison: textAt(condition, "comparison"),
    };
  });
  const word = textAt(node, "join_type");
  const sides = sidesOf(left, right, conditions);
  if (word === "MARK") return marked(sides);
  const how = HOWS[word] ?? unknown(`it has a join of the kind ${word}`);
  return joined(how, sides);
}

/** Each row of one with each of the other. */
export function crossed(left: Relation, right: Relation): Relation {
  const sides = sidesOf(left, right, []);
  return joined("cross", sides);
}

/** Two sides whose columns have different names, with a column for each key. */
interface JoinSides {
  readonly left: Relation;
  readonly right: Relation;
  readonly pairs: readonly (readonly [left: string, right: string, comparison: string])[];
}

function sidesOf(left: Relation, right: Relation, conditions: readonly Condition[]): JoinSides {
  const ours = withColumns(
    left,
    conditions.map((condition) => ({ wish: "left_key", bound: condition.left })),
  );
  const theirs = withColumns(
    right,
    conditions.map((condition) => ({ wish: "right_key", bound: condition.right })),
  );
  const apart = renamedApart(theirs.relation, ours.relation.plan);
  return {
    left: ours.relation,
    right: apart.relation,
    pairs: conditions.map(({ comparison }, k) => [
      ours.names[k] as string,
      apart.nameOf(theirs.names[k] as string),
      comparison,
    ]),
  };
}

/** The relation with other names for columns that are called as some of another plan. */
function renamedApart(relation: Relation, other: Plan) {
  const taken = new Set(other.schema.map(([name]) => name.toLowerCase()));
  const { plan, columns } = relation;
  const isApart = plan.schema.every(([name]) => !taken.has(name.toLowerCase()));
  if (isApart) return { relation, nameOf: (name: string) => name };
  const names = new Map(plan.schema.map(([name]) => [name, freshName(name, taken)] as const));
  const nameOf = (name: string) => names.get(name) as string;
  const renamed: Relation = {
    columns: columns.map((column): BoundColumn => ({ ...column, name: nameOf(column.name) })),
    plan: {
      op: "project",
      input: plan,
      columns: plan.schema.map(([name]) => [nameOf(name), { kind: "column", name }]),
      schema: plan.schema.map(([name, type]) => [nameOf(name), type]),
    },
  };
  return { relation: renamed, nameOf };
}

const EQUAL = "COMPARE_EQUAL";
const SAME = "COMPARE_NOT_DISTINCT_FROM";

function joined(how: JoinHow, { left, right, pairs }: JoinSides): Relation {
  const keys = pairs.filter(([, , comparison]) => comparison === EQUAL || comparison === SAME);
  const others = pairs.filter((pair) => !keys.includes(pair));
  const nullsEqual = keys.flatMap(([, , comparison], k) => (comparison === SAME ? [k] : []));
  const isHalf = how === "semi" || how === "anti";
  const rightColumns = isHalf ? [] : right.plan.schema.map(([name]) => [name, name] as const);
  return {
    plan: {
      op: "join",
      left: left.plan,
      right: right.plan,
      how,
      on: keys.map(([a, b]) => [a, b]),
      rightColumns,
      keepsKeys: true,
      schema: [...left.plan.schema, ...(isHalf ? [] : right.plan.schema)],
      ...(nullsEqual.length === 0 ? {} : { nullsEqual }),
      ...(others.length === 0 ? {} : { condition: conditionOf(others) }),
    },
    columns: [...left.columns, ...(isHalf ? [] : right.columns)],
  };
}

function conditionOf(pairs: JoinSides["pairs"]): ExprNode {
  const parts = pairs.flatMap(([a, b, comparison], k): (string | ExprNode)[] => {
    const word = COMPARISONS[comparison] ?? unknown(`its joins compare by ${comparison}`);
    const own = [{ kind: "column", name: a }, ` ${word} `, { kind: "column", name: b }] as const;
    return k === 0 ? [...own] : [" AND ", ...own];
  });
  return sqlNode("BOOLEAN", ["(", ...parts, ")"]);
}

/** `IN` and `EXISTS` as a column. */
function marked({ left, right, pairs }: JoinSides): Relation {
  const same = pairs.filter(([, , comparison]) => comparison === SAME);
  const compared = pairs.filter((pair) => !same.includes(pair));
  const [any] = compared;
  if (compared.length > 1) unknown("it compares rows of several columns with those of a query");
  const taken = new Set(
    [...left.plan.schema, ...right.plan.schema].map(([name]) => name.toLowerCase()),
  );
  const name = freshName("mark", taken);
  const plan: MarkPlan = {
    op: "mark",
    left: left.plan,
    right: right.plan,
    name,
    same: same.map(([a, b]) => [a, b]),
    schema: [...left.plan.schema, [name, "BOOLEAN"]],
    ...(any === undefined
      ? {}
      : {
          any: {
            left: any[0],
            comparison: COMPARISONS[any[2]] ?? unknown(`it compares by ${any[2]}`),
            right: any[1],
          },
        }),
  };
  return { plan, columns: [...left.columns, { name, type: "BOOLEAN" }] };
}
