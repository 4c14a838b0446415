// Keeps a run as a file while it goes on: what was observed so far, for `tilework observe`, also
// after the scheduler was killed. The file is replaced as a whole, so that it is always complete.
import { writeFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { ClusterError } from "../base/errors.js";
import { reasonOf } from "../base/reason.js";
import type { LogRow } from "../protocol/values/listed-rows.js";
import { observationOf } from "../scheduler/inspect/observe-run.js";
import { within } from "../system/time-limit.js";
import { allLogs } from "./views/listings.js";
import type { WatchedScheduler } from "./views/watched-scheduler.js";

const LOOK_MS = 250;
/** While jobs run, it is written this often, and less often where that takes long. */
const RUNNING_MS = 2_000;
/** Workers report twice a second: after this time, the last reports of a job are there. */
const REPORTED_MS = 750;
/** The same of workers that are held up. */
const LATE_MS = 5_000;
/** Logs of workers that answer later are not waited for. */
const LOGS_MS = 750;
/** Making the text takes no more than this part of the scheduler's time. */
const COST_SHARE = 0.02;
const SPANS_MAX = 100_000;

/** What is written where. */
export interface RunFileStart {
  readonly scheduler: WatchedScheduler;
  readonly file: string;
  /** Says that it could not be written. */
  readonly note: (text: string) => void;
}

/** Writes one run. */
export class RunFile {
  readonly #start: RunFileStart;
  readonly #timer: NodeJS.Timeout;
  /** What was done at the last look, and since when. */
  #done = -1;
  #changedMs = 0;
  #writtenMs = Number.NEGATIVE_INFINITY;
  #costMs = 0;
  #logs: readonly LogRow[] = [];
  #writing: Promise<void> | undefined;
  #hasFailed = false;

  /** @throws ClusterError `cluster.start` when the file cannot be written */
  constructor(start: RunFileStart) {
    this.#start = start;
    checkWritable(start.file);
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Writes it once more, and ends. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    await this.#write(false);
  }

  #look(): void {
    const { state } = this.#start.scheduler;
    const nowMs = performance.now();
    const done = doneBy(this.#start.scheduler);
    if (done !== this.#done) {
      this.#done = done;
      this.#changedMs = nowMs;
    }
    if (this.#writing !== undefined) return;
    const isOver = state.openGraphs.isEmpty;
    if (!this.#isDue(nowMs, isOver)) return;
    this.#writing = this.#write(isOver).finally(() => {
      this.#writing = undefined;
    });
  }

  /** While jobs run, from time to time; after the last, when its workers have reported. */
  #isDue(nowMs: number, isOver: boolean): boolean {
    const [changedMs, writtenMs] = [this.#changedMs, this.#writtenMs];
    if (!isOver) return nowMs - writtenMs >= Math.max(RUNNING_MS, this.#costMs / COST_SHARE);
    return [REPORTED_MS, LATE_MS].some((ms) => {
      const dueMs = changedMs + ms;
      return writtenMs < dueMs && nowMs >= dueMs;
    });
  }

  async #write(withLogs: boolean): Promise<void> {
    const { scheduler, file, note } = this.#start;
    if (withLogs) this.#logs = (await within(LOGS_MS, allLogs(scheduler))) ?? this.#logs;
    const startMs = performance.now();
    const run = observationOf(scheduler.state, { spansMax: SPANS_MAX, withNotes: true });
    const text = JSON.stringify({ ...run, logs: this.#logs });
    this.#writtenMs = performance.now();
    this.#costMs = this.#writtenMs - startMs;
    try {
      await writeFile(`${file}.part`, text);
      await rename(`${file}.part`, file);
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) note(`cannot write the run to ${file}: ${reasonOf(error)}`);
      this.#hasFailed = true;
    }
  }
}

function checkWritable(file: string): void {
  try {
    writeFileSync(`${file}.part`, "");
  } catch (error) {
    const text = `the run file ${file} cannot be written: ${reasonOf(error)}`;
    throw new ClusterError("start", text, { file }, error);
  }
}

/** A number that differs when jobs or tasks have come or ended, or something has happened. */
function doneBy({ state: { observer } }: WatchedScheduler): number {
  return observer.jobs.size + observer.events.length + observer.done;
}
