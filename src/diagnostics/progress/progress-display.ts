// Progress of jobs for people: live bars in a terminal, otherwise a line now and then.
import { createRequire } from "node:module";
import type { MultiBar as MultiBarClass, Options, SingleBar } from "cli-progress";
import type { LayerProgress } from "../../graph/ports/executor.js";
import type { RunningJob } from "../../graph/ports/running-jobs.js";
import { JobProgress, wordOf } from "./job-progress.js";

/** Where progress is shown: a stream such as `process.stderr`, or anything that takes text. */
export interface DisplayStream {
  write(text: string): unknown;
  /** Whether it is a terminal, which shows bars in place of lines. */
  readonly isTTY?: boolean;
  /** The width of the terminal in characters. */
  readonly columns?: number;
}

/** How one job is shown. */
interface JobView {
  show(): void;
  /** Shows it for the last time. */
  end(): void;
}

/** Bars of layers beside the one of the whole job. */
const LAYER_BARS_MAX = 8;
const BAR_COLUMNS = 30;
const NAME_COLUMNS = 20;
const FRAMES_PER_SEC = 10;

/** How long lines are apart, where the job is slow. */
const LINE_INTERVAL_MS = 10_000;

/**
 * Shows a job on a stream until it ends.
 *
 * @param minimumMs jobs that end sooner are not shown
 */
export function showJob(job: RunningJob, stream: DisplayStream, minimumMs = 0): void {
  const progress = new JobProgress(job.name, performance.now());
  let view: JobView | undefined;
  const shown = (): JobView | undefined => {
    if (progress.elapsedMs(performance.now()) < minimumMs) return view;
    view ??= stream.isTTY === true ? new Bars(progress, stream) : new Lines(progress, stream);
    return view;
  };
  job.follow({
    reported: (report) => {
      progress.take(report, performance.now());
      shown()?.show();
    },
    ended: (error) => {
      progress.end(error);
      shown()?.end();
    },
  });
}

/** The bars of one terminal: jobs that run at the same time are below each other. */
interface Terminal {
  readonly bars: MultiBarClass;
  jobs: number;
  drawnMs: number;
}

const terminals = new WeakMap<DisplayStream, Terminal>();

function terminalOf(stream: DisplayStream): Terminal {
  const known = terminals.get(stream);
  if (known !== undefined) return known;
  // Loaded by the first bar.
  const { MultiBar } = createRequire(import.meta.url)("cli-progress") as {
    readonly MultiBar: new (options: Options) => MultiBarClass;
  };
  const bars = new MultiBar({
    // Of a stream, cli-progress takes its text and width.
    stream: stream as NodeJS.WritableStream,
    format: "  {name} [{bar}] {percentage}%  {words}",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: BAR_COLUMNS,
    fps: FRAMES_PER_SEC,
    // A program that is ended in between leaves the terminal as it was, and is not ended by this
    // library.
    hideCursor: false,
    linewrap: true,
    gracefulExit: false,
  });
  const terminal = { bars, jobs: 0, drawnMs: 0 };
  terminals.set(stream, terminal);
  return terminal;
}

class Bars implements JobView {
  readonly #progress: JobProgress;
  readonly #stream: DisplayStream;
  readonly #terminal: Terminal;
  readonly #whole: SingleBar;
  readonly #layers: SingleBar[] = [];

  constructor(progress: JobProgress, stream: DisplayStream) {
    this.#progress = progress;
    this.#stream = stream;
    this.#terminal = terminalOf(stream);
    this.#terminal.jobs++;
    this.#whole = this.#bar(progress.name);
  }

  show(): void {
    this.#update();
    // The library draws by a timer, which does not come while one thread computes all.
    const nowMs = performance.now();
    if (nowMs - this.#terminal.drawnMs < 1000 / FRAMES_PER_SEC) return;
    this.#terminal.drawnMs = nowMs;
    this.#terminal.bars.update();
  }

  end(): void {
    this.#update();
    if (--this.#terminal.jobs > 0) return;
    terminals.delete(this.#stream);
    this.#terminal.bars.stop();
  }

  #update(): void {
    const layers = shownLayers(this.#progress.layers);
    while (this.#layers.length < layers.length) this.#layers.push(this.#bar(""));
    for (const [row, { name, done, total }] of layers.entries()) {
      set(this.#layers[row] as SingleBar, done, total, {
        name: nameText(`  ${wordOf(name)}`),
        words: `${done} of ${total}`,
      });
    }
    const { done, total } = this.#progress.shares;
    set(this.#whole, done, total, {
      name: nameText(this.#progress.name),
      words: this.#progress.words(performance.now()),
    });
  }

  #bar(name: string): SingleBar {
    return this.#terminal.bars.create(1, 0, { name: nameText(name), words: "" });
  }
}

function set(bar: SingleBar, done: number, total: number, payload: object): void {
  bar.setTotal(Math.max(total, 1));
  bar.update(done, payload);
}

function nameText(name: string): string {
  const cut = name.length > NAME_COLUMNS ? `${name.slice(0, NAME_COLUMNS - 1)}…` : name;
  return cut.padEnd(NAME_COLUMNS);
}

/**
 * As many as have bars: where there are more, those that are not done, and of the others the last.
 */
export function shownLayers(layers: readonly LayerProgress[]): readonly LayerProgress[] {
  if (layers.length <= LAYER_BARS_MAX) return layers;
  const open = layers.filter(({ done, total }) => done < total).slice(0, LAYER_BARS_MAX);
  const done = layers.filter((layer) => layer.done >= layer.total);
  const last = done.slice(Math.max(0, done.length - (LAYER_BARS_MAX - open.length)));
  return [...(open.length === LAYER_BARS_MAX ? [] : last), ...open];
}

/** Writes a line for each tenth of the job, each ten seconds, and while no worker is there. */
class Lines implements JobView {
  readonly #progress: JobProgress;
  readonly #stream: DisplayStream;
  #tenth = -1;
  #writtenMs = Number.NEGATIVE_INFINITY;

  constructor(progress: JobProgress, stream: DisplayStream) {
    this.#progress = progress;
    this.#stream = stream;
  }

  show(): void {
    const { waitingForWorkersMs } = this.#progress.report;
    const { done, total } = this.#progress.shares;
    const nowMs = performance.now();
    const tenth = Math.floor((10 * done) / total);
    const isDue = tenth > this.#tenth || nowMs - this.#writtenMs >= LINE_INTERVAL_MS;
    // The last line comes with the end.
    if (tenth === 10 || (!isDue && waitingForWorkersMs === 0)) return;
    this.#tenth = tenth;
    const layers = this.#progress.currentLayers.slice(0, 4).join(", ");
    this.#write(tenth * 10, nowMs, layers === "" ? "" : `, now ${layers}`);
  }

  end(): void {
    const { done, total } = this.#progress.shares;
    this.#write(Math.floor((100 * done) / total), performance.now(), "");
  }

  #write(percent: number, nowMs: number, more: string): void {
    this.#writtenMs = nowMs;
    const { name } = this.#progress;
    this.#stream.write(`  ${name}  ${percent} %  ${this.#progress.words(nowMs)}${more}\n`);
  }
}
