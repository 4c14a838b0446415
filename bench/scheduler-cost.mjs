// What does the scheduler's core cost per task, with workers that finish at once? Trees of
// additions: half roots, half with two inputs. Flat over tasks and workers is the aim; ≤ 5 µs and ≤
// 300 bytes. node --expose-gc bench/scheduler-cost.mjs [most tasks]
import { createSchedulerState } from "../dist/scheduler/state/scheduler-state.js";
import { step } from "../dist/scheduler/step.js";
import { measure } from "./scheduler-load.mjs";

const tasksMax = Number(process.argv[2] ?? 1_000_000);
const core = { createSchedulerState, step };

/**
 * Small graphs often enough that the clock's steps do not matter; what the harness does counts,
 * too. Bytes are weighed in a run of their own, since collecting garbage throws compiled code away.
 */
function row(tasks, workers) {
  const runs = Array.from({ length: Math.ceil(200_000 / tasks) }, () =>
    measure(tasks, workers, core),
  );
  const sum = (key) => runs.reduce((total, run) => total + run[key], 0);
  const weighed = measure(tasks, workers, core, true);
  const cell = (value, width, digits) => value.toFixed(digits).padStart(width);
  console.log(
    `${cell(runs[0].count, 9, 0)} ${cell(workers, 8, 0)} ${cell(sum("us") / sum("count"), 9, 2)}` +
      ` ${cell(weighed.bytes / weighed.count, 11, 0)}`,
  );
}

for (let warmUp = 0; warmUp < 20; warmUp++) measure(2_000, 2, core);
console.log("    tasks  workers  µs/task  bytes/task");
for (let tasks = 1_000; tasks <= tasksMax; tasks *= 10) row(tasks, 2);
for (const workers of [1, 10, 100, 1_000]) row(Math.min(100_000, tasksMax), workers);
