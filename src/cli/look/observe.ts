// `tilework observe`: questions about a run, answered for people or, with --json, for programs. The
// run is that of a scheduler that is asked, or one that `client.observe({ file })` has saved.
import { readFileSync } from "node:fs";
import { ArgumentError } from "../../base/errors.js";
import { formatBytes, formatCount, formatDuration } from "../../base/units.js";
import { SPANS_MAX } from "../../client/admin/observe-options.js";
import { wholeRun } from "../../client/admin/observed-run.js";
import { Client } from "../../client/client.js";
import { savedPage } from "../../dashboard/http/static-page.js";
import {
  criticalPathAnswer,
  layersAnswer,
  memoryAnswer,
  overviewAnswer,
  spansAnswer,
  stragglersAnswer,
  taskAnswer,
  timelineAnswer,
  transfersAnswer,
  workersAnswer,
} from "../../diagnostics/observed/answers.js";
import { OBSERVATION_FORMAT, type Observation } from "../../protocol/values/observation.js";
import { savedStory } from "../../protocol/values/told-notes.js";
import { EXIT_CLEAN } from "../process/exit-codes.js";
import { textTable } from "../process/text-table.js";
import type { ObserveCommand } from "./observe-commands.js";

/** Options of `tilework observe`. */
export interface ObserveCommandOptions {
  readonly json: boolean;
  /** The stretch of `timeline`, in milliseconds since the start of the run. */
  readonly start?: number;
  readonly duration?: number;
  readonly timeout: number;
  readonly security?: string;
}

/** A question about a run. */
interface Asked {
  readonly run: Observation;
  /** A task's key. */
  readonly about: string;
  readonly story: readonly string[];
  readonly options: ObserveCommandOptions;
}

/** An answer for programs, and the same for people. */
interface Answer {
  readonly data: unknown;
  readonly lines: readonly string[];
}

/** Rows that people are shown. */
const ROWS_MAX = 40;

/** Answers one question. */
export async function runObserve(
  command: ObserveCommand,
  source: string,
  about: string | undefined,
  options: ObserveCommandOptions,
): Promise<number> {
  const key = command === "task" ? about : undefined;
  const { run, story } = await readRun(source, key, command === "page", options);
  const { data, lines } = ANSWERS[command]({ run, about: about ?? "", story, options });
  const text = options.json ? JSON.stringify(data) : lines.join("\n");
  process.stdout.write(`${text}\n`);
  return EXIT_CLEAN;
}

/**
 * The run of a file, or of the scheduler at an address.
 *
 * @param about the task whose story is wanted
 * @param isSaved whether it has all that saved runs have
 */
async function readRun(
  source: string,
  about: string | undefined,
  isSaved: boolean,
  { timeout, security }: ObserveCommandOptions,
): Promise<{ run: Observation; story: readonly string[] }> {
  if (!source.includes("://")) {
    const run = savedRun(source);
    return { run, story: about === undefined ? [] : savedStory(run, about) };
  }
  const client = await Client.connect(source, {
    ...{ current: false, name: "observe", timeoutMs: timeout },
    ...(security === undefined ? {} : { security }),
  });
  try {
    const story = about === undefined ? [] : await client.story(about);
    if (!isSaved) return { run: await client.observe(), story };
    return { run: await wholeRun(client, { spansMax: SPANS_MAX, withNotes: true }), story };
  } finally {
    await client.close();
  }
}

function savedRun(file: string): Observation {
  const text = savedText(file);
  let run: Partial<Observation> | undefined;
  try {
    run = JSON.parse(text) as Partial<Observation>;
  } catch {
    run = undefined;
  }
  if (run?.format === OBSERVATION_FORMAT) return run as Observation;
  throw new ArgumentError(
    "value",
    `${file} is no saved run: expected a file that client.observe({ file }) has written`,
    { file },
  );
}

/** What the system refuses, such as a folder without permission, keeps the system's words. */
function savedText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EISDIR") return "";
    if (code !== "ENOENT") throw error;
    throw new ArgumentError(
      "value",
      `there is no file ${file}: expected a saved run, or an address such as tcp://127.0.0.1:8786`,
      { file },
    );
  }
}

