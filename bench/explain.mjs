// How long does explain() take that measures nothing, in the first call of a process and in the
// second? Aim: 100 ms. node bench/explain.mjs

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROUNDS = 5;
/** Blocks of `(x + xᵀ).mean()` along each axis. */
const SIDES = [4, 10, 14, 40, 100, 1_000];

const [, , side] = process.argv;
if (side === undefined) compare();
else await explainHere(Number(side));

/** Prints the times of two calls in this process. */
async function explainHere(count) {
  const { random } = await import("tilework");
  const x = random([count * 1_000, count * 1_000], { chunks: 1_000, seed: 1 });
  const mean = x.add(x.T).mean();
  const times = [];
  let text = "";
  for (let call = 0; call < 2; call++) {
    const start = performance.now();
    text = mean.explain();
    times.push(performance.now() - start);
  }
  const [, built, run] = text.match(/and ([\d,]+) tasks as built.* ([\d,]+) tasks to run/);
  console.log(JSON.stringify({ times, built, run }));
}

/** Processes of each size by turns, so that a busy moment meets all of them. */
function compare() {
  const runs = SIDES.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    SIDES.forEach((count, at) => {
      const out = execFileSync(process.execPath, [fileURLToPath(import.meta.url), `${count}`]);
      runs[at].push(JSON.parse(out));
    });
  }
  console.log("tasks as built  to run    first call  second call");
  for (const rounds of runs) {
    const [{ built, run }] = rounds;
    const median = (call) =>
      rounds
        .map(({ times }) => times[call])
        .toSorted((a, b) => a - b)
        [ROUNDS >> 1].toFixed(0);
    console.log(
      `${built.padStart(14)}  ${run.padStart(7)}  ${median(0).padStart(7)} ms  ${median(1).padStart(8)} ms`,
    );
  }
}
