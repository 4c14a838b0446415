// How rows move between partitions: all to one by way of some, or to those that the hash of their
// keys says.
import { quoteName } from "../../engine/sql-text.js";
import type { Placement } from "../plan/plan.js";
import { familyOf } from "../types/column-types.js";
import type { Schema } from "../types/table-schema.js";
import { layerOfStage, readStage, type Stage, type StageInput, wrapped } from "./stage.js";

/** How many partitions one task of a tree joins. */
const SPLIT_EVERY = 16;

/** The number of the part that a row goes to: a column that is there on the way only. */
const PART = "__part";

/** All partitions of a stage as one; `join` is put onto what several have become. */
export function gathered(stage: Stage, join?: (stage: Stage) => Stage): Stage {
  let states = stage;
  while (join !== undefined && states.partitions > SPLIT_EVERY) {
    const { partitions } = states;
    const groups = Array.from({ length: Math.ceil(partitions / SPLIT_EVERY) }, (_, group) =>
      Array.from(
        { length: Math.min(SPLIT_EVERY, partitions - group * SPLIT_EVERY) },
        (_, k) => group * SPLIT_EVERY + k,
      ),
    );
    const input: StageInput = { schema: states.schema, node: layerOfStage(states), reads: groups };
    states = join(readStage(`${stage.word}-join`, input, groups.length));
  }
  if (states.partitions === 1) return states;
  const input: StageInput = { schema: states.schema, node: layerOfStage(states), reads: "all" };
  return readStage(states.word, input, 1);
}

/** All of a stage, as what every partition of another reads. */
export function wholeInput(stage: Stage): StageInput {
  return { schema: stage.schema, node: layerOfStage(stage), reads: "all" };
}

/** The stage's rows in `parts` partitions: rows of equal keys in one. */
export function exchanged(stage: Stage, keys: readonly string[], parts: number): Stage {
  if (parts === 1) return gathered(stage);
  return placedBy(stage, hashedKeys(stage.schema, keys), parts);
}

/**
 * The stage's rows by the hash of columns, each with what is hashed of it; they stay where they are
 * so already.
 */
export function placedBy(stage: Stage, keys: Placement["keys"], parts: number): Stage {
  if (isPlaced(stage, keys, parts)) return stage;
  const input = splitInput(stage, `CAST(${hashSql(keys)} % ${parts} AS INTEGER)`, parts);
  return { ...readStage(stage.word, input, parts), placed: { keys } };
}

/** The hash of a row's keys. */
export function hashSql(keys: Placement["keys"]): string {
  const key = keys.map(([name, hashed]) => hashed.replace("?", () => quoteName(name))).join(", ");
  return `hash(${key})`;
}

/** Whether rows are in so many partitions by the hash of exactly these. */
export function isPlaced(stage: Stage, keys: Placement["keys"], parts: number): boolean {
  const { partitions, placed } = stage;
  return partitions === parts && JSON.stringify(placed?.keys) === JSON.stringify(keys);
}

/** The columns to hash, with their common form: equal keys of different types have equal hashes. */
export function hashedKeys(schema: Schema, keys: readonly string[]): Placement["keys"] {
  return keys.map((name) => [name, hashedAs(schema.find(([own]) => own === name)?.[1] ?? "")]);
}

/** Numbers of all kinds as floats, dates as timestamps, all texts alike, and all else as it is. */
function hashedAs(type: string): string {
  if (["integer", "decimal", "float"].includes(familyOf(type))) return "CAST(? AS DOUBLE)";
  if (familyOf(type) === "text") return "CAST(? AS VARCHAR)";
  return type === "DATE" ? "CAST(? AS TIMESTAMP)" : "?";
}

/** The stage's rows in parts whose numbers an expression says. */
export function splitInput(stage: Stage, part: string, parts: number): StageInput {
  const { schema } = stage;
  const split = wrapped(
    stage,
    `${stage.word}-split`,
    schema,
    (input) => `SELECT *, ${part} AS ${quoteName(PART)} FROM ${input}`,
  );
  return { schema, node: layerOfStage(split, { split: { parts, by: PART } }), reads: "parts" };
}
