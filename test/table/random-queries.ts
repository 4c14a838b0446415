// Random queries, each twice: as a table, and as SQL over the whole. The same for a seed.
import { Rng } from "../../src/base/rng.js";
import {
  type AnyRow,
  col,
  count,
  fromRecords,
  lit,
  rank,
  type Table,
  when,
} from "../../src/index.js";

type Kind = "int" | "float" | "text" | "big" | "date" | "bool";

/** A query: the table, SQL for the same rows, and what its columns hold. */
interface Query {
  readonly table: Table;
  readonly sql: string;
  readonly kinds: ReadonlyMap<string, Kind>;
}

/** The two tables that queries begin with. */
export interface Sources {
  readonly sales: Table;
  readonly towns: Table;
  /** Statements that make the same tables in one engine. */
  readonly statements: readonly string[];
}

const KINDS: Readonly<Record<string, Kind>> = {
  id: "int",
  k: "int",
  s: "text",
  x: "float",
  big: "big",
  d: "date",
  flag: "bool",
};
const TOWN_KINDS: Readonly<Record<string, Kind>> = { k: "int", s: "text", v: "float" };
const TYPES: Readonly<Record<Kind, string>> = {
  int: "BIGINT",
  float: "DOUBLE",
  text: "VARCHAR",
  big: "BIGINT",
  date: "DATE",
  bool: "BOOLEAN",
};
const COLUMN_TYPES = {
  int: "int64",
  float: "float64",
  text: "string",
  big: "int64",
  date: "date",
  bool: "bool",
};
const TEXTS = ["a", "ä", "日本", "", "it's", 'q"uote', "🙂", "A", null];
const FLOATS = [0, -0, 0.25, 1.5, -3.75, Number.NaN, Number.POSITIVE_INFINITY, 1e300, null];
const DAYS = ["1969-12-31", "2000-02-29", "2024-01-01", "2024-12-31", null];

/**
 * Tables with nulls, NaN, infinities, unicode, numbers beyond 2 ** 53, old dates, and partitions
 * without rows.
 */
export function randomSources(seed: number): Sources {
  const rng = new Rng(seed);
  const one = <T>(list: readonly T[]): T => list[Math.floor(rng.uniform() * list.length)] as T;
  const day = (text: string | null) => (text === null ? null : new Date(text));
  const sales: AnyRow[] = Array.from({ length: 60 }, (_, id) => ({
    id,
    k: one([0, 1, 2, 3, 4, -5, null]),
    s: one(TEXTS),
    x: one(FLOATS),
    big: one([2n ** 53n + 1n, -(2n ** 60n), 7n, null]),
    d: day(one(DAYS)),
    flag: one([true, false, null]),
  }));
  const towns: AnyRow[] = Array.from({ length: 14 }, () => ({
    k: one([0, 1, 1, 2, 9, null]),
    s: one(TEXTS),
    v: one([0.5, 2, null]),
  }));
  return {
    sales: tableOf(sales, KINDS, 3),
    towns: tableOf(towns, TOWN_KINDS, 2),
    statements: [createOf("sales", sales, KINDS), createOf("towns", towns, TOWN_KINDS)],
  };
}

function tableOf(
  rows: AnyRow[],
  kinds: Readonly<Record<string, Kind>>,
  npartitions: number,
): Table {
  const schema = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [name, COLUMN_TYPES[kind]]),
  );
  const none = fromRecords<AnyRow>([], { schema, npartitions: 2 });
  return fromRecords(rows, { schema, npartitions }).union(none);
}

function createOf(name: string, rows: AnyRow[], kinds: Readonly<Record<string, Kind>>): string {
  const lines = rows.map((row) => {
    const values = Object.entries(kinds).map(
      ([own, kind]) => `CAST(${literal(row[own])} AS ${TYPES[kind]})`,
    );
    return `(${values.join(", ")})`;
  });
  return `CREATE TEMP TABLE ${name}(${Object.keys(kinds).join(", ")}) AS VALUES ${lines.join(", ")}`;
}

function literal(value: unknown): string {
  if (value === null) return "NULL";
  if (value instanceof Date) return `'${value.toISOString().slice(0, 10)}'`;
  return `'${String(value).replaceAll("'", "''")}'`;
}

/** A query of some steps over the tables. */
export function randomQuery({ sales, towns }: Sources, seed: number): Query {
  const rng = new Rng(seed + 1_000);
  const below = (most: number) => Math.floor(rng.uniform() * most);
  let made = 0;
  const dice: Dice = {
    below,
    one: (list) => list[below(list.length)] as never,
    fresh: () => `c${made++}`,
  };
  let query: Query = {
    table: sales,
    sql: "SELECT * FROM sales",
    kinds: new Map(Object.entries(KINDS)),
  };
  const steps = 2 + below(4);
  for (let k = 0; k < steps; k++) query = dice.one(STEPS)(query, dice, towns);
  return query;
}

