// Files of Parquet on a server: the footer, the columns and the rows that are needed, and no more.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectEngine } from "../../src/engine/duckdb.js";
import { copyExcerpt, copyFooter } from "../../src/engine/remote-parquet.js";
import { writeRemote } from "../../src/formats/remote/remote-files.js";
import { col, lit, sql } from "../../src/index.js";
import { readParquet } from "../../src/io/read-parquet.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { type S3Server, startS3 } from "../formats/remote/s3-server.js";

const executor = new SerialExecutor();
const ROWS = 20_000;
const PAGE = 4_096;
let server: S3Server;
let folder: string;

/** Puts the rows of a query on the server, in row groups of 5,000. */
async function put(key: string, select: string): Promise<void> {
  const path = join(folder, "rows.parquet");
  const connection = await connectEngine();
  try {
    await connection.run(`COPY (${select}) TO '${path}' (ROW_GROUP_SIZE 5000)`);
  } finally {
    connection.closeSync();
  }
  await writeRemote(server.address(key), readFileSync(path));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tilework-parquet-"));
  server = await startS3();
  const some = `i AS n, 'text ' || i AS "a, b", [i, i + 1] AS list, {'x': i, 'y': 'é'} AS pair, hash(i) AS h`;
  await put("rows/year=2023/0.parquet", `SELECT ${some} FROM range(${ROWS}) t(i)`);
  await put("rows/year=2024/0.parquet", `SELECT ${some} FROM range(3) t(i)`);
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

describe("files of Parquet on a server", () => {
  it("are read by row groups, with columns of all kinds and those of folders", async () => {
    const table = await readParquet(server.address("rows/**/*.parquet"));
    expect(table.npartitions).toBe(5);
    expect(table.columns).toEqual(["n", "a, b", "list", "pair", "h", "year"]);
    const last = await table
      .filter(col("n").ge(ROWS - 1))
      .drop("h")
      .collect({ executor });
    expect(last).toEqual([
      {
        n: ROWS - 1,
        "a, b": `text ${ROWS - 1}`,
        list: [ROWS - 1, ROWS],
        pair: { x: ROWS - 1, y: "é" },
        year: 2023,
      },
    ]);
    expect(await table.groupBy("year").count().sort("year").collect({ executor })).toEqual([
      { year: 2023, count: ROWS },
      { year: 2024, count: 3 },
    ]);
  });

  it("are refused where they have changed, or are gone", async () => {
    await put("other.parquet", "SELECT 1 AS n");
    const table = await readParquet(server.address("other.parquet"));
    await put("other.parquet", "SELECT 2 AS n, 3 AS m");
    await expect(table.collect({ executor })).rejects.toThrow(
      /cannot read s3:.*other\.parquet.*: the file has changed since it was described/,
    );
    await expect(readParquet(server.address("none.parquet"))).rejects.toThrow("none.parquet");
  });

  it("are asked for no row group that the filters leave out by its statistics", async () => {
    const columns = `i AS n, DATE '2024-01-01' + CAST(i // 2_000 AS INTEGER) AS day, i / 2 AS f, printf('%06d', i) AS word, CAST(i AS DECIMAL(12, 2)) AS d, CASE WHEN i < 100 THEN NULL ELSE hash(i) END AS h, hash(i + 1) AS g`;
    await put("bounds.parquet", `SELECT ${columns} FROM range(24_576) t(i)`);
    const whole = readFileSync(join(folder, "rows.parquet")).length;
    const table = await readParquet(server.address("bounds.parquet"));
    expect(table.npartitions).toBe(4);
    const all = table.select("n", "day", "f", "word", "d");
    /** The rows that a filter keeps, and how many bytes before the last 64 KiB were asked for. */
    const asked = async (kept: typeof all) => {
      server.ranges.length = 0;
      const { n } = await kept.select("n").toColumns({ executor });
      const sizes = server.ranges.map((range) => {
        const [from = 0, to = 0] = range.replace("bytes=", "").split("-").map(Number);
        return Math.max(0, Math.min(to + 1, whole - (1 << 16)) - from);
      });
      return [n.length, sizes.filter((size) => size > 0).length];
    };
    // A task each: of one group, of two, of none, of all.
    expect(await asked(all.filter(col("n").eq(7_000)))).toEqual([1, 1]);
    expect(await asked(all.filter(col("n").between(6_143, 6_144)))).toEqual([2, 2]);
    expect(await asked(all.filter(col("n").gt(30_000)))).toEqual([0, 0]);
    expect(await asked(all.filter(col("n").lt(3).and(col("f").lt(1))))).toEqual([2, 1]);
    expect(await asked(all.filter(col("day").lt(new Date("2024-01-02"))))).toEqual([2_000, 1]);
    expect(await asked(all.filter(col("word").ge("009999")))).toEqual([14_577, 3]);
    expect(await asked(all.filter(lit(9_999.5).lt(col("d")).and(col("n").lt(12_000))))).toEqual([
      2_000, 1,
    ]);
    // NaN is more than any number, and in no statistics.
    expect(await asked(all.filter(col("f").gt(9_999)))).toEqual([4_577, 4]);
    expect(await asked(all.filter(col("f").eq(Number.NaN)))).toEqual([0, 4]);
    // A condition of several columns, or of a function, says nothing.
    expect(await asked(all.filter(col("n").add(0).lt(3)))).toEqual([3, 4]);
    const query = await sql("SELECT n FROM t WHERE n >= 19999 AND word < '1'", { t: table });
    expect(await asked(query as typeof all)).toEqual([4_577, 1]);
    // All groups of one file in one task: only those in question are read.
    const one = await readParquet(server.address("bounds.parquet"), { filesPerPartition: 1 });
    const some = one.filter(col("n").ge(4_000).and(col("n").lt(6_000)));
    expect(await some.select("n").count({ executor })).toBe(2_000);
    expect(await asked(one.filter(col("n").eq(12_345)) as typeof all)).toEqual([1, 1]);
  });

  it("are copied only as far as a task reads them", async () => {
    const hashes = Array.from({ length: 8 }, (_, k) => `hash(i + ${k}) AS h${k}`);
    await put("wide.parquet", `SELECT ${hashes.join(", ")} FROM range(200_000) t(i)`);
    const original = readFileSync(join(folder, "rows.parquet"));
    const path = join(folder, "excerpt.parquet");
    const connection = await connectEngine();
    try {
      const address = server.address("wide.parquet");
      const { version } = await copyFooter(address, path);
      const excerpt = { address, version, columns: new Set(["h3"]), from: 5_000, to: 10_000 };
      await copyExcerpt(excerpt, path, connection);
    } finally {
      connection.closeSync();
    }
    const copy = readFileSync(path);
    expect(copy).toHaveLength(original.length);
    const isEmpty = (start: number) =>
      copy.subarray(start, start + PAGE).every((byte) => byte === 0);
    const pages = Array.from({ length: Math.floor(copy.length / PAGE) }, (_, k) => k * PAGE);
    expect(pages.filter(isEmpty).length).toBeGreaterThan(0.9 * pages.length);
    expect(copy.every((byte, at) => byte === 0 || byte === original[at])).toBe(true);
  });
});
