// The scheduler's core under load, without I/O: trees of additions whose workers finish at once.
// Half of the tasks are roots, half have two inputs.
import { graphBelow, layersOf, outputsOf } from "../dist/graph/model/layer-graph.js";
import { random } from "../dist/index.js";
import { PROTOCOL_VERSION } from "../dist/protocol/values/ids.js";
import { tasksFinished } from "./finished-tasks.mjs";

let seed = 0;

/**
 * A cluster whose workers finish whatever they are given at once, one message per worker and turn.
 *
 * @param core the scheduler's `step` and `createSchedulerState`
 */
export function measure(tasks, workerCount, core, isWeighed = false) {
  const state = core.createSchedulerState();
  const given = new Map();
  const busy = new Set();
  let finished = false;
  const happen = (event) => {
    for (const action of core.step(state, event, 0)) {
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
