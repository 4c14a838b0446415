// Graphs and single blocks that a client no longer needs. Their release goes out with the next
// message, which follows at once if the client computes one thing after another, or when the event
// loop has turned.
import type { ClientToScheduler } from "../../protocol/messages/messages.js";
import type { GraphId } from "../../protocol/values/ids.js";
import type { OutputBlock } from "./session-listeners.js";

/** The releases of one session that have not gone out. */
export class PendingReleases {
  readonly #send: (message: ClientToScheduler) => void;
  #graphs: GraphId[] = [];
  readonly #blocks = new Map<GraphId, OutputBlock[]>();
  #turn: NodeJS.Immediate | undefined;

  constructor(send: (message: ClientToScheduler) => void) {
    this.#send = send;
  }

  /** The graph, with all blocks of its outputs. */
  add(graph: GraphId): void {
    this.#blocks.delete(graph);
    this.#graphs.push(graph);
    this.#schedule();
  }

  /** This block of the graph's outputs. */
  addBlock(graph: GraphId, place: OutputBlock): void {
    const waiting = this.#blocks.get(graph);
    if (waiting === undefined) this.#blocks.set(graph, [place]);
    else waiting.push(place);
    this.#schedule();
  }

  /** Sends all of them. */
  flush(): void {
    if (this.#turn === undefined) return;
    this.stop();
    for (const [graph, places] of this.#blocks) {
      const outputs = places.map(({ output }) => output);
      const blocks = places.map(({ block }) => block);
      this.#send({ type: "releaseOutputs", graph, outputs, blocks });
    }
    this.#blocks.clear();
    for (const graph of this.#graphs.splice(0)) this.#send({ type: "releaseGraph", graph });
  }

  /** Nothing is sent any more by itself. */
  stop(): void {
    clearImmediate(this.#turn);
    this.#turn = undefined;
  }

  #schedule(): void {
    this.#turn ??= setImmediate(() => this.flush());
  }
}