interface Dice {
  readonly below: (most: number) => number;
  readonly one: <T>(list: readonly T[]) => T;
  /** A name that no column has. */
  readonly fresh: () => string;
}

type Step = (query: Query, dice: Dice, towns: Table) => Query;

const q = (name: string) => `"${name}"`;

function namesOf({ kinds }: Query, ...wanted: readonly Kind[]): string[] {
  return [...kinds].filter(([, kind]) => wanted.includes(kind)).map(([name]) => name);
}

const filter: Step = (query, { one, below }) => {
  const name = one([...query.kinds.keys()]);
  const kind = query.kinds.get(name) as Kind;
  const column = col(name);
  const conditions: Record<Kind, readonly [Parameters<Table["filter"]>[0], string][]> = {
    int: [
      [column.gt(1), `${q(name)} > 1`],
      [column.isIn([0, 2, 4]).or(column.isNull()), `${q(name)} IN (0, 2, 4) OR ${q(name)} IS NULL`],
      [column.between(-5, 2), `${q(name)} BETWEEN -5 AND 2`],
    ],
    float: [
      [column.ge(0.25), `${q(name)} >= 0.25`],
      [column.isNan().not(), `NOT isnan(${q(name)})`],
    ],
    text: [
      [column.ne("a").and(column.length().lt(3)), `${q(name)} <> 'a' AND length(${q(name)}) < 3`],
      [column.isNotNull(), `${q(name)} IS NOT NULL`],
    ],
    big: [[column.gt(2n ** 53n), `${q(name)} > 9007199254740992`]],
    date: [[column.lt(new Date("2024-06-01")), `${q(name)} < DATE '2024-06-01'`]],
    bool: [[column.not(), `NOT ${q(name)}`]],
  };
  const list = conditions[kind];
  const [predicate, text] = list[below(list.length)] as (typeof list)[number];
  return {
    ...query,
    table: query.table.filter(predicate),
    sql: `SELECT * FROM (${query.sql}) WHERE ${text}`,
  };
};

const withColumn: Step = (query, { one, fresh }) => {
  const name = fresh();
  const ints = namesOf(query, "int");
  const texts = namesOf(query, "text");
  const int = ints.length > 0 ? one(ints) : undefined;
  const text = texts.length > 0 ? one(texts) : undefined;
  const made: [Parameters<Table["withColumn"]>[1], string, Kind][] = [[lit(4), "4", "int"]];
  if (int !== undefined) {
    made.push([col(int).mul(2).sub(1), `${q(int)} * 2 - 1`, "int"]);
    made.push([col(int).div(4).fillNull(0), `coalesce(${q(int)} / 4, 0)`, "float"]);
    made.push([
      when(col(int).gt(1), "more", "less"),
      `CASE WHEN ${q(int)} > 1 THEN 'more' ELSE 'less' END`,
      "text",
    ]);
  }
  if (text !== undefined)
    made.push([col(text).concat("·").upper(), `upper(${q(text)} || '·')`, "text"]);
  for (const own of namesOf(query, "date")) made.push([col(own).year(), `year(${q(own)})`, "int"]);
  const [value, sql, kind] = one(made);
  return {
    table: query.table.withColumn(name, value),
    sql: `SELECT *, ${sql} AS ${name} FROM (${query.sql})`,
    kinds: new Map([...query.kinds, [name, kind]]),
  };
};

const AGGREGATES: Readonly<Record<string, string>> = {
  count: "count(?)",
  min: "min(?)",
  max: "max(?)",
  nunique: "count(DISTINCT ?)",
  mean: "avg(CAST(? AS DOUBLE))",
  median: "median(CAST(? AS DOUBLE))",
  std: "stddev_samp(CAST(? AS DOUBLE))",
  sum: "CAST(sum(?) AS BIGINT)",
};

const groupBy: Step = (query, { one, below, fresh }) => {
  const names = [...query.kinds.keys()];
  const keys = [...new Set(Array.from({ length: below(3) }, () => one(names)))];
  const rows = fresh();
  const made: Record<string, ReturnType<typeof count>> = { [rows]: count() };
  const list = [...keys.map(q), `count(*) AS ${rows}`];
  const kinds = new Map<string, Kind>(keys.map((key) => [key, query.kinds.get(key) as Kind]));
  kinds.set(rows, "int");
  for (let k = 0; k < 3; k++) {
    const of = one(names);
    const kind = query.kinds.get(of) as Kind;
    const plain = ["count", "min", "max", "nunique"];
    const aggregate = one(kind === "int" ? Object.keys(AGGREGATES) : plain);
    const name = fresh();
    const isSame = ["min", "max", "sum"].includes(aggregate);
    const isCount = aggregate === "count" || aggregate === "nunique";
    const [ours, theirs] = [
      col(of)[aggregate as "count"](),
      (AGGREGATES[aggregate] as string).replace("?", q(of)),
    ];
    // The last digit goes by the order of sums: later steps, such as DISTINCT, must not see it.
    const isExact = isSame || isCount;
    made[name] = isExact ? ours : ours.round(9);
    list.push(`${isExact ? theirs : `round(${theirs}, 9)`} AS ${name}`);
    kinds.set(name, isSame ? kind : isCount ? "int" : "float");
  }
  const by = keys.length === 0 ? "" : ` GROUP BY ${keys.map(q).join(", ")}`;
  return {
    table: query.table.groupBy(...keys).agg(made as never),
    sql: `SELECT ${list.join(", ")} FROM (${query.sql})${by}`,
    kinds,
  };
};

