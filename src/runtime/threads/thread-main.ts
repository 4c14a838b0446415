// The script of an executor thread: runs the tasks of each batch in order and reports their ends,
// many at a time when they are short, at once when they are long.
import { MessageChannel, parentPort, workerData } from "node:worker_threads";
import { assert, defined } from "../../base/assert.js";
import { Host, installHost } from "../../base/host.js";
import { portTransport } from "../../comm/message-port/port-transport.js";
import { withinTrace } from "../../context/open-telemetry-api.js";
import { setTaskContext } from "../../context/task-context.js";
import { ENGINE_ROOM } from "../../engine/engine-room.js";
import { closeConnections, countConnections } from "../../engine/open-connections.js";
import { NATIVE_CODECS } from "../../formats/zarr/native-codecs.js";
import { FUNCTION_SHIPPER } from "../../functions/shipped-function.js";
import { blockIndexOf } from "../../graph/model/chunks.js";
import { taskKey } from "../../graph/model/naming.js";
import { SYSTEM_BLAS } from "../../kernels/linalg/products/linalg-backend.js";
import { TILE_MEMORIES, TileMemories } from "../../kernels/tiles/tile-memory.js";
import { NPM } from "../../shipping/modules/installed-packages.js";
import { preloadModule } from "../../shipping/modules/load-modules.js";
import { nodeShipper } from "../../shipping/ship-function.js";
import { bufferAtPlace } from "../../system/address-space.js";
import { collectGarbage, collectSoon } from "../../system/garbage-collection.js";
import { runNpm } from "../host/run-npm.js";
import { findSystemBlas } from "../host/system-blas.js";
import { findSystemCodecs } from "../host/system-codecs.js";
import {
  type BufferPlace,
  LayerRunner,
  type OperandForm,
  type OperandPlace,
  type Room,
} from "../tasks/layer-runner.js";
import { currentTask, type RunningTask, runAs } from "../tasks/running-task.js";
import { TaskConsole } from "../tasks/task-console.js";
import { ThreadSpans } from "../tasks/thread-spans.js";
import { asError, asOutput, DONE, type Outcome, Report } from "./task-outcomes.js";
import {
  after,
  BEGUN,
  CONNECTED,
  ENDED,
  type Forget,
  type FromThread,
  NO_BUFFER,
  type PlugThread,
  type RunTasks,
  TaskReader,
  type ThreadBuffer,
  type ThreadStart,
  type ToThread,
} from "./thread-messages.js";
import { ThreadPlugins } from "./thread-plugins.js";
import { SuspendedTasks } from "./thread-suspensions.js";

/** The longest delay of the report of an ended task in a batch. */
const REPORT_INTERVAL_MS = 1;

assert(parentPort !== null, "thread-main.js is the script of a thread and was run as a program");
const port = parentPort;
const { progress, preload, worker, schedulerAddress, engine } = workerData as ThreadStart;
const layers = new Map<number, LayerRunner>();
const buffers = new Map<number, ArrayBufferLike>();
const suspended = new SuspendedTasks(send);
const plugins = new ThreadPlugins(worker, (text) => send({ type: "warning", text }));

const spans = new ThreadSpans((taken) => port.postMessage({ type: "spans", spans: taken }));

/** Whether the thread is ending: its tasks, which fail for that, are as if they ran until then. */
let isLeaving = false;

countConnections((count) => {
  Atomics.store(progress, CONNECTED, count);
  Atomics.notify(progress, CONNECTED);
});

function send(message: FromThread): void {
  if (isLeaving) return;
  // Their tasks are known until then.
  if (message.type === "ended" || message.type === "endedLate") spans.flush();
  port.postMessage(message);
}

/** The position of the last task that began. */
let latest = -1;

/** The position of the task that runs, or of the last that ran. */
const taskNow = () => currentTask()?.sequence ?? latest;

const taskConsole = new TaskConsole((printed) =>
  send({ type: "printed", task: taskNow(), ...printed }),
);
taskConsole.takeOver(console);
const tileMemories = new TileMemories();
installHost(
  (engine === undefined ? new Host() : new Host().with(ENGINE_ROOM, engine))
    .with(FUNCTION_SHIPPER, nodeShipper)
    .with(NPM, runNpm)
    .with(SYSTEM_BLAS, {
      load: () => findSystemBlas((text) => send({ type: "warning", text }))?.blas,
    })
    .with(NATIVE_CODECS, findSystemCodecs)
    .with(TILE_MEMORIES, tileMemories),
);

setTaskContext({
  address: schedulerAddress,
  worker,
  transport: portTransport(
    () => {
      const { port1, port2 } = new MessageChannel();
      port.postMessage({ type: "line", port: port1 } satisfies FromThread, [port1]);
      return port2;
    },
    () => currentTask()?.sequence,
  ),
  beginWait: (giveUp) => currentTask()?.beginWait(giveUp),
  currentTask: () => currentTask()?.sequence,
  atEnd: (action) => currentTask()?.atEnd(action),
  refersTo: (actor) => {
    const task = currentTask()?.sequence;
    if (task !== undefined) send({ type: "refers", task, actor });
  },
  owes: (promise) => currentTask()?.owe(promise),
  noteSpan: (name, startMs, durationMs) => spans.add(taskNow(), name, startMs, durationMs),
  collect: collectSoon,
});

function readPlace(reader: TaskReader): OperandPlace {
  const number = reader.next();
  const isCut = number < 0;
  const buffer = defined(buffers.get(isCut ? ~number : number), "buffer on an executor thread");
  return { buffer, byteOffset: reader.nextOffset(), isCut };
}

