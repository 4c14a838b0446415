// What passes make of plans, and how often rows move.
import { describe, expect, it } from "vitest";
import type { Layer, QueryLayer } from "../../src/graph/model/layer.js";
import type { LayerNode } from "../../src/graph/model/layer-node.js";
import { col, count, fromRecords, type Table } from "../../src/index.js";
import { planText } from "../../src/table/plan/plan-text.js";
import { inPartitions } from "./in-partitions.js";

inPartitions();

const rows = (name: string) =>
  fromRecords(
    Array.from({ length: 40 }, (_, n) => ({ id: n % 10, [name]: n })),
    { npartitions: 4 },
  );
const left: Table = rows("a");
const right: Table = rows("b");

/** The plan after the passes, without sizes. */
function after(table: Table): string {
  return planText(table.optimized).replaceAll(/ · up to .*/g, "");
}

function layersBelow(node: LayerNode, found = new Map<string, Layer>()): Layer[] {
  found.set(node.layer.name, node.layer);
  for (const input of node.inputs) layersBelow(input, found);
  return [...found.values()];
}

/** How many layers cut rows into parts for others: how often rows move. */
function moves(table: Table): number {
  const layers = layersBelow(table.layers);
  return layers.filter((layer) => (layer as QueryLayer).split !== undefined).length;
}

describe("filters", () => {
  it("go below joins, to the side that they are about, and to both on keys", () => {
    const joined = left.join(right, { on: "id" });
    const kept = joined.filter(
      col("a")
        .gt(3)
        .and(col("b").lt(9))
        .and(col("id").ne(4))
        .and(col("a").lt(col("b"))),
    );
    expect(after(kept)).toBe(
      [
        "filter a.lt(b)",
        "  inner join on id",
        "    filter a.gt(3)",
        "      filter id.ne(4)",
        "        table [id, a]",
        "    filter b.lt(9)",
        "      filter id.ne(4)",
        "        table [id, b]",
      ].join("\n"),
    );
  });

  it("stay above the side of an outer join that would lose its nulls", () => {
    const joined = left.join(right, { on: "id", how: "left" });
    const kept = joined.filter(col("b").isNull()).filter(col("a").gt(3));
    expect(after(kept)).toBe(
      [
        "filter b.isNull()",
        "  left join on id",
        "    filter a.gt(3)",
        "      table [id, a]",
        "    table [id, b]",
      ].join("\n"),
    );
    const outer = left.join(right, { on: "id", how: "outer" }).filter(col("a").gt(3));
    expect(after(outer).split("\n")[0]).toBe("filter a.gt(3)");
  });

  it("go through selects, groups and sorts, and stay above limits", () => {
    const groups = left
      .select({ key: col("id").add(1), a: col("a") })
      .groupBy("key")
      .agg({ a: "sum", n: count() })
      .sort("n")
      .filter(col("key").gt(2).and(col("n").gt(1)));
    expect(after(groups)).toBe(
      [
        "sort by n",
        "  filter n.gt(1)",
        "    group by key: a = sum(a), n = count()",
        "      select key = id.add(1), a",
        "        filter id.add(1).gt(2)",
        "          table [id, a]",
      ].join("\n"),
    );
    expect(after(left.limit(3).filter(col("a").gt(1))).split("\n")[0]).toBe("filter a.gt(1)");
  });
});

describe("rows that are together stay there", () => {
  const options = { on: "id", npartitions: 3 } as const;

  it("for groups, distinct rows and windows after a join or partitionBy", async () => {
    const joined = left.join(right, options);
    expect(moves(joined)).toBe(2);
    const groups = joined.groupBy("id").agg({ n: count(), m: col("a").median() });
    expect(moves(groups)).toBe(2);
    expect(await groups.sort("id").head(1)).toEqual([{ id: 0, n: 16, m: 15 }]);
    const by = left.partitionBy("id");
    expect(moves(by)).toBe(1);
    const all = by
      .rename({ id: "key" })
      .withColumn("n", col("a").sum().over({ partitionBy: "key" }));
    expect(moves(all.dropDuplicates("key", "a").groupBy("key").nunique())).toBe(1);
    const other = by.withColumn("id", col("id").add(1)).groupBy("id");
    expect(moves(other.agg({ a: "median" }, { npartitions: 2 }))).toBe(2);
  });

  it("for a further join on the same columns, of which one side moves or none", async () => {
    const kept = await left.partitionBy("id").persist();
    try {
      const once = kept.join(right, { on: "id", broadcast: false });
      expect(moves(once)).toBe(1);
      expect(await once.count()).toBe(160);
      const none = kept.join(kept.groupBy("id").agg({ n: count() }), { on: "id" });
      expect(moves(none)).toBe(0);
      expect(none.npartitions).toBe(4);
      expect((await none.toColumns()).n).toEqual(new Array(40).fill(4));
    } finally {
      kept.release();
    }
  });

  it("and columns that cannot be equal are refused", () => {
    const texts = fromRecords([{ id: "a" }]);
    const join = () => left.join(texts as Table, { on: "id" });
    expect(join).toThrow("id is of int64 and id of string: cast one");
  });
});

it("explain shows the costs, then the plan before and after, with bytes", () => {
  const text = left.join(right, { on: "id" }).filter(col("a").gt(3)).explain();
  expect(text).toMatch(/^\d+ layers and \d+ tasks as built, /);
  expect(text).toMatch(
    /\nplan\nfilter a\.gt\(3\) · up to [\d.]+ \w+\n {2}inner join on id · up to/,
  );
  expect(text).toMatch(/plan after passes\ninner join on id · .*\n {2}filter a\.gt\(3\)/);
  expect(left.explain()).not.toContain("plan after passes");
  expect(text).toContain("a query for each partition, because table.oneStatement is false");
});

it("dates meet timestamps, wherever their hashes put them", async () => {
  const days = [1, 2, 3, 4, 5].map((day) => ({ at: new Date(Date.UTC(2024, 0, day)), day }));
  const stamps = fromRecords(days, { npartitions: 2 });
  const dates = stamps.cast({ at: "date" });
  expect(await stamps.join(dates, { on: "at", npartitions: 3 }).count()).toBe(5);
});
