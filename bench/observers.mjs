// What do observers cost the scheduler's core? The counters of layers and workers alone; then its
// steps with and without them, and without the notes that stories are made of, in turns. At
// 100,000 tasks a second, 1 % of the time is 0.1 µs a task. Each run of steps is a process of its
// own, since compiled code differs with what ran before.
// node bench/observers.mjs [tasks] [rounds]
import { execFileSync } from "node:child_process";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { measure } from "./scheduler-load.mjs";

const [tasks = "100000", rounds = "7", variant] = process.argv.slice(2);
const VARIANTS = { "all of it": "", "without counters": "counters", "without notes": "notes" };
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

// The scheduler is loaded once more for each variant, in which these functions do nothing.
register(
  `data:text/javascript,${encodeURIComponent(`
    const EMPTY = {
      counters: [/\\/totals\\.js/, /(function (?:addRun|addHeld|addMove|addFetch)\\([^)]*\\) \\{)/g],
      notes: [/\\/history\\.js/, /( #note\\([^)]*\\) \\{)/g],
    };
    export async function resolve(specifier, context, next) {
      const found = await next(specifier, context);
      const variant = /\\?without=(\\w+)$/.exec(context.parentURL ?? "")?.[0];
      const isCore = variant !== undefined && found.url.includes("/dist/scheduler/");
      return isCore ? { ...found, url: found.url + variant } : found;
    }
    export async function load(url, context, next) {
      const loaded = await next(url, context);
      const [file, bodies] = EMPTY[/\\?without=(\\w+)$/.exec(url)?.[1]] ?? [];
      if (file === undefined || !file.test(url)) return loaded;
      const text = String(loaded.source);
      const source = text.replace(bodies, "$1 return;");
      if (source === text) throw new Error("nothing was left out of " + url);
      return { ...loaded, source };
    }
  `)}`,
  import.meta.url,
);

/** The median of some runs of one variant, in µs a task. */
async function measureVariant() {
  const query = variant === "" ? "" : `?without=${variant}`;
  const [{ step }, { createSchedulerState }] = await Promise.all([
    import(`../dist/scheduler/step.js${query}`),
    import(`../dist/scheduler/state/scheduler-state.js${query}`),
  ]);
  const runs = Array.from({ length: 9 }, () => {
    const { us, count } = measure(Number(tasks), 10, { step, createSchedulerState });
    return us / count;
  });
  return median(runs.slice(2));
}

/** The counters of one task, over layers that are visited in turns, in ns. */
async function measureCounters() {
  const totals = await import("../dist/scheduler/state/observed/totals.js");
  const { addHeld, addMove, addFetch, addRun, noLayerTotals, noWorkerTotals } = totals;
  const layers = Array.from({ length: 100 }, noLayerTotals);
  const workers = Array.from({ length: 10 }, noWorkerTotals);
  const count = 2_000_000;
  const runs = Array.from({ length: 7 }, () => {
    const startMs = performance.now();
    for (let k = 0; k < count; k++) {
      const [layer, worker] = [layers[k % 100], workers[k % 10]];
      addRun(layer, worker, 1, k & 63, k & 1_023, 800);
      addHeld(layer, k % 10, 800);
      addMove(layer, 800);
      addFetch(worker, 800, 1);
      addHeld(layer, k % 10, -800);
    }
    return (1e6 * (performance.now() - startMs)) / count;
  });
  return median(runs);
}

if (variant !== undefined) console.log(await measureVariant());
else {
  const ns = await measureCounters();
  console.log(`counters alone: ${ns.toFixed(0)} ns a task, ${(ns / 100).toFixed(2)} % of the time`);
  const times = Object.fromEntries(Object.keys(VARIANTS).map((name) => [name, []]));
  const self = fileURLToPath(import.meta.url);
  for (let round = 0; round < Number(rounds); round++) {
    for (const [name, what] of Object.entries(VARIANTS)) {
      const text = execFileSync(process.execPath, [self, tasks, "1", what], { encoding: "utf8" });
      times[name].push(Number(text));
    }
  }
  const whole = times["all of it"];
  console.log("variant             µs/task   its share at 100,000 tasks a second");
  for (const [name, each] of Object.entries(times)) {
    const lessUs = median(each.map((us, round) => whole[round] - us));
    const share = name === "all of it" ? "" : `${(10 * lessUs).toFixed(1)} %`;
    console.log(`${name.padEnd(18)} ${median(each).toFixed(2).padStart(8)}   ${share}`);
  }
}
