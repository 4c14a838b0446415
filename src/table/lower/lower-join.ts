// Joins: the smaller side is read whole by each partition of the larger, or both move by the hash
// of their keys.
import { quoteName } from "../../engine/sql-text.js";
import { columnsOf } from "../expressions/nodes.js";
import { toSql } from "../expressions/to-sql.js";
import type { JoinPlan, MarkPlan, Placement } from "../plan/plan.js";
import { BROADCAST_BYTES_MAX, bytesOfPlan, partitionsFor } from "../plan/sizes.js";
import type { Schema } from "../types/table-schema.js";
import { spreadSide, withoutHeavyKeys } from "./heavy-keys.js";
import { hashedKeys, isPlaced, placedBy, wholeInput } from "./moves.js";
import { placedAs, type Stage, type StageInput } from "./stage.js";
import type { Lower, Wanted } from "./wanted.js";

/** Sides of which each row comes at most once where the other is read whole by every partition. */
const MAY_READ_WHOLE: Readonly<Record<"left" | "right", readonly JoinPlan["how"][]>> = {
  right: ["inner", "left", "semi", "anti", "cross"],
  left: ["inner", "right", "cross"],
};

export function lowerJoin(plan: JoinPlan, columns: Wanted, lower: Lower): Stage {
  const { on, rightColumns } = plan;
  const wanted = anyOf(plan, columns);
  const stages = lowerSides(plan, wanted, lower);
  const keys = {
    left: hashedKeys(
      stages.left.schema,
      on.map(([name]) => name),
    ),
    right: hashedKeys(
      stages.right.schema,
      on.map(([, name]) => name),
    ),
  };
  const parts = plan.partitions ?? partitionsOf(plan, stages, keys);
  const areThere =
    parts > 1 &&
    isPlaced(stages.left, keys.left, parts) &&
    isPlaced(stages.right, keys.right, parts);
  const whole = areThere ? undefined : wholeSide(plan, stages);
  if (whole === "right") {
    const read = inputStage(wholeInput(stages.right), stages.left.partitions);
    return placedAs(joined(plan, wanted, stages.left, read), stages.left);
  }
  if (whole === "left") {
    const read = inputStage(wholeInput(stages.left), stages.right.partitions);
    const names = new Map([
      ...rightColumns.map(([name, own]) => [own, name] as const),
      ...(plan.keepsKeys ? [] : on.map(([name, own]) => [own, name] as const)),
    ]);
    return placedAs(joined(plan, wanted, read, stages.right), stages.right, (name) =>
      names.get(name),
    );
  }
  const spread = areBothMoved(stages, keys, parts) ? spreadSide(plan) : undefined;
  if (spread !== undefined) return joinedInParts(plan, wanted, stages, keys, spread, parts);
  const moved = (side: "left" | "right") =>
    parts === 1
      ? inputStage(wholeInput(stages[side]), 1)
      : placedBy(stages[side], keys[side], parts);
  const first = moved("left");
  const rows = joined(plan, wanted, first, moved("right"));
  // Rows of the right side alone are where their own keys say, and null in the left ones.
  const isLeft = plan.keepsKeys === undefined || (plan.how !== "right" && plan.how !== "outer");
  return isLeft ? placedAs(rows, first) : rows;
}

/** Both sides, each one partition, in one query. */
export function lowerJoinTogether(plan: JoinPlan, columns: Wanted, lower: Lower): Stage {
  const wanted = anyOf(plan, columns);
  const { left, right } = lowerSides(plan, wanted, lower);
  return joined(plan, wanted, left, right);
}

/** Each side with the columns that the join reads. */
function lowerSides(
  { left, right, on, rightColumns, condition }: JoinPlan,
  wanted: Wanted,
  lower: Lower,
): Sides<Stage> {
  const leftReads = new Set(on.map(([name]) => name));
  for (const [name] of left.schema) if (wanted.has(name)) leftReads.add(name);
  const rightReads = new Set(on.map(([, name]) => name));
  for (const [name, own] of rightColumns) if (wanted.has(name)) rightReads.add(own);
  const both = condition === undefined ? new Set<string>() : columnsOf(condition);
  for (const [name] of left.schema) if (both.has(name)) leftReads.add(name);
  for (const [name] of right.schema) if (both.has(name)) rightReads.add(name);
  return { left: lower(left, leftReads), right: lower(right, rightReads) };
}

