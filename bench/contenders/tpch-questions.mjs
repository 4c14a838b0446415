// The queries of TPC-H, as the tests have them, and its tables at any scale. DuckDB's hash draws
// them with the sizes, keys and ranges of the specification, and the same each time.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

const QUERIES = new URL("../../test/table/tpch-queries.ts", import.meta.url);

/** The text of a query. */
export async function tpchQuery(number) {
  const plain = readFileSync(QUERIES, "utf8").replace(/: Readonly<Record<number, string>>/, "");
  const { TPCH } = await import(`data:text/javascript,${encodeURIComponent(plain)}`);
  return TPCH[number];
}

const NATIONS =
  "ALGERIA ARGENTINA BRAZIL CANADA EGYPT ETHIOPIA FRANCE GERMANY INDIA INDONESIA IRAN IRAQ JAPAN JORDAN KENYA MOROCCO MOZAMBIQUE PERU CHINA ROMANIA ARABIA VIETNAM RUSSIA KINGDOM STATES".split(
    " ",
  );
const REGION_OF = [0, 1, 1, 1, 4, 0, 3, 3, 2, 2, 4, 4, 2, 4, 0, 0, 0, 1, 2, 3, 4, 2, 3, 3, 1];
const REGIONS = "AFRICA AMERICA ASIA EUROPE MIDEAST".split(" ");
const COLORS =
  "almond azure beige blue brown coral cyan green ivory khaki lemon lime navy olive peach pink plum red rose tan".split(
    " ",
  );
const SEGMENTS = ["AUTOMOBILE", "BUILDING", "FURNITURE", "HOUSEHOLD", "MACHINERY"];

const list = (words) => `[${words.map((word) => `'${word}'`).join(", ")}]`;
/** A word by a number that differs for each salt. */
const word = (words, key, salt) =>
  `${list(words)}[(1 + hash(${key} + ${salt}) % ${words.length})::BIGINT]`;
const number = (from, to, key, salt) =>
  `(${from} + (hash(${key} + ${salt}) % ${to - from + 1})::BIGINT)`;
const money = (from, to, key, salt) =>
  `(${number(from * 100, to * 100, key, salt)} / 100)::DECIMAL(15,2)`;

/** Selects of the tables at a scale. */
function tables(scale) {
  const [suppliers, parts] = [Math.round(10_000 * scale), Math.round(200_000 * scale)];
  const [customers, orders] = [Math.round(150_000 * scale), Math.round(1_500_000 * scale)];
  const supplier = (part, k) =>
    `(((${part}) + (${k}) * (${Math.max(1, Math.floor(suppliers / 4))})) % ${suppliers} + 1)::BIGINT`;
  const price = (part) => `((90000 + (${part} / 10) % 20001 + 100 * (${part} % 1000)) / 100)`;
  const lines = `SELECT o, line, o * 8 + line AS l, ${number(1, parts, "o * 8 + line", 11)}::BIGINT AS p, ${number(1, 50, "o * 8 + line", 12)} AS q, DATE '1992-01-01' + ${number(0, 2405, "o", 5)}::INTEGER AS d FROM (SELECT o, unnest(range(1 + (hash(o + 10) % 7)::BIGINT)) AS line FROM range(1, ${orders + 1}) t(o))`;
  return {
    region: `SELECT i AS r_regionkey, ${list(REGIONS)}[i + 1] AS r_name FROM range(5) t(i)`,
    nation: `SELECT i AS n_nationkey, ${list(NATIONS)}[i + 1] AS n_name, [${REGION_OF.join(", ")}][i + 1]::BIGINT AS n_regionkey FROM range(25) t(i)`,
    supplier: `SELECT i AS s_suppkey, 'Supplier#' || i AS s_name, ${number(0, 24, "i", 1)}::BIGINT AS s_nationkey, ${money(0, 9999, "i", 2)} AS s_acctbal FROM range(1, ${suppliers + 1}) t(i)`,
    customer: `SELECT i AS c_custkey, 'Customer#' || i AS c_name, ${number(0, 24, "i", 3)}::BIGINT AS c_nationkey, ${word(SEGMENTS, "i", 4)} AS c_mktsegment FROM range(1, ${customers + 1}) t(i)`,
    part: `SELECT i AS p_partkey, ${[20, 21, 22, 23, 24].map((salt) => word(COLORS, "i", salt)).join(" || ' ' || ")} AS p_name FROM range(1, ${parts + 1}) t(i)`,
    partsupp: `SELECT i AS ps_partkey, ${supplier("i", "k")} AS ps_suppkey, ${money(1, 1000, "i * 4 + k", 6)} AS ps_supplycost FROM range(1, ${parts + 1}) t(i), range(4) u(k)`,
    orders: `SELECT o AS o_orderkey, ${number(1, customers, "o", 7)}::BIGINT AS o_custkey, ${money(1000, 400000, "o", 8)} AS o_totalprice, DATE '1992-01-01' + ${number(0, 2405, "o", 5)}::INTEGER AS o_orderdate, 0::BIGINT AS o_shippriority FROM range(1, ${orders + 1}) t(o)`,
    lineitem: `SELECT o AS l_orderkey, p AS l_partkey, ${supplier("p", "(hash(l + 13) % 4)::BIGINT")} AS l_suppkey, q::DECIMAL(15,2) AS l_quantity, (q * ${price("p")})::DECIMAL(15,2) AS l_extendedprice, (${number(0, 10, "l", 14)} / 100)::DECIMAL(15,2) AS l_discount, (${number(0, 8, "l", 15)} / 100)::DECIMAL(15,2) AS l_tax, ${word(["A", "N", "R"], "l", 16)} AS l_returnflag, ${word(["F", "O"], "l", 17)} AS l_linestatus, d + ${number(1, 121, "l", 18)}::INTEGER AS l_shipdate FROM (${lines})`,
  };
}

/** Names of the tables. */
export const TABLES = Object.keys(tables(1));

/** Writes the tables as Parquet. */
export async function writeTables(folder, scale) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  for (const [name, select] of Object.entries(tables(scale))) {
    await connection.run(`COPY (${select}) TO '${join(folder, `${name}.parquet`)}'`);
  }
  instance.closeSync();
}
