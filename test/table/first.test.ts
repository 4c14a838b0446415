// The program that people write first: a file of CSV, its columns, groups, counts, the first rows.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { col, compute, config, count, fromRecords, readCsv } from "../../src/index.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tw-tables-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file with these lines. */
function csv(name: string, lines: readonly string[], end = "\n"): string {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => line + end).join(""));
  return path;
}

const SALES = [
  "id,zip,category,price,sold",
  ...Array.from({ length: 300 }, (_, n) => {
    const category = ["books", "toys", "food"][n % 3];
    return `${n},${String(n % 90).padStart(5, "0")},${category},${n / 4},2024-01-${String((n % 28) + 1).padStart(2, "0")}`;
  }),
];

describe("readCsv", () => {
  it("infers one type for each column, and leaves zip codes as they are", async () => {
    const sales = await readCsv(csv("sales.csv", SALES));
    expect(sales.columns).toEqual(["id", "zip", "category", "price", "sold"]);
    expect(sales.dtypes).toEqual({
      id: "int64",
      zip: "string",
      category: "string",
      price: "float64",
      sold: "date",
    });
    expect(await sales.head(1)).toEqual([
      { id: 0, zip: "00000", category: "books", price: 0, sold: new Date("2024-01-01") },
    ]);
  });

  it("gives the same however a file is cut, with quotes, line ends in them, and CRLF", async () => {
    const lines = ['a,"b c"', ...Array.from({ length: 60 }, (_, n) => `${n},"x, ""${n}""\r\ny"`)];
    const path = csv("quoted.csv", lines, "\r\n");
    const whole = await (await readCsv(path)).collect();
    expect(whole).toHaveLength(60);
    expect(whole[7]).toEqual({ a: 7, "b c": 'x, "7"\r\ny' });
    for (const blockBytes of [50, 333]) {
      const cut = await readCsv(path, { blockBytes });
      expect(cut.npartitions).toBeGreaterThan(2);
      expect(await cut.collect()).toEqual(whole);
    }
  });

  it("takes rows that end with CRLF, and fields with other line ends, apart", async () => {
    const lines = Array.from({ length: 60 }, (_, n) => `${n},"x\ny",${n / 4}`);
    const path = csv("ends.csv", ['a,"b\nc",d', ...lines], "\r\n");
    const bare = csv("bare-ends.csv", lines, "\r\n");
    const rows = lines.map((_, n) => [n, "x\ny", n / 4]);
    for (const oneStatement of [true, false]) {
      await config.with({ "table.oneStatement": oneStatement }, async () => {
        for (const blockBytes of [50, 333]) {
          for (const table of [await readCsv(path, { blockBytes }), await readCsv(bare)]) {
            expect((await table.collect()).map(Object.values)).toEqual(rows);
          }
        }
        const both = csv("ends-2.csv", ['a,"b\nc",d', ...lines]);
        expect(await (await readCsv([path, both])).count()).toBe(120);
      });
    }
  });

  it("names the line that ends in another way than those before", async () => {
    const early = csv("mixed.csv", ["a,b", "1,x", "2,y\r", "3,z"]);
    await expect(readCsv(early)).rejects.toThrow(
      "line 3 ends with CR LF, and those before with LF: expected one kind",
    );
    const lines = Array.from({ length: 9_000 }, (_, n) => `${n},x${n === 8_000 ? "\r" : ""}`);
    const options = { sampleRows: 10, blockBytes: 9_000 };
    const late = await readCsv(csv("late.csv", ["a,b", ...lines]), options);
    await expect(late.collect()).rejects.toThrow("late.csv: line 8002 ends with CR LF");
  });

  it("takes quotes that come after the first rows, and doubled ones", async () => {
    const lines = Array.from({ length: 60 }, (_, n) => (n === 50 ? '50,"x, ""y"""' : `${n},x`));
    const quoted = lines.map((line) => line.replace(",x", ',"x"'));
    for (const each of [lines, quoted]) {
      const path = csv("late-quotes.csv", ["a,b", ...each]);
      const rows = await (await readCsv(path, { sampleRows: 10, blockBytes: 100 })).collect();
      expect(rows).toHaveLength(60);
      expect(rows[50]).toEqual({ a: 50, b: 'x, "y"' });
    }
  });

  it("takes line ends within other quotes, and quotes after a backslash", async () => {
    const lines = (field: string) => Array.from({ length: 60 }, (_, n) => `${n},${field}`);
    const single = csv("single.csv", ["a,b", ...lines("'x''\ny'")]);
    const spark = csv("spark.csv", ["a,b", ...lines('"x\\"\ny"')]);
    await config.with({ "table.oneStatement": false }, async () => {
      const cut = await readCsv(single, { quote: "'", blockBytes: 100 });
      expect(cut.npartitions).toBeGreaterThan(2);
      expect((await cut.toColumns()).b).toEqual(lines("").map(() => "x'\ny"));
      const escaped = await readCsv(spark, { escape: "\\", blockBytes: 100 });
      expect((await escaped.toColumns()).b).toEqual(lines("").map(() => 'x"\ny'));
    });
  });

  it("says that a file is no UTF-8", async () => {
    const path = join(folder, "latin1.csv");
    writeFileSync(path, Buffer.from("a,b\n1,\u00e9\n", "latin1"));
    await expect(readCsv(path)).rejects.toThrow("latin1.csv is no UTF-8: convert it first");
  });

  it("ends the last row of a part in the next piece of the file", async () => {
    const piece = 65_536;
    const lines = Array.from({ length: 12_000 }, (_, n) => `${n},${n * 7_919}`);
    const path = csv("pieces.csv", ["id,n", ...lines]);
    const table = await readCsv(path, { blockBytes: piece });
    expect(table.npartitions).toBeGreaterThan(2);
    const { n } = await table.toColumns();
    expect(n).toEqual(Array.from({ length: 12_000 }, (_, k) => k * 7_919));
  });

  it("reads packed files, columns that are asked for, types that are given, and nulls", async () => {
    const path = join(folder, "packed.csv.gz");
    writeFileSync(path, gzipSync("id;n\n1;NA\n2;7\n"));
    const one = readCsv(path, { nulls: "NA" as never });
    await expect(one).rejects.toThrow('nulls is "NA": expected a list of texts, such as ["NA"]');
    const table = await readCsv(path, { nulls: ["NA"], columns: ["n"], schema: { n: "float64" } });
    expect(table.dtypes).toEqual({ n: "float64" });
    expect(await table.collect()).toEqual([{ n: null }, { n: 7 }]);
    writeFileSync(path, gzipSync("id;n\n1;NA\n2;7\n").subarray(0, 20));
    await expect(readCsv(path)).rejects.toThrow(`cannot read ${path}: unexpected end of file`);
  });

  it("takes the wider type of several files, and no vote of one without values", async () => {
    csv("part-1.csv", ["n,t", "1,a"]);
    csv("part-2.csv", ["n,t", "2.5,b"]);
    csv("part-3.csv", ["n,t"]);
    const table = await readCsv(join(folder, "part-*.csv"));
    expect(table.dtypes).toEqual({ n: "float64", t: "string" });
    expect(await table.toColumns()).toEqual({ n: [1, 2.5], t: ["a", "b"] });
  });

  it("names the file and the line of a row that does not fit, of files that are cut, too", async () => {
    const lines = ["id,n", ...Array.from({ length: 200 }, (_, n) => `${n},${n}`)];
    lines[150] = "149,many";
    const path = csv("broken.csv", lines);
    for (const options of [{}, { blockBytes: 400 }]) {
      const table = await readCsv(path, { ...options, schema: { n: "int64" } });
      const failing = table.agg({ n: "sum" }).collect();
      await expect(failing).rejects.toThrow(/broken\.csv: line 151 .*"many"/s);
    }
  });

  it("names the line of a row of too many or few columns among the first, too", async () => {
    for (const lines of [
      ["id;name", "1;a", "2", "3;c"],
      ["id,name", "1,a", "2,b,c", "3,c", "4,d"],
    ]) {
      const table = await readCsv(csv("few.csv", lines));
      expect(table.dtypes).toEqual({ id: "int64", name: "string" });
      await expect(table.collect()).rejects.toThrow(/few\.csv: line 3 /);
    }
    // Lines with a comma here and there are one column.
    const names = await readCsv(csv("few.csv", ["name, first", "John", "Ada"]));
    expect(names.columns).toEqual(["name, first"]);
  });

  it("refuses files that are not there, or have other columns", async () => {
    await expect(readCsv(join(folder, "none.csv"))).rejects.toThrow("there is no file");
    const paths = [csv("one.csv", ["a,b", "1,2"]), csv("other.csv", ["a,c", "1,2"])];
    await expect(readCsv(paths)).rejects.toThrow(
      /other\.csv has columns a, c, and .*one\.csv has a, b/,
    );
  });
});

