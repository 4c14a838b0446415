// Verbs of groups: what `agg` is given becomes a plan.
import { ArgumentError } from "../../base/errors.js";
import { AGGREGATES, aggregateOf, checkShare } from "../expressions/aggregates.js";
import { Expr } from "../expressions/expr.js";
import { type AggregateName, type ExprNode, hasKind } from "../expressions/nodes.js";
import { aggregateArguments } from "../expressions/to-sql.js";
import type { AggregateColumn, Plan } from "../plan/plan.js";
import { familyOf } from "../types/column-types.js";
import { typeOf } from "../types/table-schema.js";
import { namesOf, projected } from "./row-verbs.js";

/**
 * The aggregates of groups: per column the name of one, or several; or a name and an
 * expression.
 */
export type Aggregations<N extends string = string> = Readonly<
  Record<string, AggregateName | readonly AggregateName[] | Expr<N>>
>;

/** One row per group, with these columns after the keys. */
export function aggregated(
  input: Plan,
  keys: readonly string[],
  aggregations: Aggregations,
  partitions?: number,
): Plan {
  const inner: AggregateColumn[] = [];
  const outer: (readonly [string, ExprNode])[] = keys.map((name) => [
    name,
    { kind: "column", name },
  ]);
  for (const [name, given] of Object.entries(aggregations)) {
    if (given instanceof Expr) {
      outer.push([name, extracted(given.node, name, inner)]);
      continue;
    }
    const isOne = typeof given === "string";
    for (const aggregate of isOne ? [given] : given) {
      checkAggregate(aggregate);
      const own = isOne ? name : `${name}_${aggregate}`;
      inner.push({ name: own, aggregate, args: [{ kind: "column", name }] });
      outer.push([own, { kind: "column", name: own }]);
    }
  }
  const plan = aggregatePlan(input, keys, inner, partitions);
  const isPlain = outer.every(([name, value]) => value.kind === "column" && value.name === name);
  return isPlain ? plan : projected(plan, outer, "agg");
}

function checkAggregate(name: string): asserts name is AggregateName {
  if (Object.hasOwn(AGGREGATES, name)) return;
  const text = `agg: there is no aggregate ${JSON.stringify(name)}: expected ${Object.keys(AGGREGATES).join(", ")}`;
  throw new ArgumentError("value", text, { name });
}

/** The plan of aggregates of columns. */
export function aggregatePlan(
  input: Plan,
  keys: readonly string[],
  outputs: readonly AggregateColumn[],
  partitions?: number,
  method = "agg",
): Plan {
  const keyColumns = keys.map((key) => [key, typeOf(input.schema, key, "groupBy")] as const);
  const columns = outputs.map(({ name, aggregate, args }) => {
    const { type } = aggregateArguments(aggregate, args, input.schema, method);
    return [name, aggregateOf(aggregate).type(type)] as const;
  });
  const schema = [...keyColumns, ...columns];
  const twice = schema.find(([name], k) => schema.findIndex(([other]) => other === name) < k);
  if (twice !== undefined) {
    throw new ArgumentError("value", `${method}: two columns would be called ${twice[0]}`);
  }
  return {
    op: "aggregate",
    input,
    keys,
    outputs,
    schema,
    ...(partitions === undefined ? {} : { partitions }),
  };
}

/** Names of the columns that have numbers. */
export function columnsOfNumbers({ schema }: Plan): string[] {
  return schema
    .filter(([, type]) => ["integer", "decimal", "float"].includes(familyOf(type)))
    .map(([name]) => name);
}

const OF_NUMBERS: readonly AggregateName[] = ["sum", "mean", "std", "var", "median", "quantile"];

/**
 * One aggregate of each column, under its own name.
 *
 * @param given default: all columns but the keys; of numbers, where the aggregate is of such
 * @param more further arguments of the aggregate
 */
export function eachAggregated(
  input: Plan,
  keys: readonly string[],
  aggregate: AggregateName,
  given: readonly string[],
  more: readonly ExprNode[] = [],
): Plan {
  const [q] = more;
  if (q?.kind === "literal") checkShare(aggregate, q.value);
  const all = OF_NUMBERS.includes(aggregate)
    ? columnsOfNumbers(input)
    : input.schema.map(([name]) => name);
  const columns =
    given.length > 0
      ? namesOf(input.schema, given, aggregate)
      : all.filter((name) => !keys.includes(name));
  if (columns.length === 0 && keys.length === 0) {
    throw new ArgumentError("dtype", `${aggregate}: the table has no column of numbers`);
  }
  const outputs = columns.map((name) => ({
    name,
    aggregate,
    args: [{ kind: "column", name } as const, ...more],
  }));
  return aggregatePlan(input, keys, outputs, undefined, aggregate);
}

/** The expression with a column in place of each aggregate in it. */
function extracted(node: ExprNode, name: string, inner: AggregateColumn[]): ExprNode {
  if (node.kind === "aggregate") {
    const own = inner.some((other) => other.name === name) ? `${name}_${inner.length}` : name;
    inner.push({ name: own, aggregate: node.name, args: node.args });
    return { kind: "column", name: own };
  }
  if (!hasKind(node, "aggregate")) {
    if (node.kind === "literal") return node;
    const text = `agg: ${name} is no aggregate: expected one such as col("x").sum(), or sums and products of such`;
    throw new ArgumentError("value", text, { name });
  }
  if (node.kind === "cast") return { ...node, value: extracted(node.value, name, inner) };
  if (node.kind === "call") {
    return { ...node, args: node.args.map((arg, k) => extracted(arg, `__${name}_${k}`, inner)) };
  }
  return node;
}
