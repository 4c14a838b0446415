// Which steps of the scheduler's core take longest while very large jobs are taken in, run, watched
// and given up? Others wait for as long: what do trips of another client take, who asks for one
// call after another while such a job is taken in or given up? Each word of theirs comes just after
// a step has begun. No sockets: events go in one by one, and each step is timed by the processor
// time of its thread: other processes, and threads of V8 that collect garbage and compile, may have
// the processor meanwhile. Needs Linux.
// node bench/steps.mjs [blocks along each of two axes] [blocks along one axis]
import koffi from "koffi";
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

const getTime = koffi.load("libc.so.6").func("clock_gettime", "int", ["int", "void *"]);
const CLOCK_THREAD_CPUTIME_ID = 3;
const timespec = new BigInt64Array(2);

/** Processor time of this thread so far. */
function ownMs() {
  getTime(CLOCK_THREAD_CPUTIME_ID, timespec);
  return Number(timespec[0]) * 1e3 + Number(timespec[1]) / 1e6;
}

class Core {
  state = createSchedulerState({ jobTasksMax: 5e7 });
  steps = new Map();
  given = new Map();
  busy = new Set();
  pending = [];
  finished = new Set();
  /** Processor time so far. */
  nowMs = 0;
  phase = "";
  /** The call of another client that is under way. */
  #trip;
  #tripCount = 0;
  #tickedMs = 0;

  constructor(workers) {
    for (let k = 0; k < workers; k++) {
      this.given.set(`w${k}`, []);
      const place = { name: `w${k}`, address: `inproc://w${k}`, pid: k, threads: 1 };
      this.#join({ type: "registerWorker", from: `w${k}`, memoryLimitBytes: 2 ** 40, ...place });
    }
    for (const name of ["client", "other"])
      this.#join({ type: "registerClient", from: name, name });
  }

  #join(event) {
    this.happen({ ...event, version: PROTOCOL_VERSION });
  }

  happen(event) {
    const startMs = ownMs();
    const actions = step(this.state, event, this.nowMs);
    const tookMs = ownMs() - startMs;
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
      this.#trip ??= { startedMs: this.nowMs };
      this.happen(event);
      this.#goOnTrip(this.#trip);
    }
  }

  /** What came from the other client, or from the worker that has its call, while a step lasted. */
  #goOnTrip(trip) {
    if (trip.graph === undefined) {
      trip.graph = `trip-${this.#tripCount++}`;
      const value = random([1], { chunks: 1, seed: this.#tripCount });
      trip.layer = value.node.layer.name;
      this.happen({ ...submission(trip.graph, value), from: "other" });
      return;
    }
    for (const [worker, messages] of this.given) {
      const own = messages.filter(({ tasks }) => tasks.some((task) => this.#isOf(trip, task)));
      if (own.length === 0) continue;
      this.given.set(
        worker,
        messages.filter((message) => !own.includes(message)),
      );
      this.happen(tasksFinished(worker, own));
    }
    if (!this.finished.has(trip.graph)) return;
    this.#note("trip of another", this.nowMs - trip.startedMs);
    this.#endTrip();
  }

  #isOf(trip, task) {
    const { tasks, layers } = this.state;
    return layers.get(tasks.layer[tasks.slotOf(task)])?.layer.name === trip.layer;
  }

  #endTrip() {
    if (this.#trip?.graph !== undefined) {
      this.happen({ type: "releaseGraph", from: "other", graph: this.#trip.graph });
    }
    this.#trip = undefined;
  }

  submit(name, array) {
    const frames = encodeMessages([submission(name, array)]);
    const startMs = ownMs();
    const [submit] = decodeMessages(frames, TO_SCHEDULER);
    this.#note("read", ownMs() - startMs);
    this.happen({ ...submit, from: "client" });
    this.settle();
  }

  /** Workers finish whatever they are given at once. */
  work(turns) {
    // Workers are busy from here on.
    this.#endTrip();
    for (let turn = 0; turn < turns && this.busy.size > 0; turn++) {
      for (const worker of [...this.busy]) {
        this.busy.delete(worker);
        this.happen(tasksFinished(worker, this.given.get(worker).splice(0)));
        for (let next = this.pending.shift(); next !== undefined; next = this.pending.shift()) {
          this.happen(next);
        }
      }
    }
  }

  print() {
    for (const [name, times] of this.steps) {
      times.sort((a, b) => b - a);
      if (times[0] < LONG_MS && !name.endsWith("trip of another")) continue;
      const longest = times
        .slice(0, 6)
        .map((ms) => ms.toFixed(1))
        .join(", ");
      console.log(`  ${name}: ${times.length}, longest ${longest} ms`);
    }
    const steps = [...this.steps].filter(([name]) => !name.endsWith("trip of another"));
    const longest = Math.max(...steps.map(([, times]) => times[0]));
    console.log(`  longest step of all: ${longest.toFixed(1)} ms`);
  }
}

function submission(graph, array) {
  const of = graphBelow([array.node]);
  const [layers, outputs] = [layersOf(of), outputsOf(of)];
  return { type: "submitGraph", graph, layers, outputs, reportOutputs: true };
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
