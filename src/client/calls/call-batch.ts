// Calls that become one graph: those that a program makes one by one in one turn of the event loop,
// or all of a map. Calls of one function are a layer; a call may read any that was made before it.
// call-submissions.ts decides when a batch is complete, and sends it.
import { randomUUID } from "node:crypto";
import { activeTraceparent, tracedLayers } from "../../context/open-telemetry-api.js";
import { shippedFunction } from "../../functions/function-ref.js";
import type { AnyFunction, ShippedFunction } from "../../functions/shipped-function.js";
import {
  CALL_ARGUMENT,
  type CallArgument,
  CallsBuilder,
  type HasCallArgument,
  writtenAt,
} from "../../graph/model/calls-layer.js";
import type { CallsLayer, LayerName } from "../../graph/model/layer.js";
import type { JobTerms } from "../../graph/ports/job-options.js";
import type { SubmitGraph } from "../../protocol/messages/messages.js";
import type { GraphId } from "../../protocol/values/ids.js";
import { type PackedCall, packCallArguments } from "../../shipping/call-arguments.js";
import type { CallTracker } from "../futures/call-tracker.js";
import { Future } from "../futures/future.js";

/** The options of calls, resolved. */
export interface CallManner {
  /** How they run; undefined if that is left to the scheduler. */
  readonly terms: JobTerms | undefined;
  readonly isPure: boolean;
  /** The prefix of keys; default: the function's name. */
  readonly name: string | undefined;
  readonly timeLimitMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The number of calls that completes a batch: the scheduler starts them while more are made. */
const CALLS_MAX = 1024;
/** The bytes of arguments that complete a batch; they stay until its last result is released. */
const BYTES_MAX = 1 << 20;

/** An operand of a call: blocks of a layer that is on the cluster or in the batch. */
interface Read {
  /**
   * Undefined where it has yet to be computed: then the call is a matter of a graph with other
   * layers.
   */
  readonly layer: LayerName | undefined;
  readonly blocks: readonly number[];
  readonly isList: boolean;
}

/** A call on its way into a batch. */
export interface ShippedCall extends PackedCall<Read> {
  readonly shipped: ShippedFunction;
}

/**
 * Makes a call ready for the batch that `run` follows. Futures of other batches have these
 * completed.
 *
 * @throws ArgumentError `argument.function` when function or arguments cannot be sent
 */
export function shipCall(
  f: AnyFunction,
  args: readonly unknown[],
  tracker: CallTracker,
): ShippedCall {
  const readOf = (value: HasCallArgument): Read => {
    if (!(value instanceof Future)) return readOfBlocks(value[CALL_ARGUMENT]());
    const { tracker: other, call } = Future.callOf(value);
    if (other !== tracker) other.complete();
    const { layer, block } = other.placeOf(call);
    return { layer, blocks: [block], isList: false };
  };
  const packed = packCallArguments(args, `an argument of ${f.name || "the function"}`, readOf);
  return { shipped: shippedFunction(f), ...packed };
}

function readOfBlocks({ node: { layer }, blocks, isList }: CallArgument): Read {
  return { layer: layer.kind === "persisted" ? layer.name : undefined, blocks, isList };
}

/** Whether all that the call reads is on the cluster, or in its batch. */
export function isSelfContained(call: ShippedCall): boolean {
  return call.arguments.every(({ layer }) => layer !== undefined);
}

interface BatchLayer {
  readonly builder: CallsBuilder;
  readonly timeLimitMs: number | undefined;
  /**
   * A layer of the calls whose name follows from their content alone; it was named together with
   * it.
   */
  readonly named: CallsLayer | undefined;
  readonly name: LayerName;
}

/** Calls of one graph. */
export class CallBatch {
  readonly id: GraphId;
  readonly tracker: CallTracker;
  readonly terms: JobTerms | undefined;
  /** The span that is active where the batch begins. */
  readonly #traceparent = activeTraceparent();
  readonly #layers: BatchLayer[] = [];
  readonly #names = new Set<LayerName>();
  /** By function and manner, the layer that their calls go to. */
  readonly #layerOf = new Map<string, number>();
  readonly #reads = new Set<LayerName>();
  readonly #order: number[] = [];
  #bytes = 0;

