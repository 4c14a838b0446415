// Profiles and call stacks of the threads of this process, as people read them.
import type { Profiler } from "node:inspector";
import { fileURLToPath } from "node:url";
import type {
  ProfileNode,
  ThreadProfile,
  ThreadStack,
} from "../../protocol/values/thread-profiles.js";
import { profileThreads, type RawProfile } from "./inspected-threads.js";

/** A stack is the last of a few samples. */
const STACK_MS = 30;
const STACK_INTERVAL_MS = 2;
/** At most so many samples of a thread. */
const SAMPLES_MAX = 10_000;
/** Functions below this share of all time are left out, with what they called. */
const SHARE_MIN = 0.002;
const IDLE = new Set(["(idle)", "(program)"]);
/** What the own thread does because it is asked is no work either. */
const NO_WORK = new Set([...IDLE, "sampleThreads"]);
const INSPECTOR = "node:inspector";

/** What threads of this process are called, by `threadId`; others are left out. */
export type ThreadNames = ReadonlyMap<number, string>;

/** Where the time of the threads goes for that long. */
export async function threadProfiles(
  names: ThreadNames,
  durationMs: number,
): Promise<ThreadProfile[]> {
  const profiles = await profileThreads(durationMs, Math.max(1, durationMs / SAMPLES_MAX));
  return inOrder(names, profiles).map(([thread, { profile }]) => treeOf(thread, profile));
}

/** What the threads run now, by the names of the tasks that they have. */
export async function threadStacks(
  names: ThreadNames,
  taskOf: (thread: string) => string | undefined,
): Promise<ThreadStack[]> {
  const profiles = await profileThreads(STACK_MS, STACK_INTERVAL_MS);
  return inOrder(names, profiles).map(([thread, { profile }]) => {
    return { thread, task: taskOf(thread) ?? "", stack: lastStack(profile) };
  });
}

function inOrder(names: ThreadNames, profiles: readonly RawProfile[]): [string, RawProfile][] {
  const byId = new Map(profiles.map((profile) => [profile.threadId, profile]));
  return [...names].flatMap(([id, name]) => {
    const found = byId.get(id);
    return found === undefined ? [] : [[name, found] as [string, RawProfile]];
  });
}

function placeOf({ url, lineNumber }: Profiler.ProfileNode["callFrame"]): string {
  if (url === "") return "";
  const file = url.startsWith("file:") ? fileURLToPath(url) : url;
  return `${file}:${lineNumber + 1}`;
}

function nameOf({ functionName }: Profiler.ProfileNode["callFrame"]): string {
  return functionName === "" ? "(anonymous)" : functionName;
}

/**
 * The latest stack, the innermost function first. Samples that hit native code have none: the one
 * before them says who called it.
 */
function lastStack({ nodes, samples = [] }: Profiler.Profile): string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const callerOf = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const framesAt = (sample: number) => {
    const frames: Profiler.ProfileNode["callFrame"][] = [];
    for (let id: number | undefined = sample; id !== undefined; id = callerOf.get(id)) {
      const frame = byId.get(id)?.callFrame;
      if (frame !== undefined) frames.push(frame);
    }
    return frames;
  };
  const isWork = (frames: readonly Profiler.ProfileNode["callFrame"][]) =>
    frames.every(({ functionName, url }) => !NO_WORK.has(functionName) && url !== INSPECTOR);
  const found = [...samples].reverse().map(framesAt).find(isWork) ?? [];
  return found
    .filter(({ functionName }) => functionName !== "(root)")
    .map((frame) => `${nameOf(frame)}${placeOf(frame) && ` (${placeOf(frame)})`}`);
}

function treeOf(thread: string, profile: Profiler.Profile): ThreadProfile {
  const { nodes, samples = [], timeDeltas = [], startTime, endTime } = profile;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const selfMs = new Map<number, number>();
  let idleMs = 0;
  let busyMs = 0;
  samples.forEach((id, k) => {
    // The time until the next sample.
    const ms = (timeDeltas[k + 1] ?? timeDeltas[k] ?? 0) / 1_000;
    if (IDLE.has(byId.get(id)?.callFrame.functionName ?? "")) idleMs += ms;
    else {
      busyMs += ms;
      selfMs.set(id, ms + (selfMs.get(id) ?? 0));
    }
  });
  const leastMs = SHARE_MIN * busyMs;
  const grow = ({ id, callFrame, children = [] }: Profiler.ProfileNode): ProfileNode => {
    const below = children.flatMap((child) => byId.get(child) ?? []).map(grow);
    const ownMs = selfMs.get(id) ?? 0;
    const totalMs = below.reduce((sum, node) => sum + node.totalMs, ownMs);
    const kept = below.filter((node) => node.totalMs > leastMs);
    kept.sort((a, b) => b.totalMs - a.totalMs);
    return {
      name: callFrame.functionName === "(root)" ? thread : nameOf(callFrame),
      place: placeOf(callFrame),
      selfMs: ownMs,
      totalMs,
      children: kept,
    };
  };
  const root = grow(nodes[0] as Profiler.ProfileNode);
  const durationMs = (endTime - startTime) / 1_000;
  return { thread, durationMs, samples: samples.length, idleMs, root };
}
