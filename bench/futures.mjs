// What does a call cost that goes through two workers, by the way it is written and by how many are
// under way, and what beside Dask distributed and Ray, where Python has them? Run after
// `npm run build`: node bench/futures.mjs [rounds] [case ...]
import { fileURLToPath } from "node:url";
import { pythonWith, pythonWithDask } from "./python.mjs";
import { median, start } from "./side-by-side.mjs";

const [rounds = "5", ...chosen] = process.argv.slice(2);
const contender = (file) => fileURLToPath(new URL(`contenders/${file}`, import.meta.url));

/**
 * Others take so long for more calls that their rounds would leave nothing of the machine's drift
 * in common.
 */
const BESIDE_MAX = 1_000;
/** Rounds of more calls than these are half as many. */
const MANY = 10_000;

/** How many calls of each case; what the cases are, the contenders say. */
const COUNTS = {
  map: [1_000, 10_000, 100_000],
  independent: [100, 1_000, 10_000, 100_000],
  "on one": [100, 1_000, 10_000, 100_000],
  "on a map's": [100, 1_000, 10_000, 100_000],
  "on a submit's": [100, 1_000, 10_000, 100_000],
  inline: [1_000, 10_000],
  capturing: [1_000, 10_000],
  chain: [1_000],
  "chain, awaited": [1_000],
  tree: [512, 4_096, 16_384],
  "of 50 clients": [10_000],
};

const running = [];
for (const [name, command, file] of [
  ["tilework", process.execPath, "futures.mjs"],
  ["Dask", pythonWithDask(), "futures_dask.py"],
  ["Ray", pythonWith("ray"), "futures_ray.py"],
]) {
  const started = await start({ name, command, args: [contender(file)] });
  if (started === undefined) console.log(`(${name}: not available here, left out)`);
  else running.push(started);
}

/** Seconds of each contender that has the case, one list for each. */
async function measured(line, count) {
  const taking = count <= BESIDE_MAX ? running : running.slice(0, 1);
  const seconds = taking.map(() => []);
  const times = count > MANY ? Math.ceil(Number(rounds) / 2) : Number(rounds);
  for (let round = 0; round <= times; round++) {
    for (const [k, one] of taking.entries()) {
      const { seconds: took } = await one.run(line);
      // The first round is the warm-up.
      if (round > 0 && typeof took === "number") seconds[k].push(took);
    }
  }
  return seconds;
}

const column = (text, width) => String(text).padStart(width);
const others = running.slice(1).map(({ name }) => name);
console.log(
  `${"".padEnd(16)}${column("calls", 8)}${column("best ms", 10)}${column("median ms", 11)}` +
    `${column("calls/s", 10)}${others.map((name) => column(`× ${name}`, 9)).join("")}`,
);
for (const [name, counts] of Object.entries(COUNTS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  for (const count of counts) {
    const [own, ...rest] = await measured(`${name}/${count}`, count);
    const ratios = others.map((_, k) => {
      const other = rest[k] ?? [];
      return column(other.length === 0 ? "" : (median(own) / median(other)).toFixed(2), 9);
    });
    console.log(
      `${name.padEnd(16)}${column(count, 8)}${column((1000 * Math.min(...own)).toFixed(1), 10)}` +
        `${column((1000 * median(own)).toFixed(1), 11)}` +
        `${column(Math.round(count / median(own)), 10)}${ratios.join("")}`,
    );
  }
}
for (const one of running) await one.stop();
