// Where the page's data comes from: a scheduler (a stream of changes, and requests), or a saved run
// that the page contains. Views read `source.data`, and draw again when it has changed.

import { savedStory } from "../../protocol/values/told-notes.ts";
import { noteTitles } from "./words.js";

/** Rows that the page keeps of what only grows. */
const EVENTS_MAX = 2000;
const ERRORS_MAX = 400;
const SPANS_MAX = 200_000;
const WORKER_REFRESH_MS = 1_000;
/** A stream that broke is opened again after this time, then later and later. */
const AGAIN_MS = 1_000;
const AGAIN_MS_MAX = 15_000;
/** The scheduler is lost after so many attempts; the page goes on trying. */
const ATTEMPTS_MAX = 3;
/** A scheduler that lives sends a frame within a few seconds. */
const SILENT_MS = 30_000;
/** The stream is closed with this code where too many pages are open. */
const TRY_LATER = 1_013;
/** Workers say how much of the processor they used twice a second while they have work. */
const CPU_SILENT_MS = 3_000;
const SAVED_TABLES = ["actors", "futures", "logs", "configuration"];
const SPAN_COLUMNS = [
  "kinds",
  "workers",
  "threads",
  "layers",
  "blocks",
  "startMs",
  "durationMs",
  "bytes",
  "peers",
  "weights",
  "labels",
];

function emptySpans() {
  return Object.fromEntries([...SPAN_COLUMNS.map((name) => [name, []]), ["cursor", 0]]);
}

function byId(rows) {
  return new Map(rows.map((row) => [row.id, row]));
}

class Source {
  data = {
    overview: undefined,
    epochMs: undefined,
    layers: new Map(),
    workers: new Map(),
    clients: new Map(),
    spanTotals: [],
    jobs: new Map(),
    samples: [],
    events: [],
    errors: [],
    spans: emptySpans(),
  };
  /** "live", "saved", "connecting", "full" or "lost". */
  status = "connecting";
  #listeners = new Set();

  onChange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed() {
    for (const listener of this.#listeners) listener();
  }
}

/** A run that was saved: nothing changes any more. */
export class SavedSource extends Source {
  isLive = false;

  constructor(run) {
    super();
    const { layers, workers, jobs, clients = [], spans, ...rest } = run;
    noteTitles(layers);
    Object.assign(this.data, rest, {
      clients: byId(clients),
      spans: { ...spans, labels: spans.labels ?? spans.kinds.map(() => "") },
      layers: byId(layers),
      workers: byId(workers),
      jobs: byId(jobs),
    });
    this.status = "saved";
  }

  async loadSpans() {}

  /** Blocks of a saved run are known by their spans alone. */
  async blocks(id) {
    const layer = this.data.layers.get(id);
    if (layer === undefined) return undefined;
    const count = Math.min(
      65_536,
      layer.numBlocks.reduce((product, each) => product * each, 1),
    );
    const isWhole = layer.done >= layer.total && layer.total > 0;
    const states = new Array(count).fill(isWhole ? "d" : ".");
    const { layers, blocks, kinds } = this.data.spans;
    for (let k = 0; k < layers.length; k++) {
      if (kinds[k] < 2 && layers[k] === id && blocks[k] < count)
        states[blocks[k]] = kinds[k] === 1 ? "e" : "d";
    }
    return { numBlocks: layer.numBlocks, states: states.join(""), isCut: false };
  }

  get hasStories() {
    return this.data.notes !== undefined;
  }

  async story(about) {
    return savedStory(this.data, about);
  }

  /** The tables that a scheduler is asked for, as they were when the run was saved. */
  async ask(path) {
    return SAVED_TABLES.includes(path) ? this.data[path] : undefined;
  }
}

/** A scheduler. */
export class LiveSource extends Source {
  isLive = true;
  hasStories = true;
  #loading;
  /** By worker, what it had used of the processor when that changed last. */
  #cpu = new Map();

  /** Attempts to open the stream since the last frame. */
  #attempts = 0;

