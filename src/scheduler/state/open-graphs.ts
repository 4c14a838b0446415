// Graphs with missing outputs. A client may have a hundred thousand, so every question costs the
// same: they are kept by priority and client, each in order of submission.
import type { ClientView, GraphRecord } from "./records.js";

/** Open graphs of one client with one user priority. */
interface Turn {
  /** Those whose progress the client follows. */
  readonly followed: Set<GraphRecord>;
  /** Those whose outputs are reported one by one, so that a progress report adds nothing. */
  readonly independent: Set<GraphRecord>;
  /** The end of the latest submission's tags (policy/fairness.ts). */
  lastTag: number;
}

/** All open graphs. */
export class OpenGraphs {
  readonly #turns = new Map<number, Map<ClientView, Turn>>();

  add(graph: GraphRecord): void {
    const { userPriority, client, lastTag } = graph;
    let turns = this.#turns.get(userPriority);
    if (turns === undefined) this.#turns.set(userPriority, (turns = new Map()));
    let turn = turns.get(client);
    if (turn === undefined) {
      turn = { followed: new Set(), independent: new Set(), lastTag: 0 };
      turns.set(client, turn);
    }
    setOf(turn, graph).add(graph);
    turn.lastTag = Math.max(turn.lastTag, lastTag);
  }

  delete(graph: GraphRecord): void {
    const { userPriority, client } = graph;
    const turns = this.#turns.get(userPriority);
    const turn = turns?.get(client);
    if (turns === undefined || turn === undefined || !setOf(turn, graph).delete(graph)) return;
    if (turn.followed.size + turn.independent.size > 0) return;
    turns.delete(client);
    if (turns.size === 0) this.#turns.delete(userPriority);
  }

  has(graph: GraphRecord): boolean {
    const turn = this.#turns.get(graph.userPriority)?.get(graph.client);
    return turn !== undefined && setOf(turn, graph).has(graph);
  }

  /** Whether there is none. */
  get isEmpty(): boolean {
    return this.#turns.size === 0;
  }

  /** Whether there is one of a lower priority. */
  hasBelow(userPriority: number): boolean {
    for (const other of this.#turns.keys()) if (other < userPriority) return true;
    return false;
  }

  /** The end of the tags of this client's submissions with this priority; 0 if none is open. */
  lastTag(userPriority: number, client: ClientView): number {
    return this.#turns.get(userPriority)?.get(client)?.lastTag ?? 0;
  }

  /** The first graphs of every other client with this priority: one or two of each. */
  *firstOfOthers(userPriority: number, client: ClientView): Generator<GraphRecord> {
    for (const [other, turn] of this.#turns.get(userPriority) ?? []) {
      if (other !== client) yield* firstOf(turn);
    }
  }

  /**
   * Graphs with progress reports, and of the others the first of each client, which shows whether
   * they proceed.
   */
  *followed(): Generator<GraphRecord> {
    for (const turns of this.#turns.values()) {
      for (const { followed, independent } of turns.values()) {
        yield* followed;
        for (const graph of independent) {
          yield graph;
          break;
        }
      }
    }
  }

  *[Symbol.iterator](): Generator<GraphRecord> {
    for (const turns of this.#turns.values()) {
      for (const { followed, independent } of turns.values()) {
        yield* followed;
        yield* independent;
      }
    }
  }
}

function setOf(turn: Turn, { areOutputsIndependent }: GraphRecord): Set<GraphRecord> {
  return areOutputsIndependent ? turn.independent : turn.followed;
}

function* firstOf({ followed, independent }: Turn): Generator<GraphRecord> {
  for (const graphs of [followed, independent]) {
    for (const graph of graphs) {
      yield graph;
      break;
    }
  }
}