const HOWS = ["inner", "left", "right", "outer", "semi", "anti"] as const;
const JOIN_WORDS = {
  inner: "JOIN",
  left: "LEFT JOIN",
  right: "RIGHT JOIN",
  outer: "FULL JOIN",
  semi: "SEMI JOIN",
  anti: "ANTI JOIN",
};

const join: Step = (query, { one, below, fresh }, towns) => {
  const [key, own] = one([
    ["k", "int"],
    ["s", "text"],
  ] as const);
  const mine = namesOf(query, own);
  if (mine.length === 0) return query;
  const left = one(mine);
  const how = one(HOWS);
  const value = fresh();
  const right = towns.select({ __k: col(key), [value]: col("v") });
  const options = one([{}, { broadcast: true }, { npartitions: 1 + below(3) }]);
  const table = query.table.join(right, { on: { [left]: "__k" }, how, ...options });
  const isHalf = how === "semi" || how === "anti";
  const isEither = how === "right" || how === "outer";
  const kept = [...query.kinds.keys()].map((name) =>
    name === left && isEither ? `coalesce(l.${q(name)}, r.__k) AS ${q(name)}` : `l.${q(name)}`,
  );
  const list = isHalf ? kept : [...kept, `r.${value}`];
  return {
    table: isHalf ? table : table.drop("__k"),
    sql: `SELECT ${list.join(", ")} FROM (${query.sql}) l ${JOIN_WORDS[how]} (SELECT ${key} AS __k, v AS ${value} FROM towns) r ON l.${q(left)} = r.__k`,
    kinds: isHalf ? query.kinds : new Map([...query.kinds, [value, "float"]]),
  };
};

const top: Step = (query, { below, one }) => {
  const by = [...query.kinds.keys()].map((name) => ({
    by: name,
    descending: one([true, false]),
    nulls: one(["first", "last"] as const),
  }));
  const most = 1 + below(30);
  const order = by.map(
    (key) => `${q(key.by)} ${key.descending ? "DESC" : "ASC"} NULLS ${key.nulls.toUpperCase()}`,
  );
  return {
    ...query,
    table: query.table.sort(by).limit(most),
    sql: `SELECT * FROM (${query.sql}) ORDER BY ${order.join(", ")} LIMIT ${most}`,
  };
};

const window: Step = (query, { one, fresh }) => {
  const name = fresh();
  const keys = [one([...query.kinds.keys()])];
  const ints = namesOf(query, "int");
  if (ints.length === 0) return query;
  const of = one(ints);
  const [value, sql] = one([
    [
      col(of).sum().over({ partitionBy: keys }),
      `CAST(sum(${q(of)}) OVER (PARTITION BY ${q(keys[0] as string)}) AS BIGINT)`,
    ],
    [
      rank().over({ partitionBy: keys, orderBy: of }),
      `rank() OVER (PARTITION BY ${q(keys[0] as string)} ORDER BY ${q(of)} NULLS LAST)`,
    ],
  ] as const);
  return {
    table: query.table.withColumn(name, value),
    sql: `SELECT *, ${sql} AS ${name} FROM (${query.sql})`,
    kinds: new Map([...query.kinds, [name, "int"]]),
  };
};

const distinct: Step = (query) => ({
  ...query,
  table: query.table.distinct(),
  sql: `SELECT DISTINCT * FROM (${query.sql})`,
});

const twice: Step = (query) => ({
  ...query,
  table: query.table.union(query.table),
  sql: `SELECT * FROM (${query.sql}) UNION ALL SELECT * FROM (${query.sql})`,
});

const moved: Step = (query, { one, below }) => ({
  ...query,
  table: one([
    () => query.table.partitionBy(one([...query.kinds.keys()])),
    () => query.table.repartition(1 + below(4)),
    () => query.table.coalesce(2),
    () => query.table.sort(one([...query.kinds.keys()])),
  ])(),
});

const nulls: Step = (query, { one }) => {
  const name = one([...query.kinds.keys()]);
  return {
    ...query,
    table: query.table.dropNulls(name),
    sql: `SELECT * FROM (${query.sql}) WHERE ${q(name)} IS NOT NULL`,
  };
};

const STEPS: readonly Step[] = [
  filter,
  filter,
  filter,
  withColumn,
  withColumn,
  groupBy,
  groupBy,
  join,
  join,
  top,
  window,
  distinct,
  twice,
  moved,
  moved,
  nulls,
];
