// Nodes of arrays without inputs: a generator, a grid and a dtype. create.ts and io/ choose the
// generator.
import { type DType, itemBytes } from "../../base/dtype.js";
import type { SourceLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { nameLayer } from "../../graph/model/naming.js";
import type { SourceGenerator } from "../../graph/model/source-generator.js";
import { checkShape } from "../chunks/axes.js";
import { type ChunkSpec, normalizeChunks } from "../chunks/normalize-chunks.js";
import { type ArrayData, type ArrayDataOptions, readArrayData } from "./array-data.js";
import { freshSeed } from "./fresh-seed.js";

/** Data up to this size is named by its content; hashing more would take longer than most jobs. */
const CONTENT_NAME_BYTES_MAX = 64 * 2 ** 10;

/**
 * The node of a source layer; `word` is the prefix of its name. Equal sources share a name, but for
 * large data: given twice, it is two sources.
 */
export function sourceNode(
  word: string,
  generator: SourceGenerator,
  shape: readonly number[],
  dtype: DType,
  chunks: ChunkSpec = "auto",
): LayerNode {
  const isLarge = generator.type === "data" && generator.data.byteLength > CONTENT_NAME_BYTES_MAX;
  const layer = nameLayer<SourceLayer>(
    word,
    {
      kind: "source",
      inputs: [],
      chunks: normalizeChunks(chunks, checkShape(shape), { itemBytes: itemBytes(dtype) }),
      dtype,
      generator,
    },
    isLarge ? { generator: { type: "data", number: freshSeed() } } : {},
  );
  return { layer, inputs: [] };
}

/** The node of an array whose values the caller holds. */
export function dataNode(
  values: ArrayData,
  options: ArrayDataOptions & { readonly chunks?: ChunkSpec } = {},
): LayerNode {
  const { data, shape, dtype } = readArrayData(values, options);
  return sourceNode("data", { type: "data", data }, shape, dtype, options.chunks);
}