/** The place of the result, or room for it; neither if the task allocates its own memory. */
function readOutput(reader: TaskReader): { readonly output?: BufferPlace; readonly room?: Room } {
  const number = reader.next();
  const byteOffset = reader.nextOffset();
  const bytes = reader.nextOffset();
  if (number === NO_BUFFER) return {};
  const buffer = defined(buffers.get(number), "buffer on an executor thread");
  return bytes === 0 ? { output: { buffer, byteOffset } } : { room: { buffer, byteOffset, bytes } };
}

function readForm(reader: TaskReader): OperandForm {
  const start = reader.next();
  const shape = Array.from({ length: reader.next() }, () => reader.next());
  return { start, shape };
}

/** Runs the next task. */
function runNext(reader: TaskReader, task: RunningTask): Outcome | Promise<Outcome> {
  const runner = defined(layers.get(reader.next()), "layer on an executor thread");
  const block = reader.next();
  const { traceparent } = runner.layer;
  if (traceparent === undefined) return runWatched(runner, block, reader, task);
  return withinTrace(traceparent, () => runWatched(runner, block, reader, task));
}

/** Runs a task that plugins may watch. */
function runWatched(
  runner: LayerRunner,
  block: number,
  reader: TaskReader,
  task: RunningTask,
): Outcome | Promise<Outcome> {
  if (!plugins.isWatching) return runBlock(runner, block, reader, task);
  const { name, chunks } = runner.layer;
  const key = taskKey(name, blockIndexOf(chunks, block));
  return plugins.watch(key, () => runBlock(runner, block, reader, task));
}

/** Runs the task whose operands come next. */
function runBlock(
  runner: LayerRunner,
  block: number,
  reader: TaskReader,
  task: RunningTask,
): Outcome | Promise<Outcome> {
  const { output, room } = readOutput(reader);
  const count = reader.next();
  const places = new Array<OperandPlace>(count < 0 ? ~count : count);
  for (let i = 0; i < places.length; i++) places[i] = readPlace(reader);
  const operands = count < 0 ? { places, forms: places.map(() => readForm(reader)) } : { places };
  try {
    if (output === undefined) {
      // Users' functions may submit calls, and wait for them.
      const made = runAs(task, () => runner.runDynamic(block, operands, room));
      return made instanceof Promise ? made.then(asOutput, asError) : asOutput(made);
    }
    const waiting = runner.run(block, operands, output);
    return waiting === undefined ? DONE : waiting.then(() => DONE, asError);
  } catch (error) {
    return asError(error);
  }
}

function bufferOf(place: ThreadBuffer["buffer"]): ArrayBufferLike {
  if ("address" in place) return bufferAtPlace(place);
  if (!("memory" in place)) return place;
  tileMemories.share(place);
  // Kernels identify memory by its buffer: one that was sent separately would be another object.
  return place.memory.buffer;
}

async function run(message: RunTasks): Promise<void> {
  for (const id of message.forgottenLayers) layers.delete(id);
  for (const { id, layer, inputs } of message.layers)
    layers.set(id, new LayerRunner(layer, inputs));
  for (const { id, buffer } of message.buffers) buffers.set(id, bufferOf(buffer));
  const reader = new TaskReader(message.tasks);
  const report = new Report(send);
  let startMs = performance.now();
  let reportMs = startMs + REPORT_INTERVAL_MS;
  for (let position = message.first; !reader.isAtEnd; position = after(position)) {
    if (!suspended.isQuiet) {
      report.send();
      await suspended.whenQuiet();
      startMs = performance.now();
    }
    // The main thread may have taken back this task and all after it.
    if (Atomics.compareExchange(progress, BEGUN, position, after(position)) !== position) break;
    latest = position;
    const task = suspended.begin(position, startMs);
    taskConsole.begin();
    const outcome = runNext(reader, task);
    // Nearly all tasks end in the call: only those that wait for files, servers or futures are
    // waited for.
    const ended = outcome instanceof Promise ? await suspended.follow(task, outcome) : outcome;
    if (isLeaving) return await new Promise(() => {});
    taskConsole.end();
    Atomics.store(progress, ENDED, after(position));
    const endMs = performance.now();
    if (ended === undefined) {
      report.send();
      suspended.detach(task, outcome as Promise<Outcome>);
    } else report.add(task.end(endMs), ended);
    if (endMs >= reportMs || reader.isAtEnd) {
      report.send();
      reportMs = endMs + REPORT_INTERVAL_MS;
    }
    startMs = endMs;
  }
  report.send();
}

function forget(message: Forget): void {
  for (const id of message.layers) layers.delete(id);
  for (const id of message.buffers) buffers.delete(id);
  if (message.collect) collectGarbage();
}

async function plug({ number, name, plugin }: PlugThread): Promise<void> {
  const error = await plugins.plug(name, plugin);
  send({ type: "plugged", number, ...(error === undefined ? {} : { error }) });
}

/** Messages that came while a task was waited for. */
const inbox: (RunTasks | Forget | PlugThread)[] = [];
let isBusy = false;

/** Handles messages one after the other. */
async function handleMessages(): Promise<void> {
  isBusy = true;
  for (let message = inbox.shift(); message !== undefined; message = inbox.shift()) {
    if (message.type === "run") await run(message);
    else if (message.type === "plug") await plug(message);
    else forget(message);
  }
  isBusy = false;
}

port.on("message", (message: ToThread) => {
  if (message.type === "giveUp") {
    suspended.giveUp(message);
    return;
  }
  if (message.type === "leave") {
    isLeaving = true;
    void closeConnections().then(() => process.exit());
    return;
  }
  inbox.push(message);
  if (!isBusy) void handleMessages();
});
await Promise.all(preload.map(preloadModule));
send({ type: "ready" });
