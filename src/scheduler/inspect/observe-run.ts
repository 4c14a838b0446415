// The scheduler's observations, as plain data. Totals are read as they are; how many tasks of each
// layer wait, run and are in memory is counted here, on request, in one pass over the tasks.
import { formatDuration } from "../../base/units.js";
import type { LayerName } from "../../graph/model/layer.js";
import { taskKey } from "../../graph/model/naming.js";
import type { ObserveRun } from "../../protocol/messages/messages.js";
import {
  OBSERVATION_FORMAT,
  OBSERVATION_VERSION,
  type Observation,
  type ObservedCounts,
  type ObservedJob,
  type ObservedLayer,
  type ObservedOverview,
  type ObservedWorker,
} from "../../protocol/values/observation.js";
import { notesToSave } from "../../protocol/values/told-notes.js";
import { sendToClient } from "../accounts/client-reports.js";
import { decideUnschedulable } from "../policy/unschedulable.js";
import { type JobRow, type LayerRow, readJob } from "../state/observed/observer.js";
import type { ClientRecord, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { ERRED, FORGOTTEN, MEMORY, PROCESSING, RELEASED, WAITING } from "../state/task-status.js";
import { observedSpans } from "./observed-spans.js";
import { runningStragglers } from "./running-stragglers.js";
import { toldNotes } from "./story.js";
import { actorRows, futureRows, settingRows } from "./table-rows.js";

/** The most reasons for waiting. */
const WAITS_MAX = 5;

/** A client wants all that has been observed. */
export function observeRun(
  state: SchedulerState,
  client: ClientRecord,
  { request, ...wanted }: ObserveRun,
): void {
  sendToClient(state, client, {
    type: "runObserved",
    request,
    json: JSON.stringify(observationOf(state, wanted)),
  });
}

/** All that has been observed, as plain data. */
export function observationOf(
  state: SchedulerState,
  { spansMax, spansFrom = 0, withNotes = false }: Omit<ObserveRun, "type" | "request">,
): Observation {
  const { observer } = state;
  const { epochMs } = observer;
  const { layers, tasks } = observedLayers(state);
  return {
    format: OBSERVATION_FORMAT,
    version: OBSERVATION_VERSION,
    ...(epochMs === undefined ? {} : { epochMs }),
    overview: overviewOf(state, tasks),
    jobs: observedJobs(state),
    layers,
    workers: observedWorkers(state),
    samples: observer.samples.all(),
    spans: observedSpans(state, spansFrom, spansMax),
    events: observer.events,
    errors: observer.errors,
    clients: Array.from(observer.clients.values(), ({ id, name }) => ({ id, name })),
    spanTotals: observer.spanTotals.all(),
    ...(withNotes ? savedParts(state) : {}),
  };
}

/** What saved runs have besides. */
function savedParts(state: SchedulerState) {
  return {
    notes: notesToSave(toldNotes(state)),
    actors: actorRows(state),
    futures: futureRows(state),
    configuration: settingRows(state.options),
  };
}

/** Live tasks by state. */
interface LiveCounts {
  known: number;
  waiting: number;
  ready: number;
  running: number;
  inMemory: number;
}

/**
 * Says which layers are shown, by the number of the row and a stamp that differs when a row does.
 */
export type LayerFilter = (row: number, stamp: number) => boolean;

/** The layers that are listed, in order, and the counts of all tasks. */
export function observedLayers(
  state: SchedulerState,
  isShown: LayerFilter = () => true,
): {
  readonly layers: ObservedLayer[];
  readonly tasks: ObservedCounts;
} {
  const { observer } = state;
  const countsByRow = countByRow(state);
  const rows = [...observer.layers.values()].sort((a, b) => a.row - b.row);
  const rowByName = new Map(rows.map(({ name, row }) => [name, row]));
  const tasks = noCounts(state);
  const layers: ObservedLayer[] = [];
  for (const row of rows) {
    const counts = countsByRow.get(row.row) ?? noLiveCounts();
    addCounts(tasks, row, counts);
    if (isShown(row.row, stampOf(row, counts))) layers.push(layerOf(state, row, counts, rowByName));
  }
  return { layers, tasks };
}

type Counts = { -readonly [K in keyof ObservedCounts]: number };

function noCounts({ observer }: SchedulerState): Counts {
  const { tasks, done, failed } = observer.otherLayers;
  const none = { waiting: 0, ready: 0, running: 0, inMemory: 0 };
  return { total: tasks, ...none, done, failed, forgotten: tasks };
}

function addCounts(sum: Counts, { totals }: LayerRow, counts: LiveCounts): void {
  sum.total += totals.tasks;
  sum.done += totals.done;
  sum.failed += totals.failed;
  sum.waiting += counts.waiting;
  sum.ready += counts.ready;
  sum.running += counts.running;
  sum.inMemory += counts.inMemory;
  sum.forgotten += Math.max(0, totals.tasks - counts.known);
}

/** Factors that differ keep two changes from cancelling each other out. */
function stampOf({ totals, live }: LayerRow, counts: LiveCounts): number {
  const { tasks, done, failed, moves, heldBytes } = totals;
  const { known, waiting, ready, running, inMemory } = counts;
  const states = 3 * known + 5 * waiting + 7 * ready + 11 * running + 13 * inMemory;
  return states + 17 * tasks + 19 * done + 23 * failed + 29 * moves + 31 * live + heldBytes / 1_024;
}

function countByRow(state: SchedulerState): Map<number, LiveCounts> {
  const { tasks, observer } = state;
  const byRow = new Map<number, LiveCounts>();
  let layer = -1;
  let counts: LiveCounts = noLiveCounts();
  for (let slot = 0; slot < tasks.slotCount; slot++) {
    const status = tasks.status[slot] as number;
    if (status === FORGOTTEN) continue;
    // Tasks of one layer mostly stand side by side.
    if (tasks.layer[slot] !== layer) {
      layer = tasks.layer[slot] as number;
      const row = observer.rowOfLayer.get(layer) ?? -1;
      counts = byRow.get(row) ?? noLiveCounts();
      byRow.set(row, counts);
    }
    counts.known++;
    if (status === WAITING) counts.waiting++;
    else if (status === PROCESSING) counts.running++;
    else if (status === MEMORY) counts.inMemory++;
    else if (status !== RELEASED && status !== ERRED) counts.ready++;
  }
  return byRow;
}

function noLiveCounts(): LiveCounts {
  return { known: 0, waiting: 0, ready: 0, running: 0, inMemory: 0 };
}

function layerOf(
  state: SchedulerState,
  { row, name, kind, numBlocks, inputs, firstMs, totals, live }: LayerRow,
  counts: LiveCounts,
  rowByName: ReadonlyMap<LayerName, number>,
): ObservedLayer {
  const { tasks: total, done, failed, busyMs, durations, lastMs } = totals;
  const { madeBytes, heldBytes, peakHeldBytes, moves, movedBytes } = totals;
  const { known, waiting, ready, running, inMemory } = counts;
  // One literal: parts that are spread take several times as long, for each of thousands of layers.
  return {
    id: row,
    name,
    title: titleOf(name),
    kind,
    numBlocks,
    isLive: live > 0,
    inputs: inputs.flatMap((input) => rowByName.get(input) ?? []),
    waiting,
    ready,
    running,
    inMemory,
    total,
    done,
    failed,
    busyMs,
    firstMs,
    lastMs,
    forgotten: Math.max(0, total - known),
    longestMs: Math.max(0, totals.longestMs),
    longestKey: longestKey(state, name, totals.longestLayer, totals.longestBlock, numBlocks),
    durations: durations === undefined ? [] : [...durations],
    madeBytes,
    heldBytes,
    peakHeldBytes,
    moves,
    movedBytes,
  };
}

/** The key of a layer's task; empty where there is none. Calls of one function are many layers. */
function longestKey(
  state: SchedulerState,
  name: LayerName,
  layer: number,
  block: number,
  numBlocks: readonly number[],
): string {
  if (block < 0) return "";
  const named = state.layers.get(layer)?.layer.name ?? name;
  return taskKey(named, indexOf(block, numBlocks));
}

/** Where a block is along each axis. */
function indexOf(block: number, numBlocks: readonly number[]): number[] {
  let rest = block;
  return numBlocks.reduceRight<number[]>((index, count) => {
    index.unshift(rest % Math.max(1, count));
    rest = Math.floor(rest / Math.max(1, count));
    return index;
  }, []);
}

/** The readable part of a name. */
function titleOf(name: string): string {
  return name.replace(/-[0-9a-f]{8,}$/, "");
}

/** The whole cluster in a few figures. */
export function overviewOf(state: SchedulerState, tasks: ObservedCounts): ObservedOverview {
  const { observer, workers, nowMs, options } = state;
  const all = [...workers.values(), ...observer.goneWorkers.map(({ worker }) => worker)];
  const { busyMs, stolen, fetchedBytes } = observer.otherWorkers;
  const sum = { busyMs, stolen, movedBytes: fetchedBytes, spilledBytesTotal: 0 };
  for (const { totals, vitals } of all) {
    sum.busyMs += totals.busyMs;
    sum.stolen += totals.stolen;
    sum.movedBytes += totals.fetchedBytes;
    sum.spilledBytesTotal += vitals.spilledBytesTotal;
  }
  return {
    scheduler: options.schedulerName,
    startedMs: observer.startedMs,
    nowMs,
    tasks,
    graphs: state.graphs.size,
    clients: state.clients.size,
    ...sum,
    steps: observer.steps,
    stepMs: observer.stepMs,
    waitsFor: waitsOf(state),
  };
}

/** The first questions of people when nothing progresses, or something fails. */
function waitsOf(state: SchedulerState): string[] {
  const waits = new Set<string>();
  for (const graph of state.openGraphs) {
    const unschedulable = decideUnschedulable(state, graph);
    if (unschedulable === undefined) continue;
    waits.add(
      unschedulable.waitingFor === undefined
        ? "a worker: none is here"
        : `${unschedulable.waitingFor}: no worker is one`,
    );
    if (waits.size === WAITS_MAX) break;
  }
  for (const { name, vitals, memoryLimitBytes, totals } of state.workers.values()) {
    if (waits.size === WAITS_MAX) break;
    if (vitals.processBytes > 0.8 * memoryLimitBytes) {
      waits.add(`memory of ${name}: it begins no new work above 80 %`);
    } else if (vitals.spilledBytes > 0 && totals.diskWaitMs > totals.busyMs / 10) {
      waits.add(`the disk of ${name}, which holds what its memory cannot`);
    }
  }
  for (const { key, worker, runMs, meanMs } of runningStragglers(state)) {
    if (waits.size >= WAITS_MAX) break;
    const mean = `${formatDuration(meanMs)} on average`;
    waits.add(
      `${key} on ${worker}: it runs for ${formatDuration(runMs)}, its layer's take ${mean}`,
    );
  }
  return [...waits];
}

/** Jobs, the latest last. */
export function observedJobs({ observer }: SchedulerState): ObservedJob[] {
  return [...observer.jobs.values()].map((job: JobRow) => {
    if (job.graph !== undefined && job.state === "running") readJob(job, job.graph);
    const { graph: _graph, endedMs, predicted, ...shown } = job;
    const isRunning = job.state === "running";
    const most = isRunning ? Math.max(job.peakWorkerBytes, observer.mostHeldBytes) : undefined;
    return {
      ...shown,
      ...(most === undefined ? {} : { peakWorkerBytes: most }),
      ...(endedMs < 0 ? {} : { endedMs }),
      ...(predicted === undefined
        ? {}
        : { predictedPeakBytes: predicted.peakBytes, predictedFor: predicted.cluster }),
    };
  });
}

/** Workers, those that are gone first. */
export function observedWorkers(state: SchedulerState): ObservedWorker[] {
  const gone = state.observer.goneWorkers.map(({ worker, goneMs, reason }) => ({
    ...workerOf(worker),
    ...{ processing: 0, executing: 0, heldBytes: 0, managedBytes: 0, processBytes: 0 },
    goneMs,
    goneReason: reason,
  }));
  return [...gone, ...[...state.workers.values()].map(workerOf)];
}

function workerOf(worker: WorkerRecord): ObservedWorker {
  const { id, name, address, host = "", pid, threads, memoryLimitBytes, joinedMs, seenMs } = worker;
  const { isRetiring, totals, vitals, heldBytes, peakHeldBytes } = worker;
  const { transferWaitMs, diskWaitMs, busyMs } = totals;
  const lifeMs = (seenMs - joinedMs) * threads;
  return {
    ...{ id, name, address, host, pid, threads, memoryLimitBytes, joinedMs, seenMs, isRetiring },
    processing: worker.processing.count,
    ...totals,
    idleMs: Math.max(0, lifeMs - busyMs - transferWaitMs - diskWaitMs),
    ...vitals,
    ...{ heldBytes, peakHeldBytes },
  };
}
