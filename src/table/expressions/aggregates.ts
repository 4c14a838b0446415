// The aggregates of groups: over all their rows at once, or as states of partitions that are
// joined. A state is one or more columns.
import { ArgumentError } from "../../base/errors.js";
import { shown } from "../../base/format-value.js";
import { digitsOf, familyOf } from "../types/column-types.js";
import type { AggregateName } from "./nodes.js";

/** An aggregate as SQL. */
export interface Aggregate {
  /** The type of its result. */
  type(argument: string): string;
  /** Over all rows. */
  whole(args: readonly string[], type: string): string;
  /** Over the rows of a window, for one that is more than a single call. */
  over?(args: readonly string[], type: string, window: string): string;
  /**
   * States of a partition's rows, the states of several joined, and the result of a state; none
   * where all rows are needed.
   */
  readonly states?: {
    readonly types: (argument: string) => readonly string[];
    readonly first: readonly ((argument: string, type: string) => string)[];
    /** Of the columns of the state; several joined give as many. */
    readonly join: readonly ((columns: readonly string[]) => string)[];
    readonly last: (columns: readonly string[], type: string) => string;
  };
}

/** Sums are exact in partitions: of whole numbers in 38 digits, which files of partitions hold. */
function exactSum(argument: string, type: string): string {
  return `CAST(sum(${argument}) AS ${exactSumType(type)})`;
}

function sumType(type: string): string {
  const family = familyOf(type);
  if (family === "decimal") return `DECIMAL(38,${digitsOf(type)[1]})`;
  return family === "float" ? "DOUBLE" : "BIGINT";
}

function exactSumType(type: string): string {
  return familyOf(type) === "integer" ? "DECIMAL(38,0)" : sumType(type);
}

const SUM: Aggregate = {
  type: sumType,
  whole: ([a], type) => `CAST(sum(${a}) AS ${sumType(type)})`,
  states: {
    types: (type) => [exactSumType(type)],
    first: [exactSum],
    join: [([s]) => `sum(${s})`],
    last: ([s], type) => `CAST(${s} AS ${sumType(type)})`,
  },
};

const COUNT: Aggregate = {
  type: () => "BIGINT",
  whole: ([a = "*"]) => `count(${a})`,
  states: {
    types: () => ["BIGINT"],
    first: [(a) => `count(${a === "" ? "*" : a})`],
    join: [([s]) => `CAST(sum(${s}) AS BIGINT)`],
    last: ([s]) => `CAST(${s} AS BIGINT)`,
  },
};

const MEAN: Aggregate = {
  type: () => "DOUBLE",
  whole: ([a]) => `avg(CAST(${a} AS DOUBLE))`,
  states: {
    types: (type) => [exactSumType(type), "BIGINT"],
    first: [exactSum, (a) => `count(${a})`],
    join: [([s]) => `sum(${s})`, ([, n]) => `CAST(sum(${n}) AS BIGINT)`],
    last: ([s, n]) => `CASE WHEN ${n} > 0 THEN CAST(${s} AS DOUBLE) / ${n} END`,
  },
};

/**
 * A measure of spread, by its name. Of values that are not all finite it is NaN, where the engine
 * throws.
 */
function spreadCall(name: string, value: string, type: string, window = ""): string {
  const double = `CAST(${value} AS DOUBLE)`;
  if (familyOf(type) !== "float") return `${name}(${double})${window}`;
  const finite = `isfinite(${value})`;
  return `CASE WHEN count(${value})${window} > 1 AND bool_or(NOT ${finite})${window} THEN CAST('nan' AS DOUBLE) ELSE ${name}(${double}) FILTER (WHERE ${finite})${window} END`;
}

