// Samples of a table's rows.
import { freshSeed } from "../../array/layers/fresh-seed.js";
import { ArgumentError } from "../../base/errors.js";
import type { Plan } from "../plan/plan.js";

/** Hashes are compared in so many steps. */
const STEPS = 2 ** 32;

/** Each row with the same probability, chosen by its number in its partition. */
export function sampled(input: Plan, fraction: number, seed: number = freshSeed()): Plan {
  if (!(fraction >= 0 && fraction <= 1)) {
    const text = `sample was given ${fraction}: expected a share of the rows, from 0 to 1`;
    throw new ArgumentError("value", text, { fraction });
  }
  if (!Number.isSafeInteger(seed)) {
    throw new ArgumentError("value", `sample: seed is ${seed}: expected a whole number`, { seed });
  }
  const numbered = "SELECT *, row_number() OVER () AS __row FROM input";
  const drawn = `hash(__row, getvariable('block'), ${seed}) % ${STEPS} < ${Math.round(fraction * STEPS)}`;
  return {
    op: "rows",
    input,
    word: "sample",
    reads: [],
    byPartition: true,
    sql: `SELECT * EXCLUDE (__row) FROM (${numbered}) WHERE ${drawn}`,
    schema: input.schema,
  };
}
