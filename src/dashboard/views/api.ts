// The paths of a scheduler's `/api/v1`: which there are, what each answers, and which change
// something.
import { ArgumentError } from "../../base/errors.js";
import {
  observedJobs,
  observedLayers,
  observedWorkers,
  overviewOf,
} from "../../scheduler/inspect/observe-run.js";
import { observedSpans } from "../../scheduler/inspect/observed-spans.js";
import { storyOf } from "../../scheduler/inspect/story.js";
import { actorRows, futureRows, settingRows } from "../../scheduler/inspect/table-rows.js";
import { askWorker } from "./asked-workers.js";
import { blockStates } from "./block-states.js";
import { countIn, DURATION_QUERY, durationIn, type Endpoints } from "./endpoint.js";
import { savedRun } from "./job-run.js";
import { allLogs } from "./listings.js";
import type { WatchedScheduler } from "./watched-scheduler.js";
import { scrapeTargets, workerPage } from "./worker-pages.js";

/** The most rows of spans in one answer. */
const SPANS_MAX = 50_000;

/** All paths, without `/api/v1`. */
export const ENDPOINTS: Endpoints<WatchedScheduler> = {
  "/overview": {
    method: "GET",
    about: "The whole cluster in a few figures.",
    answer: "ObservedOverview",
    run: ({ state }) => overviewOf(state, observedLayers(state).tasks),
  },
  "/layers": {
    method: "GET",
    about: "Layers, with how many of their tasks wait, run and are done.",
    answer: "ObservedLayer[]",
    run: ({ state }) => observedLayers(state).layers,
  },
  "/workers": {
    method: "GET",
    about: "Workers, also those that are gone.",
    answer: "ObservedWorker[]",
    run: ({ state }) => observedWorkers(state),
  },
  "/jobs": {
    method: "GET",
    about: "The latest 500 jobs.",
    answer: "ObservedJob[]",
    run: ({ state }) => observedJobs(state),
  },
  "/events": {
    method: "GET",
    about: "The latest events.",
    answer: "ObservedEvent[]",
    run: ({ state }) => state.observer.events,
  },
  "/errors": {
    method: "GET",
    about: "The latest errors of tasks, with their stacks.",
    answer: "ObservedError[]",
    run: ({ state }) => state.observer.errors,
  },
  "/samples": {
    method: "GET",
    about: "Memory and progress over time.",
    answer: "ObservedSample[]",
    run: ({ state }) => state.observer.samples.all(),
  },
  "/spans": {
    method: "GET",
    about: "What took time on which thread. Columns.",
    answer: "ObservedSpans",
    query: { since: "the cursor of an earlier answer; default: 0", max: "the most rows" },
    run: ({ state }, { query }) =>
      observedSpans(
        state,
        countIn(query, "since", 0),
        Math.min(SPANS_MAX, countIn(query, "max", SPANS_MAX)),
      ),
  },
  "/blocks": {
    method: "GET",
    about: "The states of a layer's blocks, a letter for each.",
    answer: "BlockStates",
    query: { layer: "the number of a layer, as /layers has it" },
    run: ({ state }, { query }) => {
      const layer = countIn(query, "layer", -1);
      return found(
        blockStates(state, layer),
        `there is no layer ${layer}: /api/v1/layers has them`,
      );
    },
  },
  "/story": {
    method: "GET",
    about: "What has happened to a task or a worker, as lines; none when nothing is known.",
    answer: "string[]",
    query: { about: "a task's key or a worker's name" },
    run: ({ state }, { query }) => storyOf(state, query.get("about") ?? ""),
  },
  "/stacks": {
    method: "GET",
    about: "What each thread of a worker runs now.",
    answer: "ThreadStack[]",
    query: { worker: "the worker's name" },
    run: (scheduler, { query }) => answerOfWorker(scheduler, "stacks", query),
  },
  "/profile": {
    method: "GET",
    about: "Where the time of a worker's threads goes from now on, by samples of their stacks.",
    answer: "ThreadProfile[]",
    query: {
      worker: "the worker's name",
      durationMs: DURATION_QUERY,
    },
    run: (scheduler, { query }) => answerOfWorker(scheduler, "profile", query),
  },
  "/values": {
    method: "GET",
    about: "The largest values that a worker holds.",
    answer: "HeldValue[]",
    query: { worker: "the worker's name" },
    run: (scheduler, { query }) => answerOfWorker(scheduler, "values", query),
  },
  "/page": {
    method: "GET",
    about: "The address of a worker's own page, which it opens if need be.",
    answer: "WorkerPage",
    query: { worker: "the worker's name" },
    run: (scheduler, { query }) => workerPage(scheduler, query.get("worker") ?? ""),
  },
  "/targets": {
    method: "GET",
    about: "The addresses of all workers' metrics, as Prometheus discovers them over HTTP.",
    answer: "ScrapeTarget[]",
    run: (scheduler) => scrapeTargets(scheduler),
  },
  "/actors": {
    method: "GET",
    about: "Actors, with where they live; the latest that are over, with the reason.",
    answer: "ActorRow[]",
    run: ({ state }) => actorRows(state),
  },
  "/futures": {
    method: "GET",
    about: "Calls whose results are wanted, the latest 5,000.",
    answer: "FutureRow[]",
    run: ({ state }) => futureRows(state),
  },
  "/logs": {
    method: "GET",
    about: "The last lines of the logs of the scheduler and all workers.",
    answer: "LogRow[]",
    run: (scheduler) => allLogs(scheduler),
  },
  "/configuration": {
    method: "GET",
    about: "The options of the scheduler.",
    answer: "SettingRow[]",
    run: ({ state }) => settingRows(state.options),
  },
  "/run": {
    method: "GET",
    about: "All of this in one answer, as `tilework observe` and saved runs have it.",
    answer: "Observation",
    run: (scheduler) => savedRun(scheduler, SPANS_MAX),
  },
  "/retire": {
    method: "POST",
    about: "Retires workers: they hand over what only they hold, and leave.",
    answer: "{ retired: string[], stayed: { name: string, reason: string }[] }",
    body: { workers: "names of workers" },
    run: (scheduler, { body }) => scheduler.retireWorkers(namesIn(body)),
  },
  "/scale": {
    method: "POST",
    about: "Retires the workers with the least work until so many are left.",
    answer: "{ retired: string[], stayed: { name: string, reason: string }[] }",
    body: { workers: "how many workers there are to be" },
    run: (scheduler, { body }) => scaleTo(scheduler, body),
  },
  "/stop": {
    method: "POST",
    about: "Ends the scheduler and its workers.",
    answer: "{}",
    run: (scheduler) => {
      void scheduler.close();
      return {};
    },
  },
};

