// Spans of an observation with the names of their tasks and workers: rows for people and programs.
import {
  type Observation,
  type ObservedLayer,
  type ObservedSpans,
  OF_SCHEDULER,
  SPAN_KINDS,
  type SpanKind,
} from "./observation.js";

/** Something that took time on a worker or a client. */
export interface NamedSpan {
  readonly kind: SpanKind;
  /** The task, as errors and stories name it; empty for transfers. */
  readonly key: string;
  /** The worker; of what a client reports, that client; of steps, `scheduler`. */
  readonly worker: string;
  /** Executor threads are numbered from 0, and the worker's own follows; -1 where none is known. */
  readonly thread: number;
  /** Since the start of the run. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly bytes: number;
  /** The worker that a transfer came from, or that had the task before; empty for others. */
  readonly from: string;
  /** How many spans it stands for: 1, unless there were too many to keep all. */
  readonly weight: number;
  /** The name that `span()` was given, or of a part of the client; empty for others. */
  readonly name: string;
}

/** All spans of a run, in the order in which they were reported. */
export function namedSpans(run: Observation): NamedSpan[] {
  const { spans, layers, workers, overview, clients = [] } = run;
  const layerOf = new Map(layers.map((layer) => [layer.id, layer]));
  const nameOf = new Map([...workers, ...clients].map(({ id, name }) => [id, name]));
  nameOf.set(OF_SCHEDULER, "scheduler");
  return spans.startMs.map((_start, k) => {
    const at = (column: Exclude<keyof ObservedSpans, "cursor" | "labels">) =>
      spans[column][k] as number;
    const layer = layerOf.get(at("layers"));
    return {
      kind: SPAN_KINDS[at("kinds")] ?? "task",
      key: layer === undefined ? "" : keyOf(layer, at("blocks")),
      worker: nameOf.get(at("workers")) ?? "",
      thread: at("threads"),
      startMs: at("startMs") - overview.startedMs,
      durationMs: at("durationMs"),
      bytes: at("bytes"),
      from: at("peers") < 0 ? "" : (nameOf.get(at("peers")) ?? ""),
      weight: at("weights"),
      name: spans.labels?.[k] ?? "",
    };
  });
}

/** `add-3f2a1b0(1, 2)`: a block's key, as errors and stories have it. */
function keyOf({ name, numBlocks }: ObservedLayer, block: number): string {
  let rest = block;
  const index = numBlocks.reduceRight<number[]>((places, blocks) => {
    places.unshift(rest % Math.max(1, blocks));
    rest = Math.floor(rest / Math.max(1, blocks));
    return places;
  }, []);
  return `${name.replace(/-([0-9a-f]{7})[0-9a-f]+$/, "-$1")}(${index.join(", ")})`;
}
