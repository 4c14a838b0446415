// The story of a task or a worker in words, from the notes of history.ts: each event with its time
// and its cause. It is made on request, and nothing depends on it.
import { numBlocks } from "../../graph/model/chunks.js";
import type { LayerName } from "../../graph/model/layer.js";
import { taskKey } from "../../graph/model/naming.js";
import type { TellStory } from "../../protocol/messages/messages.js";
import type { LayerId, WorkerId } from "../../protocol/values/ids.js";
import { storyIn, type ToldKey, type ToldNote } from "../../protocol/values/told-notes.js";
import { sendToClient } from "../accounts/client-reports.js";
import type { LayerTitle, Note } from "../state/history.js";
import type { ClientRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { statusName } from "../state/task-status.js";

/** A client requests a story. */
export function tellStory(
  state: SchedulerState,
  client: ClientRecord,
  { request, about }: TellStory,
): void {
  sendToClient(state, client, { type: "storyTold", request, lines: storyOf(state, about) });
}

/**
 * The recorded history of a task or a worker, oldest first.
 *
 * @param about a task's key, `add-3f2a1b0(0, 3)`, or a worker's name
 */
export function storyOf(state: SchedulerState, about: string): string[] {
  return storyIn(toldNotes(state), about);
}

/** All that is remembered, oldest first. */
export function* toldNotes(state: SchedulerState): Generator<ToldNote> {
  // A task has several notes.
  const keys = new Map<LayerId, Map<number, ToldKey | undefined>>();
  for (const note of state.history.notes(state.nowMs)) {
    const { layer, block } = note;
    const known = keys.get(layer) ?? new Map<number, ToldKey | undefined>();
    keys.set(layer, known);
    if (!known.has(block)) known.set(block, keyOf(state, note));
    const key = known.get(block);
    const worker = nameOf(state, note.worker);
    yield {
      atMs: note.atMs,
      ...(key === undefined ? {} : { key }),
      ...(worker === undefined ? {} : { worker }),
      what: wordsOf(note.what),
      cause: note.cause,
    };
  }
}

/** Something that happened to a task or a worker. */
export interface ClusterChange {
  /** The task's key; absent where it is about a worker only. */
  readonly key?: string;
  /** The worker's name. */
  readonly worker?: string;
  /** The state that the task had and the one that it has; or, of a worker, `joined` and `gone`. */
  readonly from?: string;
  readonly to: string;
}

/**
 * What has happened since there were that many notes: states of tasks, workers that come and go.
 */
export function changesSince(state: SchedulerState, count: number): ClusterChange[] {
  const changes: ClusterChange[] = [];
  for (const note of state.history.notes(state.nowMs, count)) {
    const { what } = note;
    if (what !== "joined" && what !== "gone" && typeof what === "string") continue;
    const key = keyOf(state, note)?.short;
    const worker = nameOf(state, note.worker);
    changes.push({
      ...(key === undefined ? {} : { key }),
      ...(worker === undefined ? {} : { worker }),
      ...(typeof what === "string"
        ? { to: what }
        : { from: statusName(what.from), to: statusName(what.to) }),
    });
  }
  return changes;
}

function keyOf(state: SchedulerState, { layer, block }: Note): ToldKey | undefined {
  const title = titleOf(state, layer);
  if (title === undefined) return undefined;
  const index = indexOf(title, block);
  return {
    short: taskKey(title.name as LayerName, index),
    long: `${title.name}(${index.join(", ")})`,
  };
}

function titleOf({ layers, history }: SchedulerState, layer: LayerId): LayerTitle | undefined {
  const record = layers.get(layer);
  if (record === undefined) return history.goneLayers.get(layer);
  return { name: record.layer.name, numBlocks: numBlocks(record.layer.chunks) };
}

function indexOf({ numBlocks }: LayerTitle, block: number): number[] {
  const index: number[] = [];
  let rest = block;
  for (let axis = numBlocks.length - 1; axis >= 0; axis--) {
    const count = numBlocks[axis] as number;
    index.unshift(rest % count);
    rest = Math.floor(rest / count);
  }
  return index;
}

function nameOf({ workers, history }: SchedulerState, worker: WorkerId): string | undefined {
  return workers.get(worker)?.name ?? history.goneWorkers.get(worker);
}

function wordsOf(what: Note["what"]): string {
  switch (what) {
    case "joined":
      return "joined";
    case "gone":
      return "is gone";
    case "asked":
      return "is asked back for another worker";
    case "refused":
      return "has begun and stays";
    case "pipelined":
      return "goes ahead of inputs that are made there";
    case "takenBack":
      return "is taken back, since an input will not come there";
    default:
      return `${statusName(what.from)} → ${statusName(what.to)}`;
  }
}
