// From tables to values, through the executor, as for arrays and bags.
import type { ComputeOptions } from "../../array/results/compute.js";
import type { Block } from "../../base/block.js";
import { bytesOf } from "../../engine/open-tables.js";
import { readPartitions } from "../../engine/read-partitions.js";
import { graphBelow } from "../../graph/model/layer-graph.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { Assembling } from "../../graph/ports/collection.js";
import { computeGraph } from "../../graph/ports/run-graph.js";
import type { Schema } from "../types/table-schema.js";

/** The bytes of all partitions of a node. */
export async function blockBytes(
  node: LayerNode,
  options: ComputeOptions = {},
): Promise<Uint8Array[]> {
  const blocks = new Array<Uint8Array>((node.layer.chunks[0] ?? []).length);
  const consume = (_output: number, block: number, value: Block) => {
    // The memory is used for something else once this returns.
    blocks[block] = bytesOf(value).slice();
  };
  await computeGraph(graphBelow([node]), consume, options);
  return blocks;
}

/** The columns of a node's partitions, as lists of values. */
export async function columnValues(
  node: LayerNode,
  schema: Schema,
  options?: ComputeOptions,
): Promise<unknown[][]> {
  return readPartitions(await blockBytes(node, options), schema);
}

/** Rows as objects. */
export function recordsOf(
  columns: readonly (readonly unknown[])[],
  schema: Schema,
): Record<string, unknown>[] {
  const names = schema.map(([name]) => name);
  return Array.from({ length: columns[0]?.length ?? 0 }, (_, row) => {
    const record: Record<string, unknown> = {};
    for (let k = 0; k < names.length; k++) record[names[k] as string] = columns[k]?.[row];
    return record;
  });
}

/** The records of a table, put together from its partitions as they come. */
export class TableAssembly implements Assembling {
  readonly #blocks: Uint8Array[] = [];
  readonly #schema: Schema;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  put(block: number, value: Block): void {
    this.#blocks[block] = bytesOf(value).slice();
  }

  async value(): Promise<unknown> {
    return recordsOf(await readPartitions(this.#blocks, this.#schema), this.#schema);
  }
}
