// The same jobs in a plain loop of one thread: `bag_plain.mjs sum` or
// `bag_plain.mjs words DIRECTORY`.
import { createReadStream, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { serve } from "./contender.mjs";

const [job, directory] = process.argv.slice(2);

const jobs = {
  async sum() {
    let sum = 0;
    for (let n = 0; n < 1_000_000; n++) {
      const mapped = 2 * n + 1;
      if (mapped % 3 === 0) sum += mapped;
    }
    return `sum ${sum}`;
  },
  async words() {
    const counts = new Map();
    for (const name of readdirSync(directory)) {
      const text = createReadStream(join(directory, name)).pipe(createGunzip());
      for await (const line of createInterface({ input: text })) {
        for (const word of line.split(" ")) counts.set(word, (counts.get(word) ?? 0) + 1);
      }
    }
    const [[word, count]] = [...counts].sort(([, a], [, b]) => b - a).slice(0, 10);
    return `${word} ${count}`;
  },
};
await serve(jobs[job]);