/** Whether rows of both sides go to other partitions. */
function areBothMoved(
  stages: Sides<Stage>,
  keys: Sides<Placement["keys"]>,
  parts: number,
): boolean {
  const isThere = (side: "left" | "right") => isPlaced(stages[side], keys[side], parts);
  return parts > 1 && !isThere("left") && !isThere("right");
}

/** Rows of keys that very many have are in all partitions. */
function joinedInParts(
  plan: JoinPlan,
  wanted: Wanted,
  stages: Sides<Stage>,
  keys: Sides<Placement["keys"]>,
  side: "left" | "right",
  parts: number,
): Stage {
  const sides = {
    left: { stage: stages.left, keys: keys.left },
    right: { stage: stages.right, keys: keys.right },
  };
  const other = side === "left" ? "right" : "left";
  const { spread, copied } = withoutHeavyKeys(sides[side], sides[other], parts);
  return side === "left"
    ? joined(plan, wanted, spread, copied)
    : joined(plan, wanted, copied, spread);
}

/** The columns that are wanted; one that is read anyway where rows are only counted. */
function anyOf({ schema, on }: JoinPlan, wanted: Wanted): Wanted {
  if (schema.some(([name]) => wanted.has(name))) return wanted;
  const names = new Set(schema.map(([name]) => name));
  const key = on.find(([name]) => names.has(name))?.[0] ?? schema[0]?.[0];
  return new Set(key === undefined ? [] : [key]);
}

interface Sides<T> {
  readonly left: T;
  readonly right: T;
}

/**
 * How many partitions both sides move to: as many as one has whose rows are placed by these keys,
 * which stays then.
 */
function partitionsOf(
  { left, right, on }: JoinPlan,
  stages: Sides<Stage>,
  keys: Sides<Placement["keys"]>,
): number {
  if (on.length === 0) return 1;
  const bytes = { left: bytesOfPlan(left), right: bytesOfPlan(right) };
  const order =
    bytes.left >= bytes.right ? (["left", "right"] as const) : (["right", "left"] as const);
  const there = order.find((side) => isPlaced(stages[side], keys[side], stages[side].partitions));
  if (there !== undefined) return stages[there].partitions;
  const most = Math.max(stages.left.partitions, stages.right.partitions);
  return partitionsFor(bytes.left + bytes.right, most);
}

/** The side that every partition of the other reads whole. */
function wholeSide(
  { left, right, how, on, broadcast, partitions }: JoinPlan,
  stages: Sides<Stage>,
): "left" | "right" | undefined {
  const may = (side: "left" | "right") => MAY_READ_WHOLE[side].includes(how);
  if (on.length === 0) {
    const isLess = bytesOfPlan(left) < bytesOfPlan(right);
    return (isLess && may("left")) || !may("right") ? (may("left") ? "left" : undefined) : "right";
  }
  if (broadcast === true && may("right")) return "right";
  if (broadcast === false || partitions !== undefined) return undefined;
  const sizes = { left: bytesOfPlan(left), right: bytesOfPlan(right) };
  const isSmall = (side: "left" | "right") => may(side) && sizes[side] <= BROADCAST_BYTES_MAX;
  if (isSmall("right") && (sizes.right <= sizes.left || !isSmall("left"))) return "right";
  if (isSmall("left")) return "left";
  if (stages.left.partitions === 1 && stages.right.partitions === 1 && may("right")) return "right";
  return undefined;
}

function inputStage(input: StageInput, partitions: number): Stage {
  return {
    inputs: [input],
    sql: (nameOf) => `SELECT * FROM ${quoteName(nameOf(input))}`,
    schema: input.schema,
    partitions,
    word: "join",
  };
}

