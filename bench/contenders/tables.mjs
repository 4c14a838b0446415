// A job of tables on this process's threads: `tables.mjs FOLDER group|join|sort`.
import { join } from "node:path";
import { readCsv, readParquet } from "tilework";
import { serve } from "./contender.mjs";

const [folder, what] = process.argv.slice(2);
const jobs = {
  async group() {
    const table = await readCsv(join(folder, "rows.csv"), { quote: "" });
    return `${(await table.groupBy("category").count().collect()).length} groups`;
  },
  async join() {
    const rows = await readParquet(join(folder, "rows.parquet"));
    const keys = await readParquet(join(folder, "keys.parquet"));
    return `${await rows.join(keys, { on: "key" }).count()} rows`;
  },
  async sort() {
    const rows = await readParquet(join(folder, "rows.parquet"));
    const sorted = await rows.select("key", "price").sort("price").persist();
    const count = await sorted.count();
    sorted.release();
    return `${count} rows`;
  },
};
await serve(jobs[what]);
