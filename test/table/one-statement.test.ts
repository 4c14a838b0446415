// One statement of the engine in place of a query for each partition: where it is chosen, what it
// gives, and what its errors say.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  col,
  config,
  count,
  fromRecords,
  readCsv,
  readParquet,
  rowNumber,
  sql,
} from "../../src/index.js";
import { chooseStatement } from "../../src/table/plan/one-statement.js";
import { runNode } from "../../src/table/run-plan.js";
import type { Table } from "../../src/table/table.js";

const MIB = 2 ** 20;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tw-statement-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, k) => `${from + k},k${(from + k) % 7}\n`).join("");

/** Files that are cut into several partitions. */
async function rows(): Promise<Table<{ id: number; kind: string }>> {
  writeFileSync(at("a.csv"), `id,kind\n${lines(0, 4_000)}`);
  writeFileSync(at("b.csv"), `id,kind\n${lines(4_000, 9_000)}`);
  return readCsv([at("a.csv"), at("b.csv")], { blockBytes: 10_000 });
}

const inPartitions = <T>(f: () => Promise<T>) => config.with({ "table.oneStatement": false }, f);

describe("one statement", () => {
  it("gives the rows of partitions, in their order", async () => {
    const table = await rows();
    expect(table.npartitions).toBeGreaterThan(4);
    const tables: Table[] = [
      table,
      table.filter(col("id").gt(8_990)),
      table.groupBy("kind").agg({ id: ["sum", "max"], n: count() }),
      table.sort({ by: "id", descending: true }),
      table.limit(5, { offset: 4_010 }),
      table.union(table.filter(col("id").lt(3))),
      table.join(table.groupBy("kind").count(), { on: "kind" }).sort("id"),
      table.repartition(3).select("id"),
      await sql("SELECT kind, max(id) AS most FROM t GROUP BY kind ORDER BY most", { t: table }),
    ] as never;
    for (const each of tables) {
      const { layer, inputs } = runNode(each.plan, {});
      expect([layer.kind, layer.chunks[0]?.length, inputs.length]).toEqual(["query", 1, 0]);
      expect(each.explain()).toContain("one statement, because it reads");
      const found = await each.collect();
      expect(found).toEqual(await inPartitions(() => each.collect()));
      expect(await each.count()).toBe(found.length);
      expect(await each.tail(3)).toEqual(found.slice(-3));
    }
  });

  it("answers what is above a function of a user", async () => {
    const table = (await rows()).map(({ id }) => ({ half: Math.floor(id / 2) }), {
      schema: { half: "int64" },
    });
    const groups = table.groupBy("half").count();
    expect(groups.explain()).toContain("one statement, because");
    expect(await groups.filter(col("count").ne(2)).count()).toBe(0);
    expect(await groups.count()).toBe(4_500);
  });

  it("keeps what it has sorted, in one partition", async () => {
    const kept = await (await rows()).sort({ by: "id", descending: true }).persist();
    expect(kept.npartitions).toBe(1);
    expect(await kept.count()).toBe(9_000);
    expect(await kept.head(2)).toEqual([
      { id: 8_999, kind: "k4" },
      { id: 8_998, kind: "k3" },
    ]);
    kept.release();
    const parts = await (await rows()).filter(col("id").lt(8_000)).persist();
    expect(parts.npartitions).toBeGreaterThan(4);
    expect([await parts.count(), await inPartitions(() => parts.count())]).toEqual([8_000, 8_000]);
    expect(await parts.filter(col("kind").eq("k0")).count()).toBe(1_143);
    parts.release();
  });

  it("describes files and queries again where they have changed", async () => {
    for (const n of [1, 2]) {
      const options = { overwrite: true };
      const first = fromRecords([{ n }, n === 1 ? { n: 5 } : { more: "x" }]);
      await first.toParquet(at("changes"), options);
      const t = (await readParquet(at("changes"))) as Table;
      const query = () => sql("SELECT sum(n) AS s FROM t", { t });
      expect([t.columns.length, await (await query()).collect()]).toEqual([
        n,
        [{ s: [0, 6, 2][n] }],
      ]);
      expect(await (await query()).collect()).toEqual([{ s: [0, 6, 2][n] }]);
    }
  });

  it("names the file and the line of a row that does not fit", async () => {
    await rows();
    const bad = `id,kind\n${lines(0, 6_000)}x,k\n`;
    writeFileSync(at("bad.csv"), bad);
    const options = { schema: { id: "int64", kind: "string" }, blockBytes: 10_000 } as const;
    const table = await readCsv([at("a.csv"), at("bad.csv")], options);
    for (const run of [
      () => table.sort("id").collect(),
      () => table.groupBy("id").count().collect(),
    ])
      await expect(run()).rejects.toThrow(/bad\.csv: line 6002 /);
  });

  it("stops where it is given up", async () => {
    const numbers = fromRecords(Array.from({ length: 10_000 }, (_, k) => ({ k })));
    const cross = { how: "cross", suffix: "_" } as const;
    const pairs = numbers.join(numbers.rename({ k: "b" }), cross as never) as unknown as Table;
    const many = pairs.join(
      numbers.rename({ k: "c" }) as never,
      cross as never,
    ) as unknown as Table;
    const sum = many.agg({ s: col("k").mul(col("b")).mod(col("c").add(1)).sum() } as never);
    expect(sum.explain()).toContain("one statement");
    const controller = new AbortController();
    const { signal } = controller;
    // It would take hours.
    const ended = sum.collect({ signal, onProgress: () => controller.abort() });
    await expect(ended).rejects.toMatchObject({ code: "task.cancelled" });
    // Its thread is there for others again.
    expect(await numbers.count()).toBe(10_000);
  });
});

describe("partitions are computed", () => {
  const threads = { threads: 2, memoryLimitBytes: 512 * MIB };
  const table = fromRecords([{ a: 1, b: "x" }]);
  const { plan } = table;
  const reason = (of: Table, memoryLimitBytes = threads.memoryLimitBytes, isAllowed = true) => {
    const choice = chooseStatement(of.plan, { ...threads, memoryLimitBytes }, isAllowed);
    return choice.isOne ? "one" : choice.reason;
  };

  it("on a cluster, where the setting says so, and of more than fits", () => {
    expect(chooseStatement(plan, undefined, true)).toEqual({
      isOne: false,
      reason: "a cluster computes it",
    });
    expect(reason(table as Table)).toBe("one");
    expect(reason(table as Table, 512 * MIB, false)).toBe("table.oneStatement is false");
    expect(reason(table as Table, 64)).toBe("it reads 32 B, and this process may take 64 B");
  });

  it("where the order of rows counts, or the partition", () => {
    const any = table as Table;
    const order = /goes by the order of rows/;
    expect(reason(any.groupBy("b").agg({ f: col("a").first() }) as Table)).toMatch(order);
    const numbered = (window: object) => any.withColumn("n", rowNumber().over(window)) as Table;
    expect(reason(numbered({ partitionBy: "b" }))).toMatch(order);
    expect(reason(numbered({ partitionBy: "b", orderBy: "a" }))).toBe("one");
    expect(reason(any.dropDuplicates("b"))).toBe("the first of equal rows is kept");
    expect(reason(any.sample(0.5, { seed: 1 }))).toBe("a step differs from partition to partition");
  });
});
