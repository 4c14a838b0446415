// What does the scheduler's core cost per task, with workers that finish at once? Trees of
// additions: half roots, half with two inputs. Flat over tasks and workers is the aim; ≤ 5 µs and ≤
// 300 bytes. node --expose-gc bench/scheduler-cost.mjs [most tasks]
import { graphBelow, layersOf, outputsOf } from "../dist/graph/model/layer-graph.js";
import { random } from "../dist/index.js";
import { PROTOCOL_VERSION } from "../dist/protocol/values/ids.js";
import { createSchedulerState } from "../dist/scheduler/state/scheduler-state.js";
import { step } from "../dist/scheduler/step.js";
import { tasksFinished } from "./finished-tasks.mjs";

const tasksMax = Number(process.argv[2] ?? 1_000_000);
let seed = 0;

/**
 * A cluster whose workers finish whatever they are given at once, one message per worker and turn.
 */
function measure(tasks, workerCount, isWeighed = false) {
  const state = createSchedulerState();
  const given = new Map();
  const busy = new Set();
  let finished = false;
  const happen = (event) => {
    for (const action of step(state, event, 0)) {
      if (action.type === "continue") happen({ type: "continued" });
      if (action.type !== "send") continue;
      const { to, message } = action;
      if (message.type === "computeTasks") {
        given.get(to).push(message);
        busy.add(to);
      } else if (message.type === "graphFinished") finished = true;
      else if (message.type === "graphErred") throw new Error(message.error.message);
    }
  };
  for (let k = 0; k < workerCount; k++) {
    given.set(`w${k}`, []);
    happen({
      type: "registerWorker",
      from: `w${k}`,
      version: PROTOCOL_VERSION,
      name: `w${k}`,
      address: `inproc://w${k}`,
      threads: 1,
      memoryLimitBytes: 2 ** 40,
      pid: k,
    });
  }
  happen({ type: "registerClient", from: "client", version: PROTOCOL_VERSION, name: "client" });
  const blocks = Math.max(2, Math.round(tasks / 2));
  const array = random([blocks], { chunks: 1, seed: seed++ }).sum(null, { splitEvery: 2 });
  const graph = graphBelow([array.node]);
  const before = isWeighed ? heldBytes() : 0;
  const start = process.cpuUsage();
  happen({
    type: "submitGraph",
    from: "client",
    graph: "g",
    layers: layersOf(graph),
    outputs: outputsOf(graph),
    reportOutputs: true,
  });
  const count = state.tasks.count;
  const submitUs = usedUs(start);
  const bytes = isWeighed ? heldBytes() - before : 0;
  const restart = process.cpuUsage();
  while (!finished) {
    for (const worker of [...busy]) {
      busy.delete(worker);
      happen(tasksFinished(worker, given.get(worker).splice(0)));
    }
  }
  happen({ type: "releaseGraph", from: "client", graph: "g" });
  return { count, us: submitUs + usedUs(restart), bytes };
}

function usedUs(start) {
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

function heldBytes() {
  for (let k = 0; k < 3; k++) globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/**
 * Small graphs often enough that the clock's steps do not matter; what the harness does counts,
 * too. Bytes are weighed in a run of their own, since collecting garbage throws compiled code away.
 */
function row(tasks, workers) {
  const runs = Array.from({ length: Math.ceil(200_000 / tasks) }, () => measure(tasks, workers));
  const sum = (key) => runs.reduce((total, run) => total + run[key], 0);
  const weighed = measure(tasks, workers, true);
  const cell = (value, width, digits) => value.toFixed(digits).padStart(width);
  console.log(
    `${cell(runs[0].count, 9, 0)} ${cell(workers, 8, 0)} ${cell(sum("us") / sum("count"), 9, 2)}` +
      ` ${cell(weighed.bytes / weighed.count, 11, 0)}`,
  );
}

for (let warmUp = 0; warmUp < 20; warmUp++) measure(2_000, 2);
console.log("    tasks  workers  µs/task  bytes/task");
for (let tasks = 1_000; tasks <= tasksMax; tasks *= 10) row(tasks, 2);
for (const workers of [1, 10, 100, 1_000]) row(Math.min(100_000, tasksMax), workers);
