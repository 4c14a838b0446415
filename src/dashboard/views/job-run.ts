// A run as it is saved, and the part of it that is of one job: its layers and what happened
// meanwhile.
import type {
  Observation,
  ObservedCounts,
  ObservedLayer,
  ObservedSpans,
} from "../../protocol/values/observation.js";
import { spansWhere } from "../../protocol/values/spans-where.js";
import { observationOf } from "../../scheduler/inspect/observe-run.js";
import { allLogs } from "./listings.js";
import type { WatchedScheduler } from "./watched-scheduler.js";

/** All that a saved run has: what was observed, what stories are made of, the last log lines. */
export async function savedRun(
  scheduler: WatchedScheduler,
  spansMax: number,
): Promise<Observation> {
  const logs = await allLogs(scheduler);
  return { ...observationOf(scheduler.state, { spansMax, withNotes: true }), logs };
}

/** One job of a run, as a run of its own; undefined when it is not listed. */
export function jobRun(run: Observation, id: string): Observation | undefined {
  const job = run.jobs.find((each) => each.id === id);
  if (job === undefined) return undefined;
  const { submittedMs, endedMs = run.overview.nowMs } = job;
  const rows = new Set(job.layers);
  const layers = run.layers.filter((layer) => rows.has(layer.id));
  const isWithin = ({ atMs }: { readonly atMs: number }) => atMs >= submittedMs && atMs <= endedMs;
  return {
    ...run,
    overview: {
      ...run.overview,
      ...{ startedMs: submittedMs, nowMs: endedMs, movedBytes: job.movedBytes },
      tasks: sumOf(layers),
    },
    jobs: [job],
    layers,
    samples: run.samples.filter(isWithin),
    spans: spansOf(run.spans, rows, submittedMs, endedMs),
    events: run.events.filter(isWithin),
    errors: run.errors.filter(isWithin),
  };
}

function sumOf(layers: readonly ObservedLayer[]): ObservedCounts {
  const sum = (name: keyof ObservedCounts) =>
    layers.reduce((total, layer) => total + layer[name], 0);
  return {
    ...{ total: sum("total"), waiting: sum("waiting"), ready: sum("ready") },
    ...{ running: sum("running"), inMemory: sum("inMemory"), done: sum("done") },
    ...{ failed: sum("failed"), forgotten: sum("forgotten") },
  };
}

/** Those of its layers; transfers name no layer, and are taken by their time. */
function spansOf(
  spans: ObservedSpans,
  rows: ReadonlySet<number>,
  beginMs: number,
  endMs: number,
): ObservedSpans {
  return spansWhere(spans, (k) => {
    const [layer, startMs] = [spans.layers[k] as number, spans.startMs[k] as number];
    const isInTime = startMs <= endMs && startMs + (spans.durationMs[k] as number) >= beginMs;
    return isInTime && (layer < 0 || rows.has(layer));
  });
}
