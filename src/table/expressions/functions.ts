// The functions of expressions: how each is written in SQL, and the type of what it gives.
import { commonType, digitsOf, familyOf, widerDecimal } from "../types/column-types.js";

/** A function of columns. */
export interface ColumnFunction {
  sql(args: readonly string[]): string;
  /** The type of its result, of the types of its arguments. */
  type(types: readonly string[]): string;
}

type Typing = ColumnFunction["type"];

const always =
  (type: string): Typing =>
  () =>
    type;
const same: Typing = ([type = "VARCHAR"]) => type;
const common: Typing = (types) => types.reduce(commonType);

/** Sums and differences. */
const additive: Typing = ([a = "", b = ""]) => {
  const [one, two] = [familyOf(a), familyOf(b)];
  if (one === "moment" || two === "moment") return momentType(a, b);
  if ((one === "decimal" || two === "decimal") && one !== "float" && two !== "float") {
    return widerDecimal(a, b, 1);
  }
  return atLeastLong(commonType(a, b));
};

function momentType(a: string, b: string): string {
  const [moment, other] = familyOf(a) === "moment" ? [a, b] : [b, a];
  if (familyOf(other) === "moment")
    return moment === "DATE" && other === "DATE" ? "BIGINT" : "INTERVAL";
  return moment === "DATE" && other === "INTERVAL" ? "TIMESTAMP" : moment;
}

const product: Typing = ([a = "", b = ""]) => {
  const families = [familyOf(a), familyOf(b)];
  if (families.includes("decimal") && !families.includes("float")) {
    const [widthA, scaleA] = digitsOf(a);
    const [widthB, scaleB] = digitsOf(b);
    return `DECIMAL(${Math.min(widthA + widthB, 38)},${scaleA + scaleB})`;
  }
  return atLeastLong(commonType(a, b));
};

/** Whole numbers are added in 64 bits: JavaScript's numbers do not overflow, and these rarely. */
function atLeastLong(type: string): string {
  return familyOf(type) === "integer" ? "BIGINT" : type;
}

const signed: Typing = ([type = "VARCHAR"]) => atLeastLong(type);
const positive: Typing = ([type = "VARCHAR"]) => (type.startsWith("U") ? type : atLeastLong(type));

function infix(word: string, type: Typing): ColumnFunction {
  return { sql: ([a, b]) => `(${a} ${word} ${b})`, type };
}

function prefix(word: string, type: Typing): ColumnFunction {
  return { sql: (args) => `${word}(${args.join(", ")})`, type };
}

const BOOLEAN = always("BOOLEAN");
const LONG = always("BIGINT");
const DOUBLE = always("DOUBLE");
const TEXT = always("VARCHAR");

/** JavaScript counts characters from 0, and from the end with less; the engine from 1, and -1. */
function fromOne(start: string): string {
  return `CASE WHEN ${start} < 0 THEN ${start} ELSE ${start} + 1 END`;
}

/** The character before: the engine includes the last one. */
function beforeOne(end: string): string {
  return `CASE WHEN ${end} < 0 THEN ${end} - 1 ELSE ${end} END`;
}

