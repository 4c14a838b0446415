// Groups: states of each partition first, then these joined, in one partition or by the hash of
// their keys. Where all rows of a group are needed at once, they move instead.
import { quoteName } from "../../engine/sql-text.js";
import { aggregateOf } from "../expressions/aggregates.js";
import { aggregateArguments } from "../expressions/to-sql.js";
import type { AggregateColumn, AggregatePlan } from "../plan/plan.js";
import { bytesOfPlan, partitionsFor } from "../plan/sizes.js";
import { type Schema, typeOf } from "../types/table-schema.js";
import { exchanged, gathered } from "./moves.js";
import { areTogether, placedAs, readStage, type Stage, wrapped } from "./stage.js";
import { type Lower, readsOf } from "./wanted.js";

export function lowerAggregate(plan: AggregatePlan, lower: Lower): Stage {
  const { input, keys, outputs } = plan;
  const reads = readsOf(outputs.flatMap(({ args }) => args));
  for (const key of keys) reads.add(key);
  const read = lower(input, reads);
  const stage = reads.size === 0 && input.op === "blocks" ? counted(read) : read;
  const parts =
    keys.length === 0 ? 1 : (plan.partitions ?? partitionsFor(bytesOfPlan(plan), stage.partitions));
  const isFree = plan.partitions === undefined || plan.partitions === stage.partitions;
  if (isFree && areTogether(stage, keys)) return placedAs(whole(plan, stage), stage);
  const isStepwise = outputs.every(({ aggregate }) => aggregateOf(aggregate).states !== undefined);
  if (stage.partitions === 1) return whole(plan, stage);
  if (isStepwise) return byStates(plan, stage, parts);
  const rows = moved(plan, stage, parts);
  return placedAs(whole(plan, rows), rows);
}

/** Of partitions that are there, the numbers of their rows are enough. */
function counted(stage: Stage): Stage {
  const [input] = stage.inputs;
  if (input === undefined || input.holds !== undefined || stage.inputs.length > 1) return stage;
  return readStage(stage.word, { ...input, counted: true }, stage.partitions);
}

/** All rows of a group in one partition; only different ones, where only those count. */
function moved({ keys, outputs }: AggregatePlan, stage: Stage, parts: number): Stage {
  const areDistinct = outputs.every(({ aggregate }) => aggregate === "nunique");
  const rows = areDistinct
    ? wrapped(stage, "distinct", stage.schema, (from) => `SELECT DISTINCT * FROM ${from}`)
    : stage;
  return keys.length === 0 ? gathered(rows) : exchanged(rows, keys, parts);
}

function whole(plan: AggregatePlan, stage: Stage): Stage {
  const { keys, outputs, input, schema } = plan;
  const list = [
    ...keys.map(quoteName),
    ...outputs.map(({ name, aggregate, args }) => {
      const { args: sql, type } = aggregateArguments(aggregate, args, input.schema, "agg");
      return `CAST(${aggregateOf(aggregate).whole(sql, type)} AS ${aggregateOf(aggregate).type(type)}) AS ${quoteName(name)}`;
    }),
  ];
  return wrapped(
    stage,
    "groupBy",
    schema,
    (from) => `${grouped(list, keys, from)}${inOrder(plan)}`,
  );
}

function grouped(list: readonly string[], keys: readonly string[], from: string): string {
  const by = keys.length === 0 ? "" : ` GROUP BY ${keys.map(quoteName).join(", ")}`;
  return `SELECT ${list.join(", ")} FROM ${from}${by}`;
}

/** Groups come in the order of their keys: the same each time. */
function inOrder({ keys, isUnordered }: AggregatePlan): string {
  return isUnordered === true || keys.length === 0
    ? ""
    : ` ORDER BY ${keys.map((key) => `${quoteName(key)} NULLS LAST`).join(", ")}`;
}

/** The columns of the state of an output. */
function stateNames(at: number, { aggregate }: AggregateColumn): string[] {
  return (aggregateOf(aggregate).states?.first ?? []).map((_, k) => `__s${at}_${k}`);
}

function byStates(plan: AggregatePlan, stage: Stage, parts: number): Stage {
  const { keys, outputs, schema } = plan;
  const first = firstStates(plan, stage);
  const joinList = [
    ...keys.map(quoteName),
    ...outputs.flatMap((output, at) => {
      const names = stateNames(at, output);
      return (aggregateOf(output.aggregate).states?.join ?? []).map(
        (join, k) => `${join(names)} AS ${quoteName(names[k] as string)}`,
      );
    }),
  ];
  const join = (states: Stage) =>
    wrapped(states, "groupBy", states.schema, (from) => grouped(joinList, keys, from));
  const together = parts === 1 ? gathered(first, join) : exchanged(first, keys, parts);
  const lastList = [
    ...keys.map(quoteName),
    ...outputs.map((output, at) => {
      const { type } = aggregateArguments(output.aggregate, output.args, plan.input.schema, "agg");
      const names = stateNames(at, output);
      const last = aggregateOf(output.aggregate).states?.last(names, type) ?? "";
      return `CAST(${last} AS ${aggregateOf(output.aggregate).type(type)}) AS ${quoteName(output.name)}`;
    }),
  ];
  const groups = wrapped(
    join(together),
    "groupBy",
    schema,
    (from) => `SELECT ${lastList.join(", ")} FROM ${from}${inOrder(plan)}`,
  );
  return placedAs(groups, together);
}

/** The states of each partition, with the types that they have. */
function firstStates({ keys, outputs, input }: AggregatePlan, stage: Stage): Stage {
  const states = outputs.flatMap((output, at) => {
    const { args, type } = aggregateArguments(output.aggregate, output.args, input.schema, "agg");
    const { first = [], types } = aggregateOf(output.aggregate).states ?? {};
    return first.map((state, k) => ({
      name: stateNames(at, output)[k] as string,
      sql: state(args[0] ?? "", type),
      type: types?.(type)[k] as string,
    }));
  });
  const typed = states.map(
    ({ name, sql, type }) => `CAST(${sql} AS ${type}) AS ${quoteName(name)}`,
  );
  const schema: Schema = [
    ...keys.map((key) => [key, typeOf(input.schema, key, "groupBy")] as const),
    ...states.map(({ name, type }) => [name, type] as const),
  ];
  const list = [...keys.map(quoteName), ...typed];
  return wrapped(stage, "groupBy-states", schema, (from) => grouped(list, keys, from));
}