  constructor(id: GraphId, tracker: CallTracker, terms: JobTerms | undefined) {
    this.id = id;
    this.tracker = tracker;
    this.terms = terms;
  }

  get isEmpty(): boolean {
    return this.#order.length === 0;
  }

  get isFull(): boolean {
    return this.#order.length >= CALLS_MAX || this.#bytes >= BYTES_MAX;
  }

  /**
   * Adds a call to those of its function; returns its number.
   *
   * @param word the prefix of their layer's name
   */
  add(call: ShippedCall, word: string, { timeLimitMs }: CallManner): number {
    const key = `${writtenAt(call.shipped)} ${timeLimitMs} ${word}`;
    let layer = this.#layerOf.get(key);
    if (layer === undefined) {
      layer = this.#addLayer(freshName(word), new CallsBuilder(), timeLimitMs);
      this.#layerOf.set(key, layer);
    }
    return this.#addTo(layer, call);
  }

  /** Adds a call as the only one of its layer. */
  addApart(call: ShippedCall, word: string, { timeLimitMs }: CallManner): number {
    return this.#addTo(this.#addLayer(freshName(word), new CallsBuilder(), timeLimitMs), call);
  }

  /**
   * Adds calls as a layer that is named by its content, so that the same calls are made once.
   *
   * @returns the number of the first; undefined where the batch has that layer, since each future
   * is to have a life of its own
   */
  addPure(
    calls: readonly ShippedCall[],
    word: string,
    { timeLimitMs }: CallManner,
  ): number | undefined {
    const builder = new CallsBuilder();
    for (const call of calls) builder.add(call.shipped, call.bytes, operandsOf(call));
    const named = builder.node(word, undefined, timeLimitMs).layer as CallsLayer;
    if (this.#names.has(named.name)) return undefined;
    const layer = this.#addLayer(named.name, builder, timeLimitMs, named);
    const first = this.#order.length;
    for (const call of calls) this.#note(layer, call);
    return first;
  }

  #addLayer(
    name: LayerName,
    builder: CallsBuilder,
    timeLimitMs: number | undefined,
    named?: CallsLayer,
  ): number {
    this.#names.add(name);
    this.tracker.addLayer(name);
    return this.#layers.push({ name, builder, timeLimitMs, named }) - 1;
  }

  #addTo(layer: number, call: ShippedCall): number {
    const { builder, name } = this.#layers[layer] as BatchLayer;
    builder.add(call.shipped, call.bytes, operandsOf(call, name));
    return this.#note(layer, call);
  }

  #note(layer: number, call: ShippedCall): number {
    for (const { layer: read } of call.arguments) {
      if (read !== undefined && !this.#names.has(read)) this.#reads.add(read);
    }
    this.#bytes += call.bytes.byteLength;
    this.#order.push(layer);
    return this.tracker.addCall(layer);
  }

  /** The graph, once no call is added any more. */
  message(): Pick<SubmitGraph, "graph" | "outputs" | "calls" | "terms"> & {
    readonly layers: readonly CallsLayer[];
  } {
    const layers = this.#layers.map(
      ({ builder, name, timeLimitMs, named }) => named ?? builder.layer(name, timeLimitMs),
    );
    return {
      graph: this.id,
      layers: tracedLayers(layers, this.#traceparent),
      outputs: layers.map(({ name }) => name),
      calls: { reads: [...this.#reads], order: Int32Array.from(this.#order) },
      ...(this.terms === undefined ? {} : { terms: this.terms }),
    };
  }
}

function freshName(word: string): LayerName {
  return `${word}-${randomUUID().replaceAll("-", "")}` as LayerName;
}

/** @param own the layer that the call is added to */
function operandsOf(call: ShippedCall, own?: LayerName) {
  return call.arguments.flatMap(({ layer, blocks }) =>
    blocks.map((block) => (layer === own ? { call: block } : { input: layer as LayerName, block })),
  );
}