/** Count, mean and the sum of squares about it, joined by Chan's formula: no digits are lost. */
function spread(result: (m2: string, n: string) => string, whole: string): Aggregate {
  const field = (name: string) => `${SPREAD}.${name}`;
  return {
    type: () => "DOUBLE",
    whole: ([a = ""], type) => spreadCall(whole, a, type),
    over: ([a = ""], type, window) => spreadCall(whole, a, type, ` OVER (${window})`),
    states: {
      types: () => ["STRUCT(n DOUBLE, mean DOUBLE, m2 DOUBLE)"],
      first: [
        (a, type) =>
          `{n: CAST(count(${a}) AS DOUBLE), mean: coalesce(avg(CAST(${a} AS DOUBLE)), 0), m2: coalesce(${spreadCall("var_pop", a, type)} * count(${a}), 0)}`,
      ],
      join: [
        ([s]) =>
          `list_reduce(list(${s}), lambda a, b: CASE WHEN a.n + b.n = 0 THEN a ELSE {n: a.n + b.n, mean: a.mean + (b.mean - a.mean) * b.n / (a.n + b.n), m2: a.m2 + b.m2 + (b.mean - a.mean) * (b.mean - a.mean) * a.n * b.n / (a.n + b.n)} END)`,
      ],
      last: ([s]) =>
        `CASE WHEN isfinite(${field("mean")}) THEN ${result(field("m2"), field("n"))} WHEN ${field("n")} > 1 THEN CAST('nan' AS DOUBLE) END`.replaceAll(
          SPREAD,
          `(${s})`,
        ),
    },
  };
}

const SPREAD = "\u0000";

function simple(name: string, type: (argument: string) => string = (own) => own): Aggregate {
  return {
    type,
    whole: ([a]) => `${name}(${a})`,
    states: {
      types: (argument) => [type(argument)],
      first: [(a) => `${name}(${a})`],
      join: [([s]) => `${name}(${s})`],
      last: ([s]) => `${s}`,
    },
  };
}

/** The last value that is no null. */
const LAST: Aggregate = {
  type: (own) => own,
  whole: ([a]) => lastOf(`${a}`),
  over: ([a], _, window) => `last_value(${a} IGNORE NULLS) OVER (${window})`,
  states: {
    types: (own) => [own],
    first: [lastOf],
    join: [([s]) => lastOf(`${s}`)],
    last: ([s]) => `${s}`,
  },
};

function lastOf(value: string): string {
  return `last(${value}) FILTER (WHERE ${value} IS NOT NULL)`;
}

/** All of them, by our names. */
export const AGGREGATES: Readonly<Record<AggregateName, Aggregate>> = {
  count: COUNT,
  sum: SUM,
  mean: MEAN,
  min: simple("min"),
  max: simple("max"),
  first: simple("any_value"),
  last: LAST,
  any: simple("bool_or", () => "BOOLEAN"),
  all: simple("bool_and", () => "BOOLEAN"),
  std: spread((m2, n) => `CASE WHEN ${n} > 1 THEN sqrt(${m2} / (${n} - 1)) END`, "stddev_samp"),
  var: spread((m2, n) => `CASE WHEN ${n} > 1 THEN ${m2} / (${n} - 1) END`, "var_samp"),
  nunique: { type: () => "BIGINT", whole: ([a]) => `count(DISTINCT ${a})` },
  median: { type: () => "DOUBLE", whole: ([a]) => `median(CAST(${a} AS DOUBLE))` },
  quantile: {
    type: () => "DOUBLE",
    whole: ([a, q]) => `quantile_cont(CAST(${a} AS DOUBLE), ${q})`,
  },
  mode: { type: (own) => own, whole: ([a]) => `mode(${a})` },
  list: { type: (own) => `${own}[]`, whole: ([a]) => `list(${a})` },
};

/** An argument that is the whole call needs all rows. */
const CALL: Aggregate = { type: (own) => own, whole: ([call]) => `${call}` };

/** An aggregate by its name; `"call"` is what its argument is. */
export function aggregateOf(name: AggregateName | "call"): Aggregate {
  return name === "call" ? CALL : AGGREGATES[name];
}

/**
 * Checks the share of a quantile: the engine reads negative ones from the other end.
 *
 * @throws ArgumentError `argument.value` for anything but a number from 0 to 1
 */
export function checkShare(name: string, share: unknown): void {
  if (typeof share === "number" && share >= 0 && share <= 1) return;
  const text = `${name} was given ${shown(share)}: expected a share from 0 to 1`;
  throw new ArgumentError("value", text, { share });
}
