// A caller's arrays that are too large to be sent inside a layer. The client's process keeps them,
// and workers fetch blocks from its data server.
import { emptyBlock, setElements } from "../base/block.js";
import { type DType, partsOf, type TypedArray } from "../base/dtype.js";
import type { DataHandler, DataItem, DataServer } from "../comm/interface/transport.js";
import { blockIndexOf, blockShape, contiguousStrides, sizeOf } from "../graph/model/chunks.js";
import type { Layer, LayerName, SourceLayer } from "../graph/model/layer.js";
import { sourceBox } from "../graph/model/source-region.js";

/** Arrays up to this size are sent inside their layer. */
export const INLINE_BYTES_MAX = 64 << 10;

interface Held {
  readonly layer: SourceLayer;
  readonly data: TypedArray;
  /** Graphs under way that read it. */
  uses: number;
}

/** The arrays that one client holds for the workers. */
export class ServedArrays {
  readonly #start: (handler: DataHandler) => Promise<DataServer>;
  readonly #held = new Map<LayerName, Held>();
  #server: Promise<DataServer> | undefined;

  /** @param start starts serving; called when there is something to serve */
  constructor(start: (handler: DataHandler) => Promise<DataServer>) {
    this.#start = start;
  }

  /** Whether any of the layers holds data that is to stay here. */
  static areLarge(layers: readonly Layer[]): boolean {
    return layers.some((layer) => largeData(layer) !== undefined);
  }

  /**
   * The layers for submission: large data sources name this client's address instead of their data.
   * Each call is undone by one {@link ServedArrays.release} of the same layers.
   */
  async hold(layers: readonly Layer[]): Promise<Layer[]> {
    const shipped: Layer[] = [];
    for (const layer of layers) {
      const data = largeData(layer);
      if (data === undefined || layer.kind !== "source") {
        shipped.push(layer);
        continue;
      }
      const { address } = await this.#serve();
      const held = this.#held.get(layer.name) ?? { layer, data, uses: 0 };
      held.uses++;
      this.#held.set(layer.name, held);
      shipped.push({ ...layer, generator: { type: "held", address } });
    }
    return shipped;
  }

  /** The graph that read these layers is over. */
  release(layers: readonly Layer[]): void {
    for (const { name } of layers) {
      const held = this.#held.get(name);
      if (held !== undefined && --held.uses === 0) this.#held.delete(name);
    }
  }

  async close(): Promise<void> {
    this.#held.clear();
    await (await this.#server)?.close();
  }

  #serve(): Promise<DataServer> {
    const handler: DataHandler = (request) => {
      if (request.type === "getTasks") return request.tasks.map(() => undefined);
      const held = this.#held.get(request.layer);
      return [held === undefined ? undefined : cutBlock(held.layer, held.data, request.block)];
    };
    this.#server ??= this.#start(handler);
    return this.#server;
  }
}

function largeData(layer: Layer): TypedArray | undefined {
  if (layer.kind !== "source" || layer.generator.type !== "data") return undefined;
  const { data } = layer.generator;
  return data.byteLength > INLINE_BYTES_MAX ? data : undefined;
}

/** One block of a whole C-contiguous array, as bytes; without a copy if it is contiguous. */
export function cutBlock(
  layer: Pick<SourceLayer, "chunks" | "region" | "dtype">,
  data: TypedArray,
  block: number,
): DataItem {
  const { shape, starts, lengths } = sourceBox(layer, block);
  const strides = contiguousStrides(shape);
  const start = starts.reduce((sum, at, axis) => sum + at * (strides[axis] as number), 0);
  const piece = copyPieces(layer.dtype, data, start, lengths, strides);
  const bytes = new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  const own = blockShape(layer.chunks, blockIndexOf(layer.chunks, block));
  return { dtype: layer.dtype, shape: own, bytes };
}

/** The box of `shape` at `start`: a view if it is contiguous, else copied run by run. */
function copyPieces(
  dtype: DType,
  data: TypedArray,
  start: number,
  shape: readonly number[],
  strides: readonly number[],
): TypedArray {
  const dense = contiguousStrides(shape);
  // Axes from `outer` on are in one run: their strides are those of the box itself.
  let outer = shape.length;
  while (outer > 0 && strides[outer - 1] === dense[outer - 1]) outer--;
  const run = sizeOf(shape.slice(outer));
  const size = sizeOf(shape);
  const parts = partsOf(dtype);
  const cut = (from: number, count: number) => data.subarray(parts * from, parts * (from + count));
  if (run === size) return cut(start, size);
  const copy = emptyBlock(dtype, shape).data;
  const counter = new Array<number>(outer).fill(0);
  for (let at = 0; at < size; at += run) {
    const from = counter.reduce((sum, n, axis) => sum + n * (strides[axis] as number), start);
    setElements(copy, cut(from, run), parts * at);
    for (let axis = outer - 1; axis >= 0; axis--) {
      if (++(counter[axis] as number) < (shape[axis] as number)) break;
      counter[axis] = 0;
    }
  }
  return copy;
}
