// Users' functions of rows and of partitions.
import { describe, expect, it } from "vitest";
import { col, fromRecords } from "../../src/index.js";

interface Person {
  name: string;
  born: number | null;
  tags: string[];
  seen: Date | null;
}
const people = fromRecords<Person>(
  [
    { name: "Ada", born: 1815, tags: ["a", "b"], seen: new Date(1_000) },
    { name: "Bo", born: null, tags: [], seen: null },
    { name: "Çem", born: 1990, tags: ["c"], seen: new Date(2_000) },
    { name: "Di", born: 1992, tags: ["d"], seen: null },
  ],
  { npartitions: 4 },
);

describe("functions", () => {
  it("of rows get values and nulls, and give rows of a schema", async () => {
    const since = 1_900;
    const mapped = people.filter(col("name").ne("Di")).map(
      ({ name, born, tags, seen }) => ({
        name: name.toUpperCase(),
        age: born === null ? null : since - born,
        tags: [...tags, "x"],
        seen,
      }),
      { schema: { name: "string", age: "float32", tags: "string[]", seen: "timestamp" } },
    );
    expect(mapped.npartitions).toBe(4);
    expect(mapped.dtypes).toEqual({
      name: "string",
      age: "float32",
      tags: "string[]",
      seen: "timestamp",
    });
    expect(await mapped.collect()).toEqual([
      { name: "ADA", age: 85, tags: ["a", "b", "x"], seen: new Date(1_000) },
      { name: "BO", age: null, tags: ["x"], seen: null },
      { name: "ÇEM", age: -90, tags: ["c", "x"], seen: new Date(2_000) },
    ]);
    expect(await mapped.groupBy("tags").count().count()).toBe(3);
  });

  it("keep the types of what they get and give: nulls, moments, digits, lists", async () => {
    const schema = {
      n: "int64",
      f: "float64",
      t: "string",
      b: "bool",
      d: "date",
      z: "timestamptz",
      x: "decimal(20,3)",
      big: "int64",
      l: "int64[]",
    } as const;
    const row = {
      n: 2 ** 53 - 1,
      f: Number.NaN,
      t: 'é\n"',
      b: false,
      d: new Date("1969-12-31"),
      z: new Date(-1),
      x: 12_345.125,
      big: 2n ** 62n,
      l: [1, null, 2] as (number | null)[],
    };
    const none = Object.fromEntries(Object.keys(schema).map((name) => [name, null]));
    const rows = [row, none, { ...none, f: -0.5, d: new Date(Number.NaN), x: 0.1, big: 7 }];
    const table = fromRecords(rows.slice(0, 2) as (typeof row)[], { schema, npartitions: 2 });
    const expected = [row, none, { ...none, f: -0.5, x: 0.1, big: 7n }];
    const all = (names: readonly (keyof typeof row)[]) => {
      const types = Object.fromEntries(names.map((name) => [name, schema[name]])) as typeof schema;
      const own = (from: object) =>
        Object.fromEntries(
          names.map((name) => [name, from[name as never]]),
        ) as unknown as typeof row;
      const given = rows.map(own);
      const mapped = table
        .coalesce(1)
        .flatMap((each) => (each.n === null ? given.slice(1) : [own(each)]), { schema: types });
      return Promise.all([mapped.collect(), expected.map(own)]);
    };
    // Whole numbers that are no numbers of JavaScript go as texts, and all with them.
    for (const count of [6, 8, 9]) {
      const names = Object.keys(schema).slice(0, count) as (keyof typeof row)[];
      const [found, wanted] = await all(names);
      expect(found).toEqual(wanted);
    }
    const beyond = people.map(() => ({ n: 300 }), { schema: { n: "int8" } });
    await expect(beyond.collect()).rejects.toThrow("300");
  });

  it("get and give lists as they are, with all that they hold", async () => {
    const schema = {
      whole: "int64[]",
      floats: "float32[]",
      texts: "string[]",
      flags: "bool[]",
      days: "date[]",
      moments: "timestamp[][]",
      digits: "decimal(20,3)[]",
      nested: "float64[][]",
      objects: "STRUCT(a BIGINT)[]",
    } as const;
    const rows = [
      {
        whole: [1, null, 2n ** 60n, -(2 ** 53 - 1)],
        floats: [0.5, Number.NaN, Number.POSITIVE_INFINITY],
        texts: ["é\n", null, ""],
        flags: [true, null, false],
        days: [new Date("1969-12-31"), null],
        moments: [[new Date(-1), null], null, []],
        digits: [12_345.125, null],
        nested: [[-0, 1], [], null],
        objects: [{ a: 1 }, null],
      },
      Object.fromEntries(Object.keys(schema).map((name) => [name, []])),
      Object.fromEntries(Object.keys(schema).map((name) => [name, null])),
    ];
    const table = fromRecords(rows as object[], { schema });
    expect(await table.collect()).toEqual(rows);
    const { objects, ...types } = schema;
    const without = rows.map(({ objects, ...row }) => row);
    const given = fromRecords(without as object[], { schema: types });
    // Twice: a function gets what another gave. Some rows are left out between.
    const again = given
      .map((row) => row, { schema: types })
      .filter(col("whole" as never).isNotNull())
      .mapPartitions((list) => list, { schema: types });
    expect(await again.collect()).toEqual(without.slice(0, 2));
    expect(await again.toBag().compute()).toEqual(without.slice(0, 2));
    expect(await again.toColumns()).toMatchObject({ nested: [[[-0, 1], [], null], []] });
    // biome-ignore lint/suspicious/noSparseArray: what a user may give
    const odd = people.limit(1).map(() => ({ a: [1, , 3], b: Float32Array.of(0.5) }), {
      schema: { a: "int8[]", b: "float32[]" } as never,
    });
    expect(await odd.collect()).toEqual([{ a: [1, null, 3], b: [0.5] }]);
    const broken = people.map(() => ({ n: [[1], [1, 2.5]] }), { schema: { n: "int64[][]" } });
    await expect(broken.collect()).rejects.toThrow(
      '"n" has lists of whole numbers, and a row has 2.5: give the column the type float64[][]',
    );
    const beyond = people.map(() => ({ n: [1, 300] }), { schema: { n: "int8[]" } });
    await expect(beyond.collect()).rejects.toThrow(/row 0 of a partition is no row.*300/);
  });

  it("may be asynchronous, and their columns inferred", async () => {
    const lengths = await people
      .filter(col("born").gt(1_900))
      .map(async ({ name }) => ({ name, length: name.length, half: name.length / 2 }));
    // The first partitions are empty: all are looked at.
    expect(lengths.dtypes).toEqual({ name: "string", length: "int64", half: "float64" });
    expect(await lengths.select("length", "half").collect()).toEqual([
      { length: 3, half: 1.5 },
      { length: 2, half: 1 },
    ]);
  });

  it("of rows give several or none, and those of partitions get all", async () => {
    const tags = people.flatMap(({ name, tags }) => tags.map((tag) => ({ name, tag })), {
      schema: { name: "string", tag: "string" },
    });
    expect((await tags.collect()).map(({ name, tag }) => name + tag)).toEqual([
      "Adaa",
      "Adab",
      "Çemc",
      "Did",
    ]);
    const counts = people.coalesce(2).mapPartitions(
      function* (rows) {
        yield { rows: rows.length };
        if (rows.some(({ name }) => name === "Di")) yield { rows: -1 };
      },
      { schema: { rows: "int8" } },
    );
    expect(await counts.collect()).toEqual([{ rows: 2 }, { rows: 2 }, { rows: -1 }]);
    const empty = people.filter(col("name").eq("Di")).mapPartitions((rows) => rows.slice(1), {
      schema: { name: "string", born: "int64", tags: "string[]", seen: "timestamp" },
    });
    expect(await empty.collect()).toEqual([]);
  });
});

