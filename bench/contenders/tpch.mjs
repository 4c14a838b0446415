// A query of TPC-H through sql on this process's threads: `tpch.mjs FOLDER NUMBER`.
import { join } from "node:path";
import { readParquet, sql } from "tilework";
import { serve } from "./contender.mjs";
import { TABLES, tpchQuery } from "./tpch-questions.mjs";

const [folder, number] = process.argv.slice(2);
const text = await tpchQuery(Number(number));
await serve(async () => {
  const read = TABLES.map(async (name) => [
    name,
    await readParquet(join(folder, `${name}.parquet`)),
  ]);
  const table = await sql(text, Object.fromEntries(await Promise.all(read)));
  return `${(await table.collect()).length} rows`;
});
