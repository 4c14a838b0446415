// Tables of the package apache-arrow, and of tables: types, nulls and digits stay in both
// directions.
import {
  Bool,
  DateDay,
  DateMillisecond,
  Dictionary,
  DurationSecond,
  Field,
  FixedSizeList,
  Float16,
  Int8,
  Int32,
  LargeUtf8,
  Table,
  TimestampNanosecond,
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { expect, it } from "vitest";
import { col, fromArrow, fromRecords, sql } from "../../src/index.js";

const one = fromRecords([{ n: 1 }]);

/** Two rows of all types, the second of nulls. */
const EVERYTHING = `
  SELECT true AS flag, 7::TINYINT AS i8, 300::SMALLINT AS i16, -5::INTEGER AS i32,
    9007199254740993 AS i64, 255::UTINYINT AS u8, 18446744073709551615::UBIGINT AS u64,
    170141183460469231731687303715884105::HUGEINT AS huge, 1.5::FLOAT AS f32, 0.1::DOUBLE AS f64,
    '日本 🙂' AS word, 'ab'::BLOB AS bytes, DATE '1969-12-31' AS day, TIME '01:02:03.000004' AS clock,
    TIMESTAMP '1969-12-31 23:59:59.999999' AS stamp, TIMESTAMPTZ '2024-03-31 02:30:00+02' AS moment,
    TIMESTAMP_NS '2024-01-01 00:00:00.123456789' AS nanos, -123.45::DECIMAL(5,2) AS small,
    -12345678901234567890123456.789::DECIMAL(38,3) AS large, [1, NULL, 3] AS list,
    [['a'], [], NULL] AS nested, {a: 1, b: 'x'} AS fields,
    '00000000-0000-0000-0000-000000000001'::UUID AS id FROM one`;

const everything = async () => {
  const row = await sql(EVERYTHING, { one });
  const nulls = row.columns.map((name) => `nullif("${name}", "${name}") AS "${name}"`);
  return sql(`SELECT * FROM row UNION ALL SELECT ${nulls.join(", ")} FROM row`, { row });
};

/** What Arrow has no word of its own for. */
const OTHERS = { huge: "decimal(38,0)", id: "string" };

it("go out and come back with their types, nulls and digits, through bytes as well", async () => {
  const table = await everything();
  const arrow = await table.toArrow<Table>();
  expect(arrow.numRows).toBe(2);
  expect(String(arrow.schema.fields.find(({ name }) => name === "moment")?.type)).toBe(
    "Timestamp<MICROSECOND, UTC>",
  );
  expect(arrow.getChild("i64")?.get(0)).toBe(9007199254740993n);
  expect(arrow.getChild("word")?.toArray()).toEqual(["日本 🙂", null]);
  for (const back of [await fromArrow(arrow), await fromArrow(tableFromIPC(tableToIPC(arrow)))]) {
    expect(back.dtypes).toEqual({ ...table.dtypes, ...OTHERS });
    const asText = (own: typeof back) =>
      own.cast(Object.fromEntries(own.columns.map((name) => [name, "string"]))).collect();
    expect(await asText(back)).toEqual(await asText(table));
  }
});

it("are the same rows whether few come as values or all as a file", async () => {
  const table = await everything();
  expect(await table.head(2)).toEqual(await table.collect());
});

it("have any number of batches, and as many partitions as said", async () => {
  const rows = Array.from({ length: 10_000 }, (_, n) => ({ n, word: n % 7 ? `w${n}` : null }));
  const arrow = await fromRecords(rows, { npartitions: 3 }).toArrow<Table>();
  const twice = new Table(arrow.schema, [...arrow.batches, ...arrow.slice(10, 5_000).batches]);
  const back = await fromArrow(twice, { npartitions: 4 });
  expect(back.npartitions).toBe(4);
  expect(await back.collect()).toEqual([...rows, ...rows.slice(10, 5_000)]);
  expect(await back.groupBy("word").count().count()).toBe(8_572);
});

it("have no rows", async () => {
  const arrow = await one.filter(col("n").gt(5)).toArrow<Table>();
  expect([arrow.numRows, arrow.numCols]).toEqual([0, 1]);
  const back = await fromArrow(arrow);
  expect([back.dtypes, await back.collect()]).toEqual([{ n: "int64" }, []]);
});

it("take other types of Arrow as the nearest", async () => {
  const table = new Table({
    kind: vectorFromArray(["a", "b", "a", null], new Dictionary(new Utf8(), new Int8())),
    long: vectorFromArray(["x", null, "y", "z"], new LargeUtf8()),
    half: vectorFromArray([0.5, -2, null, 65_504], new Float16()),
    ms: vectorFromArray([-1, 0, null, 1], new DateMillisecond()),
    day: vectorFromArray([new Date(0), null, null, null], new DateDay()),
    pair: vectorFromArray(
      [[1, 2], null, [3, 4], [5, 6]],
      new FixedSizeList(2, new Field("item", new Int32(), true)),
    ),
    flag: vectorFromArray([true, false, null, true], new Bool()),
    stamp: vectorFromArray([1, 2, null, 3], new TimestampNanosecond()),
  });
  const found = await (await fromArrow(table.slice(1, 4))).drop("stamp").collect();
  expect(found).toEqual([
    { kind: "b", long: null, half: -2, ms: new Date(0), day: null, pair: null, flag: false },
    { kind: "a", long: "y", half: null, ms: null, day: null, pair: [3, 4], flag: null },
    { kind: null, long: "z", half: 65_504, ms: new Date(0), day: null, pair: [5, 6], flag: true },
  ]);
});

it("are refused with the column, what it is, and what to do", async () => {
  await expect(fromArrow([{ a: 1 }] as never)).rejects.toThrow(
    "fromArrow was given a list: expected a table of apache-arrow, such as tableFromIPC(bytes) gives",
  );
  const long = new Table({ wait: vectorFromArray([1n], new DurationSecond()) });
  await expect(fromArrow(long)).rejects.toThrow(
    'column "wait" is of Arrow\'s type Duration<SECOND>',
  );
  await expect(fromArrow(tableFromArrays({}))).rejects.toThrow("has no columns");
  await expect(fromArrow(tableFromArrays({ a: [1] }), { npartitions: 0 })).rejects.toThrow(
    "npartitions is 0",
  );
  const map = await sql("SELECT MAP {'a': 1} AS m FROM one", { one });
  await expect(map.toArrow()).rejects.toThrow('toArrow: column "m" is of MAP');
});
