// Calls as a client makes them one by one, for tests of what becomes of them: each function a
// layer, each call after those that it reads.
import { CallsBuilder } from "../../src/graph/model/calls-layer.js";
import type { LayerName } from "../../src/graph/model/layer.js";
import type { SubmitGraph } from "../../src/protocol/messages/messages.js";

/** A call: the layer of its function, and its block there. */
export interface MadeCall {
  readonly layer: LayerName;
  readonly block: number;
}

let graphs = 0;

/** Calls that become one graph. */
export class MadeGraph {
  readonly id = `calls-${graphs++}`;
  readonly #layers = new Map<LayerName, CallsBuilder>();
  readonly #reads = new Set<LayerName>();
  readonly #order: LayerName[] = [];

  /** Calls the function of that name with the results of others, of this graph or of others. */
  call(name: string, ...args: readonly MadeCall[]): MadeCall {
    const layer = `${name}-${this.id}` as LayerName;
    let builder = this.#layers.get(layer);
    if (builder === undefined) this.#layers.set(layer, (builder = new CallsBuilder()));
    for (const { layer: read } of args) if (!this.#layers.has(read)) this.#reads.add(read);
    const shipped = { hash: name, name, bytes: new Uint8Array(8), places: [] };
    const operands = args.map(({ layer: input, block }) =>
      input === layer ? { call: block } : { input, block },
    );
    this.#order.push(layer);
    return { layer, block: builder.add(shipped, new Uint8Array(4), operands) };
  }

  /** Where a call is among the graph's outputs: `output:block`. */
  placeOf({ layer, block }: MadeCall): string {
    return `${[...this.#layers.keys()].indexOf(layer)}:${block}`;
  }

  message(): SubmitGraph {
    const names = [...this.#layers.keys()];
    const layers = [...this.#layers].map(([name, builder]) => builder.layer(name));
    const order = Int32Array.from(this.#order, (name) => names.indexOf(name));
    return {
      type: "submitGraph",
      graph: this.id,
      layers,
      outputs: names,
      reportOutputs: true,
      areOutputsIndependent: true,
      inlineBytesMax: 1024,
      calls: { reads: [...this.#reads], order },
    };
  }
}
