// Tasks that several graphs contain: which ones do besides the graph that leads the task. Most have
// one such graph, and a graph that is submitted twice shares all its tasks: an object for each of
// millions would burden the garbage collector.
import { NumberBag } from "./number-bag.js";
import { numberMap } from "./number-map.js";

/** By slot: the numbers of those graphs, each once. */
export class SharedGraphs {
  /** One of them. */
  readonly #one = numberMap(Number.POSITIVE_INFINITY);
  /** The others, if there are any. */
  readonly #more = new Map<number, NumberBag>();

  /** The graphs of a slot. */
  of(slot: number): readonly number[] {
    const one = this.#one.get(slot);
    return one === undefined ? [] : [one, ...(this.#more.get(slot) ?? [])];
  }

  /** How many there are of a slot. */
  countOf(slot: number): number {
    return this.#one.has(slot) ? 1 + (this.#more.get(slot)?.size ?? 0) : 0;
  }

  has(slot: number, graph: number): boolean {
    return this.#one.get(slot) === graph || this.#more.get(slot)?.has(graph) === true;
  }

  add(slot: number, graph: number): void {
    const one = this.#one.get(slot);
    if (one === undefined) this.#one.set(slot, graph);
    else if (one !== graph) {
      const more = this.#more.get(slot);
      if (more !== undefined) more.add(graph);
      else this.#more.set(slot, bagOf(graph));
    }
  }

  delete(slot: number, graph: number): void {
    if (this.#one.get(slot) === graph) this.#one.delete(slot);
    const more = this.#more.get(slot);
    if (more === undefined) return;
    more.delete(graph);
    if (!this.#one.has(slot)) this.#one.set(slot, more.pop() as number);
    if (more.size === 0) this.#more.delete(slot);
  }

  /** Takes one of them out. */
  pop(slot: number): number | undefined {
    const one = this.#one.get(slot);
    if (one !== undefined) this.delete(slot, one);
    return one;
  }

  /** The slots that have such graphs. */
  slots(): Iterable<number> {
    return this.#one.keys();
  }
}

function bagOf(number: number): NumberBag {
  const bag = new NumberBag();
  bag.add(number);
  return bag;
}