describe("groupBy, count, show", () => {
  it("give what a loop does, over several partitions", async () => {
    const sales = await readCsv(csv("sales.csv", SALES), { blockBytes: 2_000 });
    expect(sales.npartitions).toBeGreaterThan(3);
    const counts = sales.groupBy("category").count();
    expect(counts.dtypes).toEqual({ category: "string", count: "int64" });
    expect(await counts.collect()).toEqual([
      { category: "books", count: 100 },
      { category: "food", count: 100 },
      { category: "toys", count: 100 },
    ]);
    expect(await sales.count()).toBe(300);
    expect(await counts.showText()).toBe(
      [
        "+----------+-------+",
        "| category | count |",
        "| string   | int64 |",
        "+----------+-------+",
        "| books    |   100 |",
        "| food     |   100 |",
        "| toys     |   100 |",
        "+----------+-------+",
      ].join("\n"),
    );
    const [first] = await compute(counts);
    expect(first).toHaveLength(3);
  });

  it("count the rows of joins, of which no column is wanted", async () => {
    const left = fromRecords([1, 2, 2, 3].map((k, id) => ({ id, k })));
    const right = fromRecords([2, 3, 4].map((k) => ({ name: `n${k}`, k })));
    for (const [how, rows] of [
      ["inner", 3],
      ["outer", 5],
      ["anti", 1],
    ] as const) {
      expect([how, await left.join(right, { on: "k", how }).count()]).toEqual([how, rows]);
    }
    const other = right.rename({ k: "key" });
    expect(await left.join(other, { on: { k: "key" } }).count()).toBe(3);
    expect(await left.join(other, { how: "cross" }).count()).toBe(12);
  });

  it("cut long texts, and say that there are more rows", async () => {
    const rows = fromRecords([
      { text: "a".repeat(40), n: null },
      { text: "b", n: 1.5 },
    ]);
    const shown = await rows.showText(1, { textLength: 10 });
    expect(shown).toContain("| aaaaaaaaa… |    null |");
    expect(shown).toContain("only the first 1 rows");
  });

  it("say which column is not there", async () => {
    const sales = await readCsv(csv("sales.csv", SALES));
    expect(() => sales.groupBy("categroy" as never)).toThrow(
      'no column "categroy": did you mean category?',
    );
    expect(() => sales.filter(col("prices").gt(2))).toThrow("did you mean price?");
    expect(() => sales.agg({ price: "middle" as never })).toThrow("there is no aggregate");
    expect(() => sales.filter(col("price"))).toThrow("expected one that is true or false");
    expect(() => sales.groupBy("zip").sum("category")).toThrow("expected numbers");
  });

  it("sum up by states whose joins lose no digits", async () => {
    const rows = Array.from({ length: 1_000 }, (_, n) => ({ k: n % 2, x: 1e9 + (n % 10) }));
    const table = fromRecords(rows, { npartitions: 7 });
    const [even] = await table
      .groupBy("k")
      .agg({ x: ["mean", "std", "var", "sum", "min", "max", "nunique", "median"], n: count() })
      .collect();
    expect(even).toMatchObject({
      k: 0,
      x_mean: 1e9 + 4,
      x_sum: 500 * (1e9 + 4),
      x_nunique: 5,
      n: 500,
    });
    expect(even?.x_std).toBeCloseTo(Math.sqrt((8 * 500) / 499), 8);
    expect(even?.x_median).toBe(1e9 + 4);
  });
});
