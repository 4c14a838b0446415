// Tables from files and into files: Parquet, JSON lines, CSV.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fillFolder } from "../../src/engine/table-folder.js";
import { col, fromRecords, lit, readCsv, readNdjson, readParquet } from "../../src/index.js";
import { canMount, onSmallDisk } from "../io/small-disk.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tw-table-files-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

/** Rows of several types, with nulls, quotes and line ends. */
const ROWS = Array.from({ length: 1_000 }, (_, n) => ({
  id: n,
  name: n % 10 === 0 ? null : `"${n}",\nü`,
  price: n / 4,
  big: 2n ** 53n + BigInt(n),
  day: new Date(Date.UTC(2024, 0, 1 + (n % 40))),
  tags: [n % 3, n % 5],
  year: 2020 + (n % 3),
}));

const TYPES = {
  id: "int64",
  name: "string",
  price: "float64",
  big: "int64",
  day: "timestamp",
  tags: "int64[]",
  year: "int64",
};

describe("Parquet", () => {
  it("comes back as it was written, a partition for each row group", async () => {
    const rows = fromRecords(ROWS, { npartitions: 2 });
    const paths = await rows.toParquet(at("whole"), { rowGroupRows: 2_048, compression: "zstd" });
    expect(paths).toEqual([at("whole/part-00000.parquet"), at("whole/part-00001.parquet")]);
    expect(readdirSync(at("whole"))).toHaveLength(2);
    const table = await readParquet(at("whole"));
    expect(table.dtypes).toEqual(TYPES);
    expect(table.npartitions).toBe(2);
    expect(await table.collect()).toEqual(ROWS);
    expect((await readParquet(at("whole/*.parquet"), { filesPerPartition: 2 })).npartitions).toBe(
      1,
    );
  });

  it("reads the row groups of a file one by one, or several at once", async () => {
    const rows = Array.from({ length: 10_000 }, (_, n) => ({ n }));
    await fromRecords(rows, { npartitions: 1 }).toParquet(at("groups"), { rowGroupRows: 2_048 });
    const table = await readParquet(at("groups"));
    expect(table.npartitions).toBe(5);
    const { n } = await table.filter(col("n").ge(8_190)).toColumns();
    expect(n).toEqual(rows.slice(8_190).map((row) => row.n));
    const pairs = await readParquet(at("groups"), { rowGroups: 2 });
    expect(pairs.npartitions).toBe(3);
    expect(await pairs.count()).toBe(10_000);
  });

  it("goes into folders by values, which are a column again", async () => {
    const rows = [
      { kind: "a/b", n: 1, day: "x" },
      { kind: "ü =", n: 2, day: "y" },
      { kind: null, n: 3, day: "x" },
      { kind: "a/b", n: 4, day: "x" },
    ];
    const options = { partitionBy: ["kind", "day"] } as const;
    const paths = await fromRecords(rows, { npartitions: 2 }).toParquet(at("by"), options);
    expect(paths).toHaveLength(4);
    const table = await readParquet(at("by"));
    expect(table.dtypes).toEqual({ n: "int64", kind: "string", day: "string" });
    expect(await table.sort("n").select("kind", "n", "day").collect()).toEqual(rows);
    const years = fromRecords(ROWS).select("id", "year");
    await years.toParquet(at("years"), { partitionBy: "year" });
    const read = await readParquet(at("years"), { columns: ["year"] });
    expect(read.dtypes).toEqual({ year: "int64" });
    expect(await read.filter(col("year").eq(2021)).count()).toBe(333);
  });

  it("refuses a text that is the name of the folder of nulls", async () => {
    const rows = fromRecords([{ kind: "__HIVE_DEFAULT_PARTITION__", n: 1 }]);
    await expect(rows.toParquet(at("no-value"), { partitionBy: "kind" })).rejects.toThrow(
      'column "kind" has the text __HIVE_DEFAULT_PARTITION__, the name of the folder of nulls',
    );
    expect(existsSync(at("no-value"))).toBe(false);
  });

  it("keeps empty texts apart from nulls in files of CSV that name these", async () => {
    const rows = [{ a: "x" }, { a: null }, { a: "" }, { a: "NA" }, { a: "y" }];
    const two = rows.map(({ a }, n) => ({ a, n }));
    for (const each of [rows, two]) {
      await fromRecords(each).toCsv(at("empty-texts"), { overwrite: true });
      const found = await (await readCsv(at("empty-texts"))).collect();
      expect(found).toEqual(each.map((row) => ({ ...row, a: row.a === "" ? null : row.a })));
      await fromRecords(each).toCsv(at("empty-texts"), { overwrite: true, nulls: "-" });
      expect(await (await readCsv(at("empty-texts"), { nulls: ["-"] })).collect()).toEqual(each);
    }
  });

  it("refuses columns whose folders would be hidden, or that name all", async () => {
    for (const name of [".", ".hidden", "*"]) {
      const rows = fromRecords([{ [name]: "x", n: 1 }]);
      await expect(rows.toParquet(at("odd-names"), { partitionBy: name })).rejects.toThrow(
        `column "${name}" cannot name folders: rename it`,
      );
    }
    expect(existsSync(at("odd-names"))).toBe(false);
  });

  it("names the file that has other columns, or is none", async () => {
    await fromRecords([{ a: 1 }]).toParquet(at("mixed/one"));
    await fromRecords([{ b: 1 }]).toParquet(at("mixed/two"));
    await expect(readParquet(at("mixed"))).rejects.toThrow(
      /two.part-00000\.parquet has columns b, and .*one.part-00000\.parquet has a/,
    );
    await fromRecords([{ a: "x" }]).toParquet(at("types/two"));
    await fromRecords([{ a: 1.5 }]).toParquet(at("types/one"));
    await expect(readParquet(at("types"))).rejects.toThrow(/a of .*two.* is string, and that of/);
    writeFileSync(at("none.parquet"), "not at all");
    await expect(readParquet(at("none.parquet"))).rejects.toThrow(/cannot read .*none\.parquet/);
    await expect(readParquet(at("missing.parquet"))).rejects.toThrow("there is no file");
    await expect(readParquet(at("whole"), { columns: ["pric"] })).rejects.toThrow("mean price?");
  });

  it("says which file is gone when it is computed", async () => {
    await fromRecords([{ a: 1 }]).toParquet(at("gone"));
    const table = await readParquet(at("gone"));
    rmSync(at("gone"), { recursive: true });
    await expect(table.collect()).rejects.toThrow(
      /cannot read .*gone.part-00000\.parquet: it was there/,
    );
  });
});