  start() {
    const address = new URL("api/v1/stream", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const stream = new WebSocket(address);
    const isSilent = () => stream.close();
    let silence = setTimeout(isSilent, SILENT_MS);
    stream.onmessage = ({ data }) => {
      clearTimeout(silence);
      silence = setTimeout(isSilent, SILENT_MS);
      this.#attempts = 0;
      this.#take(JSON.parse(data));
    };
    stream.onclose = ({ code }) => {
      clearTimeout(silence);
      this.#attempts++;
      if (code === TRY_LATER) this.status = "full";
      else this.status = this.#attempts > ATTEMPTS_MAX ? "lost" : "connecting";
      this.changed();
      // Pages that lost the same scheduler do not all come back at once.
      const waitMs = Math.min(AGAIN_MS_MAX, AGAIN_MS * 2 ** (this.#attempts - 1));
      setTimeout(() => this.start(), waitMs * (0.5 + Math.random()));
    };
  }

  #take(frame) {
    const { data } = this;
    const isAll = frame.type === "all";
    data.overview = frame.overview;
    noteTitles(frame.layers);
    data.epochMs = frame.epochMs;
    for (const worker of frame.workers) worker.coresNow = this.#coresOf(worker, data.overview);
    for (const name of ["layers", "workers", "jobs"]) {
      if (isAll) data[name] = byId(frame[name]);
      else for (const row of frame[name]) data[name].set(row.id, row);
    }
    const grow = (name, max) => {
      data[name] = isAll ? frame[name] : [...data[name], ...newer(data[name], frame[name])];
      if (data[name].length > max) data[name] = data[name].slice(-max);
    };
    if (frame.clients !== undefined) {
      data.clients = byId(frame.clients);
      data.spanTotals = frame.spanTotals;
    }
    grow("samples", EVENTS_MAX);
    grow("events", EVENTS_MAX);
    grow("errors", ERRORS_MAX);
    this.status = "live";
    this.changed();
  }

  /** Cores that a worker used of late; undefined before that is known. */
  #coresOf({ id, cpuMs }, { nowMs }) {
    const last = this.#cpu.get(id);
    if (last === undefined || cpuMs < last.cpuMs) {
      this.#cpu.set(id, { cpuMs, atMs: nowMs, cores: undefined });
      return undefined;
    }
    if (cpuMs > last.cpuMs && nowMs > last.atMs) {
      const cores = (cpuMs - last.cpuMs) / (nowMs - last.atMs);
      this.#cpu.set(id, { cpuMs, atMs: nowMs, cores });
      return cores;
    }
    return nowMs - last.atMs > CPU_SILENT_MS ? 0 : last.cores;
  }

  /** Asks for spans that have come since the last time. */
  async loadSpans() {
    this.#loading ??= this.#loadSpans().finally(() => {
      this.#loading = undefined;
    });
    await this.#loading;
  }

  async #loadSpans() {
    const { spans } = this.data;
    const more = await get(`spans?since=${spans.cursor}&max=20000`);
    if (more === undefined || more.startMs.length === 0) return;
    const surplus = Math.max(0, spans.startMs.length + more.startMs.length - SPANS_MAX);
    const joined = SPAN_COLUMNS.map((name) => [
      name,
      [...spans[name].slice(surplus), ...more[name]],
    ]);
    this.data.spans = { ...Object.fromEntries(joined), cursor: more.cursor };
    this.changed();
  }

  blocks(id) {
    return get(`blocks?layer=${id}`);
  }

  /** The answer of a path of the API; undefined if there is none. */
  ask(path) {
    return get(path);
  }

  async story(about) {
    return (await get(`story?about=${encodeURIComponent(about)}`)) ?? [];
  }
}

/** A worker, which is asked for its figures once a second. */
class WorkerSource extends Source {
  isLive = true;
  isWorker = true;
  /** What `/api/v1/worker` answered last, and its memory since the page was opened. */
  figures;
  memory = [];

  start() {
    const refresh = async () => {
      const figures = await this.ask("worker");
      this.status = figures === undefined ? "lost" : "live";
      if (figures !== undefined) {
        this.figures = figures;
        this.memory.push({ atMs: performance.now(), ...figures.memory });
        if (this.memory.length > EVENTS_MAX) this.memory.shift();
      }
      this.changed();
      setTimeout(refresh, WORKER_REFRESH_MS);
    };
    void refresh();
  }

  ask(path) {
    return get(path);
  }
}

/** The answer of a path of the API; undefined if there is none. */
async function get(path) {
  try {
    const response = await fetch(`api/v1/${path}`);
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

/** Entries that are not there yet: a frame may say again what the first one said. */
function newer(known, entries) {
  const last = known.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
  return entries.filter(({ atMs }) => atMs > last);
}

/** The saved run in this page, or the scheduler or worker that serves it. */
export function openSource() {
  const saved = document.getElementById("run");
  if (saved !== null) return new SavedSource(JSON.parse(saved.textContent));
  const { subject } = document.getElementById("app").dataset;
  const source = subject === "worker" ? new WorkerSource() : new LiveSource();
  source.start();
  return source;
}