/** The worker's own answer; none where it is gone, or goes away meanwhile. */
async function answerOfWorker(
  scheduler: WatchedScheduler,
  topic: "stacks" | "profile" | "values",
  query: URLSearchParams,
): Promise<unknown> {
  const worker = query.get("worker") ?? "";
  const durationMs = topic === "profile" ? durationIn(query) : undefined;
  return (await askWorker(scheduler, topic, worker, durationMs)) ?? [];
}

function found<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new ArgumentError("value", message);
  return value;
}

function namesIn(body: unknown): readonly string[] {
  const { workers } = (body ?? {}) as { workers?: unknown };
  if (Array.isArray(workers) && workers.every((name) => typeof name === "string")) return workers;
  throw new ArgumentError(
    "value",
    'expected a list of names of workers: { "workers": ["worker-0"] }',
  );
}

/** A scheduler starts no workers, so it can only have fewer. */
function scaleTo(scheduler: WatchedScheduler, body: unknown) {
  const { workers: wanted } = (body ?? {}) as { workers?: unknown };
  if (!Number.isSafeInteger(wanted) || (wanted as number) < 0) {
    throw new ArgumentError("value", 'expected a whole number from 0: { "workers": 2 }');
  }
  const present = [...scheduler.state.workers.values()].filter(({ isRetiring }) => !isRetiring);
  const surplus = present.length - (wanted as number);
  if (surplus < 0) {
    throw new ArgumentError(
      "value",
      `there are ${present.length} workers, and ${wanted} were asked for: a scheduler starts none; run \`tilework worker ${scheduler.address}\``,
    );
  }
  present.sort((a, b) => a.processing.count - b.processing.count || a.heldBytes - b.heldBytes);
  return scheduler.retireWorkers(present.slice(0, surplus).map(({ name }) => name));
}
