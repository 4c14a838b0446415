// What an array says of itself without being computed: facts about its layer, and pictures and costs of
// the graph below it. ChunkedArray extends this; what arrays are made into is there.
import { type DType, itemBytes } from "../../base/dtype.js";
import {
  CALL_ARGUMENT,
  type CallArgument,
  type HasCallArgument,
} from "../../graph/model/calls-layer.js";
import { type Chunks, numBlocks, shapeOf, sizeOf } from "../../graph/model/chunks.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { COLLECTION, type Collection, type CollectionParts } from "../../graph/ports/collection.js";
import type { ExplainOptions, VisualizeOptions } from "../../graph/ports/visualizer.js";
import { checkCountable, longest } from "../chunks/axes.js";
import { ElementwiseArray } from "../elementwise/elementwise-methods.js";
import { DEVICE, type Device } from "../layers/device.js";
import { arrayArgument, arrayParts } from "../results/collection-parts.js";
import { explain, visualize } from "../results/compute.js";

/** The facts of a chunked array, and what can be seen of its graph. */
export abstract class DescribedArray<out D extends DType, out R extends number>
  extends ElementwiseArray<D, R>
  implements Collection, HasCallArgument
{
  /** The layer that makes the blocks, and what it reads. */
  readonly node: LayerNode;
  /** Length of each axis. */
  readonly shape: readonly number[];

  /**
   * Users make arrays by `zeros`, `random`, `asarray` and the like.
   *
   * @throws ArgumentError `argument.shape` where there are more elements than numbers can count: 2⁵³ or more
   */
  constructor(node: LayerNode) {
    super();
    this.node = node;
    this.shape = Object.freeze(shapeOf(node.layer.chunks));
    checkCountable(this.shape);
  }

  /** The elements' dtype. */
  get dtype(): D {
    return this.node.layer.dtype as D;
  }

  /** The number of axes. */
  get ndim(): R {
    return this.shape.length as R;
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Block lengths along each axis. */
  get chunks(): Chunks {
    return this.node.layer.chunks;
  }

  /** The number of blocks along each axis. */
  get numblocks(): number[] {
    return numBlocks(this.chunks);
  }

  /** Bytes of all elements. */
  get nbytes(): number {
    return this.size * itemBytes(this.dtype);
  }

  /** Bytes of one element. */
  get itemsize(): number {
    return itemBytes(this.dtype);
  }

  /** The number of blocks in all. */
  get npartitions(): number {
    return this.numblocks.reduce((count, along) => count * along, 1);
  }

  /** The length of the longest block along each axis. */
  get chunksize(): number[] {
    return this.chunks.map(longest);
  }

  /** A name from the content: arrays with the same computation have the same name. */
  get name(): string {
    return this.node.layer.name;
  }

  /** Where the array lives, as the array API standard sees it. */
  get device(): Device {
    return DEVICE;
  }

  /** Draws the graph below the array; returns the path of the file. See {@link visualize}. */
  visualize(options: VisualizeOptions = {}): Promise<string> {
    return visualize(this, options);
  }

  /** The plan before and after each pass, and what a run would cost, as text. See {@link explain}. */
  explain(options: ExplainOptions = {}): string {
    return explain(this, options);
  }

  /** What Node's console shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** @hidden */
  [COLLECTION](): CollectionParts {
    return arrayParts(this.node);
  }

  /** @hidden */
  [CALL_ARGUMENT](): CallArgument {
    return arrayArgument(this.node);
  }
}
