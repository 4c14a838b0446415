// Which steps of the scheduler's core take longest while very large jobs are taken in, run, watched
// and given up? Others wait for as long. No sockets: events go in one by one, and each step is
// timed. node bench/steps.mjs [blocks along each of two axes] [blocks along one axis]
import { graphBelow, layersOf, outputsOf } from "../dist/graph/model/layer-graph.js";
import { ones, random } from "../dist/index.js";
import { decodeMessages, encodeMessages } from "../dist/protocol/frames/frames.js";
import { TO_SCHEDULER } from "../dist/protocol/messages/messages.js";
import { PROTOCOL_VERSION } from "../dist/protocol/values/ids.js";
import { createSchedulerState } from "../dist/scheduler/state/scheduler-state.js";
import { step } from "../dist/scheduler/step.js";
import { tasksFinished } from "./finished-tasks.mjs";

const side = Number(process.argv[2] ?? 1_000);
const wide = Number(process.argv[3] ?? 1_000_000);
const LONG_MS = Number(process.env.LONG_MS ?? 10);

class Core {
  state = createSchedulerState({ jobTasksMax: 5e7 });
  steps = new Map();
  given = new Map();
  busy = new Set();
  pending = [];
  finished = new Set();
  nowMs = 0;
  phase = "";
  #tickedMs = 0;

  constructor(workers) {
    for (let k = 0; k < workers; k++) {
      this.given.set(`w${k}`, []);
      const place = { name: `w${k}`, address: `inproc://w${k}`, pid: k, threads: 1 };
      this.#join({ type: "registerWorker", from: `w${k}`, memoryLimitBytes: 2 ** 40, ...place });
    }
    this.#join({ type: "registerClient", from: "client", name: "client" });
  }

  #join(event) {
    this.happen({ ...event, version: PROTOCOL_VERSION });
  }

  happen(event) {
    const startMs = performance.now();
    const usage = process.cpuUsage();
    const actions = step(this.state, event, this.nowMs);
    const used = process.cpuUsage(usage);
    // Others may have had the processor meanwhile.
    const tookMs = Math.min(performance.now() - startMs, (used.user + used.system) / 1000);
    this.nowMs += tookMs;
    this.#note(event.type, tookMs);
    for (const action of actions) {
      if (action.type === "continue") this.pending.push({ type: "continued" });
      if (action.type !== "send") continue;
      const { to, message } = action;
      if (message.type === "computeTasks") {
        this.given.get(to).push(message);
        this.busy.add(to);
      } else if (message.type === "graphFinished") this.finished.add(message.graph);
      else if (message.type === "graphErred") {
        console.log(`    ${message.error.message.slice(0, 150)}`);
        this.finished.add(message.graph);
      }
    }
    if (this.nowMs - this.#tickedMs > 100) {
      this.#tickedMs = this.nowMs;
      this.happen({ type: "ticked" });
    }
  }

  #note(type, tookMs) {
    const times = this.steps.get(`${this.phase}: ${type}`) ?? [];
    this.steps.set(`${this.phase}: ${type}`, times);
    times.push(tookMs);
  }

  settle() {
    for (let event = this.pending.shift(); event !== undefined; event = this.pending.shift()) {
      this.happen(event);
    }
  }

  submit(name, array) {
    const graph = graphBelow([array.node]);
    const [layers, outputs] = [layersOf(graph), outputsOf(graph)];
    const message = { type: "submitGraph", graph: name, layers, outputs, reportOutputs: true };
    const frames = encodeMessages([message]);
    const startMs = performance.now();
    const [submit] = decodeMessages(frames, TO_SCHEDULER);
    this.#note("read", performance.now() - startMs);
    this.happen({ ...submit, from: "client" });
    this.settle();
  }

  /** Workers finish whatever they are given at once. */
  work(turns) {
    for (let turn = 0; turn < turns && this.busy.size > 0; turn++) {
      for (const worker of [...this.busy]) {
        this.busy.delete(worker);
        this.happen(tasksFinished(worker, this.given.get(worker).splice(0)));
        this.settle();
      }
    }
  }

  print() {
    for (const [name, times] of this.steps) {
      times.sort((a, b) => b - a);
      if (times[0] < LONG_MS) continue;
      const longest = times
        .slice(0, 6)
        .map((ms) => ms.toFixed(1))
        .join(", ");
      console.log(`  ${name}: ${times.length} steps, longest ${longest} ms`);
    }
    console.log(
      `  longest of all: ${Math.max(...[...this.steps.values()].map((t) => t[0])).toFixed(1)} ms`,
    );
  }
}

function measure(name, make) {
  const core = new Core(4);
  globalThis.gc?.();
  console.log(name);
  core.phase = "taken in";
  core.submit("g", make());
  console.log(`    ${core.state.tasks.count} tasks`);
  core.phase = "run";
  core.work(20_000);
  core.phase = "again";
  core.submit("h", make());
  core.work(2_000);
  core.phase = "given up";
  core.happen({ type: "releaseGraph", from: "client", graph: "g" });
  core.settle();
  core.happen({ type: "releaseGraph", from: "client", graph: "h" });
  core.settle();
  core.print();
}

const cases = {
  sum: () => ones([side, side], { chunks: 1 }).sum(),
  outputs: () => random([side, side], { chunks: 1, seed: 1 }),
  symmetric: () => {
    const x = random([side, side], { chunks: 1, seed: 1 });
    return x.add(x.transpose()).mean();
  },
  rechunk: () => random([wide], { chunks: 2, seed: 1 }).rechunk(3).sum(),
  axis: () => ones([wide], { chunks: 1 }).sum(),
  slices: () => ones([wide], { chunks: 1 }).slice({ start: 1 }).add(1).sum(),
  product: () => {
    const n = Math.round(side / 5);
    const x = random([n, n], { chunks: 1, seed: 1 });
    return x
      .slice([0, Math.min(20, n - 1)])
      .matmul(x)
      .sum();
  },
};
for (const name of (process.env.CASES ?? Object.keys(cases).join()).split(","))
  measure(name, cases[name]);
