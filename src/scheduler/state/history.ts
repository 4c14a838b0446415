// Recent events of tasks and workers: a ring of notes in columns of numbers, with almost no cost
// and a fixed size. story.ts puts them in words.
import type { LayerId, WorkerId } from "../../protocol/values/ids.js";
import { MEMORY, PROCESSING } from "./task-status.js";

/** Notes that are kept: the latest ones. */
const NOTES = 2 ** 16;
/**
 * Layer, block, worker, event with cause, ticks: side by side, so that a note touches one place.
 */
const FIELDS = 5;
type Fields = readonly [number, number, number, number, number];
const TICKS_PER_MS = 10;
/** Layers and workers that are gone and whose names are kept. */
const NAMES = 1_000;

/**
 * Events of a worker's life and of moves that are noted, besides the edges of a task's state
 * machine.
 */
export const MOMENTS = ["joined", "gone", "asked", "refused", "pipelined", "takenBack"] as const;

/** One of {@link MOMENTS}. */
export type Moment = (typeof MOMENTS)[number];

/** Moments follow the edges, of which there are 8 × 8. */
const FIRST_MOMENT = 64;

/** One note, read back. */
export interface Note {
  readonly atMs: number;
  /** The layer's number and the block; -1 where the note is about a worker only. */
  readonly layer: LayerId;
  readonly block: number;
  readonly worker: WorkerId;
  /** The event that the scheduler was handling. */
  readonly cause: string;
  /** States before and after, or the moment. */
  readonly what: { readonly from: number; readonly to: number } | Moment;
}

/** The name and shape of a layer that is gone. */
export interface LayerTitle {
  readonly name: string;
  /** Blocks along each axis. */
  readonly numBlocks: readonly number[];
}

/** The latest notes. */
export class History {
  readonly goneLayers = new Map<LayerId, LayerTitle>();
  readonly goneWorkers = new Map<WorkerId, string>();
  /** The worker whose message is being handled, or that it is about; -1 for none. */
  speaker: WorkerId = -1;
  readonly #notes = new Int32Array(NOTES * FIELDS);
  readonly #causes = new Map<string, number>();
  #causeNow = 0;
  #nowTicks = 0;
  #count = 0;

  /** The scheduler begins to handle an event. */
  begin(cause: string, nowMs: number): void {
    let number = this.#causes.get(cause);
    if (number === undefined) {
      number = this.#causes.size;
      this.#causes.set(cause, number);
    }
    this.#causeNow = number;
    this.#nowTicks = ticksOf(nowMs);
    this.speaker = -1;
  }

  /** A task takes an edge; `worker` is the one that has it, or -1. */
  noteEdge(layer: LayerId, block: number, worker: WorkerId, from: number, to: number): void {
    // An edge without a worker is the speaker's if it ends a run or stores a result.
    const isSpeakers = worker < 0 && (from === PROCESSING || to === MEMORY);
    this.#note(layer, block, isSpeakers ? this.speaker : worker, from * 8 + to);
  }

  /** Notes another event of a worker, with one of its tasks if it is about one. */
  noteMoment(moment: Moment, worker: WorkerId, layer: LayerId = -1, block = -1): void {
    this.#note(layer, block, worker, FIRST_MOMENT + MOMENTS.indexOf(moment));
  }

  #note(layer: LayerId, block: number, worker: WorkerId, what: number): void {
    const notes = this.#notes;
    const at = (this.#count++ & (NOTES - 1)) * FIELDS;
    notes[at] = layer;
    notes[at + 1] = block;
    notes[at + 2] = worker;
    notes[at + 3] = what | (this.#causeNow << 8);
    notes[at + 4] = this.#nowTicks;
  }

  /** Keeps the name of a layer that is dropped. */
  keepLayer(layer: LayerId, title: LayerTitle): void {
    keep(this.goneLayers, layer, title);
  }

  /** Keeps the name of a worker that is gone. */
  keepWorker(worker: WorkerId, name: string): void {
    keep(this.goneWorkers, worker, name);
  }

  /** How many notes were made so far. */
  get count(): number {
    return this.#count;
  }

  /** When a task took its latest edge to a state; undefined where that is not noted any more. */
  latestEdgeMs(layer: LayerId, block: number, to: number, nowMs: number): number | undefined {
    const notes = this.#notes;
    for (let k = this.#count - 1; k >= Math.max(0, this.#count - NOTES); k--) {
      const at = (k & (NOTES - 1)) * FIELDS;
      if (notes[at] !== layer || notes[at + 1] !== block) continue;
      const what = (notes[at + 3] as number) & 0xff;
      if (what < FIRST_MOMENT && (what & 7) === to) return timeOf(notes[at + 4] as number, nowMs);
    }
    return undefined;
  }

  /** All notes, oldest first, from the one of that number on. */
  *notes(nowMs: number, from = 0): Generator<Note> {
    const causes = [...this.#causes.keys()];
    for (let k = Math.max(from, this.#count - NOTES); k < this.#count; k++) {
      const at = (k & (NOTES - 1)) * FIELDS;
      const [layer, block, worker, packed, ticks] = this.#notes.subarray(
        at,
        at + FIELDS,
      ) as unknown as Fields;
      const what = packed & 0xff;
      yield {
        atMs: timeOf(ticks, nowMs),
        layer,
        block,
        worker,
        cause: causes[packed >> 8] ?? "",
        what: MOMENTS[what - FIRST_MOMENT] ?? { from: what >> 3, to: what & 7 },
      };
    }
  }
}

function ticksOf(nowMs: number): number {
  return Math.round(nowMs * TICKS_PER_MS) | 0;
}

/** Ticks start over after some days; a note is younger than that. */
function timeOf(ticks: number, nowMs: number): number {
  return nowMs - ((ticksOf(nowMs) - ticks) >>> 0) / TICKS_PER_MS;
}

function keep<K, V>(names: Map<K, V>, key: K, value: V): void {
  names.set(key, value);
  if (names.size <= NAMES) return;
  const [oldest] = names.keys();
  if (oldest !== undefined) names.delete(oldest);
}
