// Notes of what has happened to tasks and workers, in words, and stories made of them: lines about
// one task or worker. Saved runs have them as columns.
import type { Observation, ObservedNotes } from "./observation.js";

/** A task's key, for display. */
export interface ToldKey {
  readonly short: string;
  readonly long: string;
}

/** A note in words, which makes sense without the state: the form of notes in dumps. */
export interface ToldNote {
  /** Since the scheduler's clock began. */
  readonly atMs: number;
  /** The task's key, short and in full; absent where the note is about a worker only. */
  readonly key?: ToldKey;
  /** The worker's name. */
  readonly worker?: string;
  /** The event: `waiting → processing`, `joined`. */
  readonly what: string;
  /** The event that the scheduler was handling. */
  readonly cause: string;
}

/** Lines of one story: the latest ones. */
const LINES_MAX = 1_000;

/**
 * The history of a task or a worker, oldest first.
 *
 * @param about a task's key, `add-3f2a1b0(0, 3)`, or a worker's name
 */
export function storyIn(notes: Iterable<ToldNote>, about: string): string[] {
  const lines: string[] = [];
  for (const note of notes) {
    const { key, worker } = note;
    if (key !== undefined && isSameKey(key, about)) lines.push(lineOf(note, undefined, worker));
    else if (worker === about) lines.push(lineOf(note, key?.short, undefined));
  }
  return lines.slice(-LINES_MAX);
}

function isSameKey({ short, long }: ToldKey, about: string): boolean {
  return about === short || about === long;
}

function lineOf(
  { atMs, what, cause }: ToldNote,
  key: string | undefined,
  worker: string | undefined,
): string {
  const subject = key === undefined ? "" : `${key} `;
  const where = worker === undefined ? "" : `, ${worker}`;
  return `${(atMs / 1_000).toFixed(4)} s  ${subject}${what}${where}  [${cause}]`;
}

/** The notes of a saved run. */
function* savedNotes({ texts, ...columns }: ObservedNotes): Generator<ToldNote> {
  const { atMs, keys, longKeys, workers, whats, causes } = columns;
  for (let k = 0; k < atMs.length; k++) {
    const textOf = (column: readonly number[]) => texts[column[k] as number];
    const [short, long, worker] = [textOf(keys), textOf(longKeys), textOf(workers)];
    yield {
      atMs: atMs[k] as number,
      ...(short === undefined || long === undefined ? {} : { key: { short, long } }),
      ...(worker === undefined ? {} : { worker }),
      what: textOf(whats) ?? "",
      cause: textOf(causes) ?? "",
    };
  }
}

/** The story of a task or a worker in a saved run; none where the run has no notes. */
export function savedStory({ notes }: Pick<Observation, "notes">, about: string): string[] {
  return notes === undefined ? [] : storyIn(savedNotes(notes), about);
}

/** Notes as a saved run has them. Each text is there once. */
export function notesToSave(notes: Iterable<ToldNote>): ObservedNotes {
  const positions = new Map<string, number>();
  const positionOf = (text: string | undefined) => {
    if (text === undefined) return -1;
    const known = positions.get(text);
    if (known !== undefined) return known;
    positions.set(text, positions.size);
    return positions.size - 1;
  };
  const columns = { atMs: [], keys: [], longKeys: [], workers: [], whats: [], causes: [] };
  const saved: Record<keyof typeof columns, number[]> = columns;
  for (const { atMs, key, worker, what, cause } of notes) {
    saved.atMs.push(Math.round(10 * atMs) / 10);
    saved.keys.push(positionOf(key?.short));
    saved.longKeys.push(positionOf(key?.long));
    saved.workers.push(positionOf(worker));
    saved.whats.push(positionOf(what));
    saved.causes.push(positionOf(cause));
  }
  return { texts: [...positions.keys()], ...saved };
}

/** Notes from a moment on. */
export function notesSince(notes: ObservedNotes, fromMs: number): ObservedNotes {
  const first = notes.atMs.findIndex((atMs) => atMs >= fromMs);
  const begin = first < 0 ? notes.atMs.length : first;
  const { texts, atMs, keys, longKeys, workers, whats, causes } = notes;
  const cut = (column: readonly number[]) => column.slice(begin);
  return {
    texts,
    ...{ atMs: cut(atMs), keys: cut(keys), longKeys: cut(longKeys) },
    ...{ workers: cut(workers), whats: cut(whats), causes: cut(causes) },
  };
}