const ANSWERS: Readonly<Record<ObserveCommand, (asked: Asked) => Answer>> = {
  overview({ run }) {
    const data = overviewAnswer(run);
    const whole = data.computingMs + data.transferWaitMs + data.diskWaitMs + data.idleMs;
    const share = (ms: number) => (whole > 0 ? `${Math.round((100 * ms) / whole)} %` : "–");
    const lines = [
      `${formatDuration(data.runMs)}, ${formatCount(data.workers, "worker")}, ${formatCount(data.threads, "thread")}`,
      `${data.tasksDone} of ${formatCount(data.tasksTotal, "task")} done, ${data.tasksFailed} failed`,
      `moved ${formatBytes(data.movedBytes)}, spilled ${formatBytes(data.spilledBytes)}, at most ${formatBytes(data.peakProcessBytes)} in one process`,
      `computing ${share(data.computingMs)}, waiting for transfers ${share(data.transferWaitMs)}, for the disk ${share(data.diskWaitMs)}, idle ${share(data.idleMs)}`,
      `clients took ${formatDuration(data.clientMs)} to optimise, send and gather`,
      `the scheduler took ${formatDuration(data.schedulerMs)} for ${formatCount(data.steps, "step")}`,
      `bottleneck: ${data.bottleneck}`,
      ...data.waitsFor.map((wait) => `waits for ${wait}`),
    ];
    return { data, lines };
  },
  layers({ run }) {
    const data = layersAnswer(run);
    const rows = data.map((layer) => [
      layer.title,
      `${layer.done}/${layer.total}`,
      `${layer.failed}`,
      formatDuration(layer.busyMs),
      formatDuration(layer.done > 0 ? layer.busyMs / layer.done : 0),
      formatDuration(layer.longestMs),
      formatBytes(layer.madeBytes),
      formatBytes(layer.peakHeldBytes),
      formatBytes(layer.movedBytes),
    ]);
    const titles = ["layer", "done", "failed", "time", "mean", "longest", "made", "peak", "moved"];
    return { data, lines: shown(titles, rows) };
  },
  workers({ run }) {
    const data = workersAnswer(run);
    const rows = data.map((worker) => [
      worker.name,
      worker.goneReason === undefined ? "here" : `gone: ${worker.goneReason}`,
      `${worker.threads}`,
      `${worker.done}`,
      formatDuration(worker.busyMs),
      formatDuration(worker.transferWaitMs + worker.diskWaitMs),
      formatDuration(worker.idleMs),
      formatBytes(worker.peakProcessBytes),
      formatBytes(worker.spilledBytesTotal),
      formatBytes(worker.fetchedBytes),
      `${worker.stolen}`,
    ]);
    const titles = ["worker", "state", "threads", "done", "computing", "waiting", "idle"];
    return { data, lines: shown([...titles, "peak", "spilled", "fetched", "stolen"], rows) };
  },
  timeline({ run, options }) {
    const { start, duration } = options;
    const data = timelineAnswer(run, {
      ...(start === undefined ? {} : { startMs: start }),
      ...(duration === undefined ? {} : { durationMs: duration }),
    });
    const rows = data.map(
      ({ startMs, durationMs, worker, thread, kind, key, name, from, bytes }) => [
        formatDuration(startMs),
        formatDuration(durationMs),
        thread < 0 ? worker : `${worker} #${thread}`,
        kind,
        name !== "" ? name : from === "" ? key : `from ${from} for ${key}`,
        formatBytes(bytes),
      ],
    );
    return { data, lines: shown(["start", "took", "where", "kind", "what", "bytes"], rows) };
  },
  transfers({ run }) {
    const data = transfersAnswer(run);
    const rows = data.map((row) => [
      row.from,
      row.to,
      `${row.transfers}`,
      formatBytes(row.bytes),
      formatDuration(row.queuedMs),
      formatDuration(row.senderQueuedMs),
      formatDuration(row.wireMs),
      `${formatBytes(row.bytesPerSecond)}/s`,
    ]);
    const titles = ["from", "to", "transfers", "bytes", "in its queue", "in the sender's"];
    return { data, lines: shown([...titles, "on the wire", "rate"], rows) };
  },
  memory({ run }) {
    const data = memoryAnswer(run);
    const workers = data.workers.map((worker) => [
      worker.name,
      formatBytes(worker.peakProcessBytes),
      formatBytes(worker.limitBytes),
      formatBytes(worker.peakManagedBytes),
      formatBytes(worker.spilledBytes),
    ]);
    const layers = data.layers.map(({ title, peakBytes, heldBytes }) => [
      title,
      formatBytes(peakBytes),
      formatBytes(heldBytes),
    ]);
    const jobs = data.jobs.map(({ title, peakBytes, predictedBytes, predictedFor = "" }) => [
      title,
      formatBytes(peakBytes),
      predictedBytes === undefined ? "–" : formatBytes(predictedBytes),
      predictedFor,
    ]);
    const lines = [
      ...shown(["worker", "peak", "limit", "values", "spilled"], workers),
      "",
      ...shown(["layer", "peak", "now"], layers),
      "",
      ...shown(["job", "most on one worker", "predicted", "for"], jobs),
    ];
    return { data, lines };
  },
  stragglers({ run }) {
    const data = stragglersAnswer(run);
    const rows = data.map(({ longestKey, longestMs, meanMs, ratio }) => [
      longestKey,
      formatDuration(longestMs),
      formatDuration(meanMs),
      `${ratio.toFixed(1)}×`,
    ]);
    return { data, lines: shown(["task", "took", "mean of its layer", "ratio"], rows) };
  },
  "critical-path"({ run }) {
    const data = criticalPathAnswer(run);
    const rows = data.map(({ title, firstMs, lastMs, busyMs, tasks }) => [
      title,
      formatDuration(firstMs),
      formatDuration(lastMs),
      formatDuration(busyMs),
      `${tasks}`,
    ]);
    return { data, lines: shown(["layer", "submitted", "ended", "time", "tasks"], rows) };
  },
  spans({ run }) {
    const data = spansAnswer(run);
    const rows = data.map(({ kind, name, count, totalMs, longestMs }) => [
      kind === "client" ? `client: ${name}` : name,
      `${count}`,
      formatDuration(totalMs),
      formatDuration(totalMs / Math.max(1, count)),
      formatDuration(longestMs),
    ]);
    return { data, lines: shown(["span", "times", "time", "mean", "longest"], rows) };
  },
  task({ run, about, story }) {
    const data = taskAnswer(run, about, story);
    const spans = data.spans.map((span) => {
      const { kind, worker, thread, startMs, durationMs, from, bytes } = span;
      const place = thread < 0 ? worker : `${worker} #${thread}`;
      const origin = from === "" ? "" : ` of ${formatBytes(bytes)} from ${from}`;
      return `${kind}${origin} on ${place}, ${formatDuration(startMs)} after the start, for ${formatDuration(durationMs)}`;
    });
    const phases = data.phases.map(({ phase, totalMs }) => `${phase} ${formatDuration(totalMs)}`);
    const lines = [
      ...(data.inputs.length > 0 ? [`it reads ${data.inputs.join(", ")}`] : []),
      ...data.story,
      ...spans,
      ...(phases.length > 0 ? [`by phase: ${phases.join(", ")}`] : []),
    ];
    if (lines.length > 0) return { data, lines };
    throw new ArgumentError(
      "value",
      `nothing is known of the task ${about}: expected a key such as timeline and stragglers list`,
      { about },
    );
  },
  events({ run }) {
    const { events, overview } = run;
    const lines = events.map(
      ({ atMs, level, text }) => `${formatDuration(atMs - overview.startedMs)}  ${level}  ${text}`,
    );
    return { data: events, lines };
  },
  errors({ run }) {
    const lines = run.errors.flatMap(({ key, worker, message, stack }) => [
      `${key} on ${worker}: ${message}`,
      ...(stack === "" ? [] : [stack, ""]),
    ]);
    return { data: run.errors, lines: lines.length > 0 ? lines : ["no task has failed"] };
  },
  page: ({ run }) => ({ data: run, lines: [savedPage(run)] }),
};

function shown(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const text = textTable([titles, ...rows.slice(0, ROWS_MAX)]).trimEnd();
  const rest = rows.length - ROWS_MAX;
  return rest > 0 ? [text, `and ${rest} more: --json has all`] : [text];
}
