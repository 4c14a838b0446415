// Filters go below other operations as far as the rows of the result stay the same: below joins
// above all, so that rows that no result needs do not move.
import { columnsOf, type ExprNode, substitute } from "../expressions/nodes.js";
import {
  type FilterPlan,
  inputsOf,
  type JoinPlan,
  type Plan,
  type UnionPlan,
  withInputs,
} from "../plan/plan.js";
import type { Schema } from "../types/table-schema.js";

/** The plan with its filters as near to what is read as they can be. */
export function pushFilters(plan: Plan): Plan {
  if (plan.op === "filter") return pushed(plan);
  // Its operations stand for the query.
  if (plan.op === "sql") return pushFilters(plan.input);
  return overInputs(plan, pushFilters);
}

function overInputs(plan: Plan, change: (input: Plan) => Plan): Plan {
  const inputs = inputsOf(plan);
  const after = inputs.map(change);
  return after.every((input, k) => input === inputs[k]) ? plan : withInputs(plan, after);
}

function pushed({ input, predicate }: FilterPlan): Plan {
  return conjunctsOf(predicate).reduce(below, pushFilters(input));
}

/** Conditions that all have to be true. */
function conjunctsOf(node: ExprNode): ExprNode[] {
  return node.kind === "call" && node.name === "and" ? node.args.flatMap(conjunctsOf) : [node];
}

/** The rows of a plan for which a condition is true. */
function below(plan: Plan, condition: ExprNode): Plan {
  const reads = columnsOf(condition);
  switch (plan.op) {
    case "filter":
      return { ...plan, input: below(plan.input, condition) };
    case "project":
      return { ...plan, input: below(plan.input, substitute(condition, new Map(plan.columns))) };
    case "repartition":
      return { ...plan, input: below(plan.input, condition) };
    case "sort":
      return plan.limit === undefined
        ? { ...plan, input: below(plan.input, condition) }
        : above(plan, condition);
    case "distinct":
      return isWithin(reads, plan.on)
        ? { ...plan, input: below(plan.input, condition) }
        : above(plan, condition);
    case "aggregate":
    case "window":
      // Without columns a condition is of no group: an aggregate of no rows still gives one.
      return reads.size > 0 && isWithin(reads, plan.keys)
        ? { ...plan, input: below(plan.input, condition) }
        : above(plan, condition);
    case "union":
      return haveTypesOf(plan, reads)
        ? { ...plan, inputs: plan.inputs.map((input) => below(input, condition)) }
        : above(plan, condition);
    case "mark":
      return reads.size > 0 && isWithin(reads, namesOf(plan.left))
        ? { ...plan, left: below(plan.left, condition) }
        : above(plan, condition);
    case "join":
      return belowJoin(plan, condition, reads);
    default:
      return above(plan, condition);
  }
}

function above(input: Plan, condition: ExprNode): Plan {
  return { op: "filter", input, predicate: condition, schema: input.schema };
}

function isWithin(reads: ReadonlySet<string>, names: readonly string[] | undefined): boolean {
  return names === undefined || [...reads].every((name) => names.includes(name));
}

function namesOf({ schema }: Plan): string[] {
  return schema.map(([name]) => name);
}

function haveTypesOf({ inputs, schema }: UnionPlan, reads: ReadonlySet<string>): boolean {
  return inputs.every((input) =>
    [...reads].every((name) => typeIn(input.schema, name) === typeIn(schema, name)),
  );
}

function typeIn(schema: Schema, name: string): string | undefined {
  return schema.find(([own]) => own === name)?.[1];
}

/**
 * Joins that keep each row of a side, with others or without, and none that the other side alone
 * has.
 */
const KEEPS: Readonly<Record<"left" | "right", readonly JoinPlan["how"][]>> = {
  left: ["inner", "left", "semi", "anti", "cross"],
  right: ["inner", "right", "cross"],
};

/**
 * A condition on columns of one side holds for the rows of that side; one on keys for those of
 * both.
 */
function belowJoin(plan: JoinPlan, condition: ExprNode, reads: ReadonlySet<string>): Plan {
  const { left, right, how, on, rightColumns } = plan;
  if (reads.size === 0) return above(plan, condition);
  const ofRight = new Map(rightColumns);
  const names = [...reads];
  if (KEEPS.right.includes(how) && names.every((name) => ofRight.has(name))) {
    return { ...plan, right: below(right, renamed(condition, ofRight)) };
  }
  if (!KEEPS.left.includes(how) || names.some((name) => ofRight.has(name))) {
    return above(plan, condition);
  }
  const next: JoinPlan = { ...plan, left: below(left, condition) };
  const keys = new Map(on);
  const areKeys = names.every((name) => {
    const own = keys.get(name);
    return own !== undefined && typeIn(left.schema, name) === typeIn(right.schema, own);
  });
  // Rows without a partner are kept, or left out, for it: only those of the other side with the
  // same keys matter.
  return areKeys ? { ...next, right: below(right, renamed(condition, keys)) } : next;
}

function renamed(condition: ExprNode, names: ReadonlyMap<string, string>): ExprNode {
  const columns = [...names].map(([name, own]) => [name, { kind: "column", name: own }] as const);
  return substitute(condition, new Map<string, ExprNode>(columns));
}