describe("JSON lines", () => {
  it("come back as they were written, packed or cut", async () => {
    const rows = fromRecords(ROWS, { npartitions: 3 });
    for (const compression of ["none", "gzip", "zstd"] as const) {
      await rows.toNdjson(at(`json-${compression}`), { compression });
      const table = await readNdjson(at(`json-${compression}`), { schema: { day: "timestamp" } });
      expect(table.dtypes).toEqual(TYPES);
      expect(await table.collect()).toEqual(ROWS);
    }
    const cut = await readNdjson(at("json-none"), { blockBytes: 3_000, columns: ["id", "name"] });
    expect(cut.npartitions).toBeGreaterThan(20);
    expect(await cut.collect()).toEqual(ROWS.map(({ id, name }) => ({ id, name })));
  });

  it("join the names of all lines, and say which line does not fit", async () => {
    writeFileSync(at("names-1.ndjson"), '{"a":1}\n\n{"b":{"c":"x"}}\n');
    writeFileSync(at("names-2.ndjson"), '{"a":1.5}\n');
    const table = await readNdjson(at("names-*.ndjson"));
    expect(table.columns).toEqual(["a", "b"]);
    expect(await table.collect()).toEqual([
      { a: 1, b: null },
      { a: null, b: { c: "x" } },
      { a: 1.5, b: null },
    ]);
    const lines = Array.from({ length: 300 }, (_, n) => `{"n":${n === 249 ? '"many"' : n}}\n`);
    writeFileSync(at("broken.ndjson"), lines.join(""));
    for (const options of [{}, { blockBytes: 500 }]) {
      const broken = await readNdjson(at("broken.ndjson"), { ...options, schema: { n: "int64" } });
      await expect(broken.collect()).rejects.toThrow(/broken\.ndjson: line 250 .*many/s);
    }
    const torn = [...lines, "\n\n", "{oh\n"];
    writeFileSync(at("torn.ndjson"), torn.join(""));
    await expect(readNdjson(at("torn.ndjson"))).rejects.toThrow(/cannot read .*torn\.ndjson/);
    writeFileSync(at("torn.ndjson"), [...lines, ...lines].join(""));
    const table2 = await readNdjson(at("torn.ndjson"), { columns: ["n"], blockBytes: 500 });
    writeFileSync(at("torn.ndjson"), [...torn, ...lines].join(""));
    await expect(table2.collect()).rejects.toThrow(/torn\.ndjson: line 303 is no row/s);
  });
});

