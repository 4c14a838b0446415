// One value computed from a whole bag, such as a reduction's result.

import { type ComputeOptions, explain, visualize } from "../array/results/compute.js";
import { asPrimitive } from "../base/as-primitive.js";
import { checkMade } from "../base/made-by.js";
import {
  CALL_ARGUMENT,
  type CallArgument,
  type HasCallArgument,
} from "../graph/model/calls-layer.js";
import { graphText } from "../graph/model/graph-text.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import { shortName } from "../graph/model/naming.js";
import {
  COLLECTION,
  type Collection,
  type CollectionParts,
  WITH_NODE,
} from "../graph/ports/collection.js";
import type { ExplainOptions, VisualizeOptions } from "../graph/ports/visualizer.js";
import { blockValues, partsOf } from "./compute-bag.js";

/**
 * A value that is not computed yet. You can pass it to `client.submit` and delayed calls in place
 * of the value.
 *
 * @see https://docs.dask.org/en/stable/bag-api.html
 * @example
 * const total = fromRange(10).sum(); // nothing was added yet
 * await total.compute(); // → 45
 */
export class Item<T> implements Collection, HasCallArgument {
  /** @internal */
  readonly node: LayerNode;

  /** @internal */
  constructor(node: LayerNode) {
    checkMade(node?.layer !== undefined, "an Item", "bag.sum()");
    this.node = node;
  }

  /**
   * Runs the computation and returns the value.
   *
   * @param options how it runs, such as `signal` and `progress`
   * @throws TaskError `task.failed` when a function threw, or there is no such value, with that as
   * its `cause`
   * @example await fromRange(10).max().compute(); // → 9
   */
  async compute(options: ComputeOptions = {}): Promise<T> {
    const [value] = await blockValues(this.node, options);
    return value as T;
  }

  /**
   * Draws the graph into a file, in the format of its ending. See {@link visualize}.
   *
   * @param options `file`, whose ending is the format, and what is drawn
   * @returns the path of the file
   * @example await fromRange(10).sum().visualize({ file: "item.dot" }); // → "item.dot"
   */
  visualize(options: VisualizeOptions = {}): Promise<string> {
    return visualize(this, options);
  }

  /**
   * Describes the plan, pass by pass, and its predicted cost, as text. See {@link explain}.
   *
   * @param options the cluster to plan for, such as `workers` and `memoryLimit`
   * @example fromRange(10).sum().explain().includes("to run"); // → true
   */
  explain(options: ExplainOptions = {}): string {
    return explain(this, options);
  }

  /**
   * The value in one line, before it is computed: its meaning for the bag, its layers and tasks.
   *
   * @throws nothing
   * @example fromRange(10).sum().toString().startsWith("Item sum"); // → true
   */
  toString(): string {
    return `Item ${shortName(this.node.layer.name)} of a bag, ${graphText(this.node)}`;
  }

  /**
   * Returns the JSON form: the same line as `toString()`.
   *
   * @throws nothing
   * @example
   * const total = fromRange(10).sum();
   * JSON.stringify(total) === JSON.stringify(total.toString()); // → true
   */
  toJSON(): string {
    return this.toString();
  }

  // As a method, the compiler would compare the types of bags at length, and give up.
  static {
    Object.defineProperty(Item.prototype, Symbol.toPrimitive, {
      value(this: Item<unknown>, hint: string): string {
        const instead = "write await item.compute() for its value";
        return asPrimitive(this.toString(), hint, "an Item", instead);
      },
    });
  }

  /** The text that Node's console prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** @hidden What `compute` has computed. */
  [COLLECTION](): CollectionParts {
    return partsOf(this.node, ([value]) => value);
  }

  /** @hidden The item of other blocks. */
  [WITH_NODE](node: LayerNode): Item<T> {
    return new Item(node);
  }

  /** @hidden What a call reads that has this value among its arguments. */
  [CALL_ARGUMENT](): CallArgument {
    return { node: this.node, blocks: [0], isList: false };
  }
}
