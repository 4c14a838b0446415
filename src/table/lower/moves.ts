// How rows move between partitions: all to one by way of some, or to those that the hash of their keys says.
import { quoteName } from "../../engine/sql-text.js";
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
  return readStage(stage.word, exchangedInput(stage, keys, parts), parts);
}

/** The same as an input of another stage. */
export function exchangedInput(stage: Stage, keys: readonly string[], parts: number): StageInput {
  const key = keys.map((name) => keySql(name, stage.schema)).join(", ");
  return splitInput(stage, `CAST(hash(${key}) % ${parts} AS INTEGER)`, parts);
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

/** Equal keys of different types have equal hashes: whole numbers as decimals, texts as they are. */
function keySql(name: string, schema: Schema): string {
  const type = schema.find(([own]) => own === name)?.[1] ?? "";
  const quoted = quoteName(name);
  if (/INT|^DECIMAL/.test(type)) return `CAST(${quoted} AS DOUBLE)`;
  return type === "FLOAT" ? `CAST(${quoted} AS DOUBLE)` : quoted;
}