const WORDS: Readonly<Record<JoinPlan["how"], string>> = {
  inner: "INNER JOIN",
  left: "LEFT JOIN",
  right: "RIGHT JOIN",
  outer: "FULL JOIN",
  semi: "SEMI JOIN",
  anti: "ANTI JOIN",
  cross: "CROSS JOIN",
};

/** One query over both sides; columns that both join by come from the side that has the row. */
function joined(plan: JoinPlan, wanted: Wanted, left: Stage, right: Stage): Stage {
  const { on, how, rightColumns, schema } = plan;
  const keyOf = new Map(on);
  const kept = schema.filter(([name]) => wanted.has(name));
  const result: Schema = kept.length > 0 ? kept : schema.slice(0, 1);
  const rightOwn = new Map(rightColumns);
  const list = result.map(([name]) => {
    const own = rightOwn.get(name);
    if (own !== undefined) return `r.${quoteName(own)} AS ${quoteName(name)}`;
    const key = keyOf.get(name);
    if (
      key === undefined ||
      plan.keepsKeys ||
      how === "inner" ||
      how === "left" ||
      how === "semi" ||
      how === "anti"
    ) {
      return `l.${quoteName(name)} AS ${quoteName(name)}`;
    }
    return `coalesce(l.${quoteName(name)}, r.${quoteName(key)}) AS ${quoteName(name)}`;
  });
  const equal = on.map(([a, b], k) => {
    const word = plan.nullsEqual?.includes(k) ? "IS NOT DISTINCT FROM" : "=";
    return `l.${quoteName(a)} ${word} r.${quoteName(b)}`;
  });
  const both = [...plan.left.schema, ...plan.right.schema];
  const also = plan.condition === undefined ? [] : [toSql(plan.condition, both, "join").sql];
  const condition = how === "cross" ? "" : ` ON ${[...equal, ...also].join(" AND ")}`;
  return {
    inputs: [...left.inputs, ...right.inputs],
    sql: (nameOf) =>
      `SELECT ${list.join(", ")} FROM (${left.sql(nameOf)}) l ${WORDS[how]} (${right.sql(nameOf)}) r${condition}`,
    schema: result,
    partitions: Math.max(left.partitions, right.partitions),
    word: "join",
  };
}

/** All rows of the left side: each partition reads all of the right one. */
export function lowerMark(plan: MarkPlan, wanted: Wanted, lower: Lower): Stage {
  const { left, right } = lowerMarkSides(plan, wanted, lower);
  return marked(plan, left, inputStage(wholeInput(right), 1));
}

/** Both sides, each one partition, in one query. */
export function lowerMarkTogether(plan: MarkPlan, wanted: Wanted, lower: Lower): Stage {
  const { left, right } = lowerMarkSides(plan, wanted, lower);
  return marked(plan, left, right);
}

function lowerMarkSides(
  { left, right, same, any }: MarkPlan,
  wanted: Wanted,
  lower: Lower,
): Sides<Stage> {
  const leftReads = new Set(same.map(([own]) => own));
  const rightReads = new Set(same.map(([, own]) => own));
  if (any !== undefined) {
    leftReads.add(any.left);
    rightReads.add(any.right);
  }
  for (const [own] of left.schema) if (wanted.has(own)) leftReads.add(own);
  return { left: lower(left, leftReads), right: lower(right, rightReads) };
}

function marked({ name, same, any }: MarkPlan, left: Stage, right: Stage): Stage {
  const conditions = same.map(([a, b]) => `${quoteName(a)} IS NOT DISTINCT FROM ${quoteName(b)}`);
  const rest = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  const test = (from: string) =>
    any === undefined
      ? `EXISTS (SELECT 1 FROM ${from}${rest})`
      : `${quoteName(any.left)} ${any.comparison} ANY (SELECT ${quoteName(any.right)} FROM ${from}${rest})`;
  return {
    ...left,
    inputs: [...left.inputs, ...right.inputs],
    sql: (nameOf) =>
      `SELECT *, (${test(`(${right.sql(nameOf)}) r`)}) AS ${quoteName(name)} FROM (${left.sql(nameOf)})`,
    schema: [...left.schema, [name, "BOOLEAN"]],
    word: "mark",
  };
}
