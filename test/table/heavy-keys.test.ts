// Joins of tables in which one key has most rows: its rows go to all partitions, and the result is
// that of any other join.
import { describe, expect, it } from "vitest";
import { fromColumns, type Table } from "../../src/index.js";
import { inPartitions } from "./in-partitions.js";

inPartitions();

const ROWS = 1_200;
const PARTS = 4;

/** Three of four rows have the key 7; some have none. */
const numbers = Array.from({ length: ROWS }, (_, v) => v);
const ids = numbers.map((v) => (v % 4 === 0 ? (v % 40 === 0 ? null : v % 23) : 7));
const many = fromColumns({ id: ids, v: numbers }, { npartitions: 3 }) as Table;
const names = fromColumns(
  { id: [...new Array(20).keys(), 7, null, 99], w: [...new Array(23).keys()] },
  { npartitions: 2 },
) as Table;

describe.each(["inner", "left", "right", "semi", "anti"] as const)("a join %s", (how) => {
  it("of heavy keys gives the rows of any other", async () => {
    const [a, b] = how === "right" ? [names, many] : [many, names];
    const rowsOf = async (splitHeavyKeys: boolean) => {
      const options = { on: "id", how, broadcast: false, npartitions: PARTS, splitHeavyKeys };
      const rows = await a.join(b, options).collect();
      return rows.map((row) => JSON.stringify(row)).sort();
    };
    expect(await rowsOf(true)).toEqual(await rowsOf(false));
  });
});

it("no partition gets most rows, and only heavy keys are in several", async () => {
  const options = { on: "id", broadcast: false, npartitions: PARTS, splitHeavyKeys: true };
  const counts = many
    .join(names, options)
    .mapPartitions((rows) => [{ rows: rows.length, ids: [...new Set(rows.map(({ id }) => id))] }], {
      schema: { rows: "int32", ids: "int64[]" },
    });
  const found = await counts.collect();
  const rows = found.map((partition) => Number(partition.rows));
  expect(Math.max(...rows)).toBeLessThan(0.4 * rows.reduce((a, b) => a + b));
  const places = found.flatMap((partition) => partition.ids as number[]);
  expect(places.filter((id) => Number(id) === 7)).toHaveLength(PARTS);
  expect(places.filter((id) => Number(id) !== 7)).toHaveLength(19);
});