/** All of them, by our names. */
export const FUNCTIONS: Readonly<Record<string, ColumnFunction>> = {
  add: infix("+", additive),
  sub: infix("-", additive),
  mul: infix("*", product),
  div: { sql: ([a, b]) => `(CAST(${a} AS DOUBLE) / ${b})`, type: DOUBLE },
  mod: infix("%", common),
  pow: prefix("pow", DOUBLE),
  neg: { sql: ([a]) => `(-${a})`, type: signed },
  eq: infix("=", BOOLEAN),
  ne: infix("<>", BOOLEAN),
  lt: infix("<", BOOLEAN),
  le: infix("<=", BOOLEAN),
  gt: infix(">", BOOLEAN),
  ge: infix(">=", BOOLEAN),
  and: infix("AND", BOOLEAN),
  or: infix("OR", BOOLEAN),
  not: { sql: ([a]) => `(NOT ${a})`, type: BOOLEAN },
  between: { sql: ([a, low, high]) => `(${a} BETWEEN ${low} AND ${high})`, type: BOOLEAN },
  isIn: { sql: ([a, ...rest]) => `(${a} IN (${rest.join(", ")}))`, type: BOOLEAN },
  isNull: { sql: ([a]) => `(${a} IS NULL)`, type: BOOLEAN },
  isNotNull: { sql: ([a]) => `(${a} IS NOT NULL)`, type: BOOLEAN },
  isNan: prefix("isnan", BOOLEAN),
  fillNull: prefix("coalesce", common),
  coalesce: prefix("coalesce", common),
  nullIf: prefix("nullif", same),
  when: {
    sql: (args) => {
      const pairs = Math.floor((args.length - 1) / 2);
      const branches = Array.from(
        { length: pairs },
        (_, k) => `WHEN ${args[2 * k]} THEN ${args[2 * k + 1]}`,
      );
      return `(CASE ${branches.join(" ")} ELSE ${args.at(-1)} END)`;
    },
    type: (types) =>
      types.filter((_, k) => k % 2 === 1 || k === types.length - 1).reduce(commonType),
  },
  abs: prefix("abs", positive),
  sqrt: prefix("sqrt", DOUBLE),
  exp: prefix("exp", DOUBLE),
  log: prefix("ln", DOUBLE),
  floor: prefix("floor", same),
  ceil: prefix("ceil", same),
  round: prefix("round", same),
  least: prefix("least", common),
  greatest: prefix("greatest", common),
  lower: prefix("lower", TEXT),
  upper: prefix("upper", TEXT),
  trim: prefix("trim", TEXT),
  length: prefix("length", LONG),
  concat: { sql: (args) => `(${args.join(" || ")})`, type: TEXT },
  slice: {
    sql: ([a, start = "0", end]) =>
      `${a}[${fromOne(start)}:${end === undefined ? "" : beforeOne(end)}]`,
    type: TEXT,
  },
  replaceAll: prefix("replace", TEXT),
  startsWith: prefix("starts_with", BOOLEAN),
  endsWith: prefix("ends_with", BOOLEAN),
  includes: prefix("contains", BOOLEAN),
  like: infix("LIKE", BOOLEAN),
  matches: prefix("regexp_matches", BOOLEAN),
  year: { sql: ([a]) => `year(${a})`, type: LONG },
  month: { sql: ([a]) => `month(${a})`, type: LONG },
  day: { sql: ([a]) => `day(${a})`, type: LONG },
  hour: { sql: ([a]) => `hour(${a})`, type: LONG },
  minute: { sql: ([a]) => `minute(${a})`, type: LONG },
  second: { sql: ([a]) => `second(${a})`, type: LONG },
  dayOfWeek: { sql: ([a]) => `isodow(${a})`, type: LONG },
  truncate: {
    sql: ([a, unit]) => `date_trunc(${unit}, ${a})`,
    type: ([type = "TIMESTAMP"]) => type,
  },
  // From 2000-01-03, a Monday, on; of months from 2000-01-01.
  bucket: {
    sql: ([a, every]) => `time_bucket(CAST(${every} AS INTERVAL), ${a})`,
    type: ([type = "TIMESTAMP"]) => type,
  },
  hash: { sql: (args) => `hash(${args.join(", ")})`, type: always("UBIGINT") },
  rowNumber: { sql: () => "row_number()", type: LONG },
  rank: { sql: () => "rank()", type: LONG },
  denseRank: { sql: () => "dense_rank()", type: LONG },
  lag: prefix("lag", same),
  lead: prefix("lead", same),
};

/** How many arguments methods of expressions need, of those that need any. */
export const NEEDED: Readonly<Record<string, number>> = {
  add: 1,
  sub: 1,
  mul: 1,
  div: 1,
  mod: 1,
  pow: 1,
  eq: 1,
  ne: 1,
  lt: 1,
  le: 1,
  gt: 1,
  ge: 1,
  and: 1,
  or: 1,
  between: 2,
  fillNull: 1,
  replaceAll: 2,
  startsWith: 1,
  endsWith: 1,
  includes: 1,
  like: 1,
  matches: 1,
  truncate: 1,
  quantile: 1,
};