describe("writers", () => {
  it("write CSV that reads as it was, with other delimiters and words for null", async () => {
    const rows = fromRecords(ROWS, { npartitions: 2 }).select("id", "name", "price", "day");
    const paths = await rows.toCsv(at("csv"), { delimiter: ";", nulls: "NA", compression: "gzip" });
    expect(paths.map((path) => path.slice(-9))).toEqual(
      ["00000.csv.gz", "00001.csv.gz"].map((name) => name.slice(-9)),
    );
    const table = await readCsv(at("csv"), { nulls: ["NA"] });
    expect(await table.collect()).toEqual(
      ROWS.map(({ id, name, price, day }) => ({ id, name, price, day })),
    );
    await fromRecords([{ a: 1 }]).toCsv(at("bare"), { header: false });
    expect(readFileSync(at("bare/part-00000.csv"), "utf8")).toBe("1\n");
  });

  it("replace a folder only when they may, and when the new one is complete", async () => {
    const rows = fromRecords([{ a: 1 }]);
    await rows.toParquet(at("kept"));
    await expect(rows.toParquet(at("kept"))).rejects.toThrow("pass { overwrite: true }");
    const failing = rows.withColumn("b", lit("x").cast("int64"));
    await expect(failing.toParquet(at("kept"), { overwrite: true })).rejects.toThrow(/Conversion/);
    expect(await (await readParquet(at("kept"))).collect()).toEqual([{ a: 1 }]);
    await fromRecords([{ a: 2 }]).toParquet(at("kept"), { overwrite: true });
    expect(await (await readParquet(at("kept"))).collect()).toEqual([{ a: 2 }]);
    mkdirSync(at("empty"));
    await rows.toCsv(at("empty"));
    await expect(rows.toCsv(at("bare/part-00000.csv"))).rejects.toThrow("a file is there");
    await expect(rows.toCsv("/proc/none/out")).rejects.toThrow("cannot write /proc/none/out");
    await expect(rows.toCsv(at("x"), { compression: "lz4" as never })).rejects.toThrow(
      "expected none",
    );
    expect(existsSync(at("x"))).toBe(false);
    expect(readdirSync(folder).filter((name) => /partial$|earlier$/.test(name))).toEqual([]);
  });

  it("put the earlier folder back where the new one cannot take its place", async () => {
    mkdirSync(at("earlier-kept"));
    writeFileSync(at("earlier-kept/old.csv"), "a\n1\n");
    const filling = fillFolder(at("earlier-kept"), true, async (temporary) => {
      rmSync(temporary, { recursive: true });
      return [];
    });
    await expect(filling).rejects.toThrow(/cannot write .*earlier-kept/);
    expect(readFileSync(at("earlier-kept/old.csv"), "utf8")).toBe("a\n1\n");
    expect(readdirSync(folder).filter((name) => /partial$|earlier$/.test(name))).toEqual([]);
  });

  it.skipIf(!canMount())("leave nothing on a full disk, and say so", async () => {
    await onSmallDisk(async (disk) => {
      const rows = fromRecords(
        Array.from({ length: 60_000 }, (_, n) => ({ n, t: `${n * 7_919}` })),
      );
      const writing = rows.toParquet(join(disk, "out"), { compression: "none" });
      await expect(writing).rejects.toThrow(/cannot write .*No space left/s);
      expect(readdirSync(disk)).toEqual([]);
    });
  });
});
