// What a worker answers when a client or the dashboard asks for something that only its process
// knows: its log, versions, call stacks, profiles, the largest values that it holds,
// and the address of its own page.
import { blockIndexOf } from "../../graph/model/chunks.js";
import { taskKey } from "../../graph/model/naming.js";
import {
  type HeldValue,
  PROFILE_MS,
  type ThreadProfile,
  type ThreadStack,
} from "../../protocol/values/thread-profiles.js";
import type { Answer } from "../../worker/state/actions.js";
import type { TaskRecord } from "../../worker/state/task-records.js";
import type { WorkerState } from "../../worker/state/worker-state.js";
import type { ActorThreads } from "../actors/actor-threads.js";
import { aboutNode } from "../host/about-node.js";
import type { RecentLog } from "../host/recent-log.js";
import { type ThreadNames, threadProfiles, threadStacks } from "../host/sampled-threads.js";
import type { Executions } from "../threads/executions.js";

/** The most values in one answer. */
const VALUES_MAX = 100;

/** What answers are made of. */
export interface AnsweringWorker {
  readonly state: WorkerState;
  readonly log: RecentLog;
  readonly executions: Executions;
  readonly actors: ActorThreads;
  /** Opens its own page, and gives the address; undefined where it has none. */
  readonly openPage: (() => Promise<string | undefined>) | undefined;
}

/** What is asked. */
export type Question = Pick<Answer, "topic" | "durationMs">;

/** The answer to a question. */
export async function answerOf(worker: AnsweringWorker, asked: Question): Promise<unknown> {
  switch (asked.topic) {
    case "logs":
      return worker.log.lines;
    case "about":
      return aboutNode();
    case "values":
      return largestValues(worker.state);
    case "stacks":
      return await stacksOf(worker);
    case "profile":
      return await profilesOf(worker, asked.durationMs ?? PROFILE_MS);
    case "page":
      return (await worker.openPage?.()) ?? null;
  }
}

/** Executor threads, actors, then the thread that this runs on. */
function threadNames({ executions, actors }: AnsweringWorker): ThreadNames {
  const names = new Map<number, string>();
  executions.threadIds().forEach((id, k) => {
    names.set(id, `#${k}`);
  });
  for (const [id, actor] of actors.threadIds()) names.set(id, actor);
  return names.set(0, "own thread");
}

function profilesOf(worker: AnsweringWorker, durationMs: number): Promise<ThreadProfile[]> {
  return threadProfiles(threadNames(worker), durationMs);
}

function stacksOf(worker: AnsweringWorker): Promise<ThreadStack[]> {
  const keys = worker.executions.runningKeys();
  return threadStacks(threadNames(worker), (thread) => keys.get(thread));
}

function largestValues(state: WorkerState): HeldValue[] {
  const held = [...state.tasks.values()].filter(
    ({ place, bytes }) => place !== "absent" && bytes > 0,
  );
  held.sort((a, b) => b.bytes - a.bytes);
  return held.slice(0, VALUES_MAX).map((record) => ({
    key: keyOf(state, record),
    bytes: record.bytes,
    place: record.place === "spilled" ? "disk" : "memory",
  }));
}

/** Of a copy only the number is known here. */
export function keyOf({ layers }: WorkerState, { task, layer: id, block }: TaskRecord): string {
  const layer = layers.get(id)?.layer;
  if (layer === undefined) return task < 0 ? "a part of a value" : `the copy of task ${task}`;
  return taskKey(layer.name, blockIndexOf(layer.chunks, block));
}