describe("mistakes", () => {
  it("name the function and what it gave", async () => {
    const schema = { n: "int64" } as const;
    const five = (() => 5) as unknown as () => { n: number };
    await expect(people.map(five, { schema }).collect()).rejects.toThrow(
      "map (five) gave a number as a row: expected an object { column: value }",
    );
    await expect(people.map(five)).rejects.toThrow("map (five) gave a number");
    const listed = ((row: { name: string }) => [[row.name]]) as unknown as () => { n: number }[];
    await expect(people.flatMap(listed, { schema }).collect()).rejects.toThrow(
      "flatMap (listed) gave a list as a row",
    );
    const nothing = (() => [undefined]) as unknown as () => { n: number }[];
    await expect(people.mapPartitions(nothing, { schema }).collect()).rejects.toThrow(
      "mapPartitions (nothing) gave undefined as a row",
    );
    const failing = ({ born }: { born: number | null }) => {
      if (born === null) throw new RangeError("no year");
      return { n: born };
    };
    await expect(people.map(failing, { schema }).collect()).rejects.toMatchObject({
      code: "task.failed",
      message: expect.stringContaining("no year"),
      data: { remoteStack: expect.stringContaining("failing") },
    });
  });

  it("are columns and values that the schema lacks", async () => {
    const more = (() => ({ n: 1, extra: 2 })) as () => { n: number };
    await expect(people.map(more, { schema: { n: "int64" } }).collect()).rejects.toThrow(
      'map (more) gave a row with "extra", which is no column: expected n',
    );
    const half = (() => ({ n: 0.5 })) as () => { n: number };
    await expect(people.map(half, { schema: { n: "int64" } }).collect()).rejects.toThrow(/0\.5/);
    const text = (() => ({ n: "x" })) as unknown as () => { n: number };
    await expect(people.map(text, { schema: { n: "int64" } }).collect()).rejects.toThrow('"x"');
    await expect(people.flatMap(() => [])).rejects.toThrow('as in { schema: { name: "string"');
    expect(() => people.map(() => ({}), { schema: {} })).toThrow("name them, as in { schema:");
    expect(() => people.map(more, { schema: { n: "whole" } })).toThrow("no column type");
    expect(() => people.map(5 as never, { schema: {} })).toThrow("function");
  });
});
