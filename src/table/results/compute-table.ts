// From tables to values, through the executor, as for arrays and bags.
import type { ComputeOptions } from "../../array/results/compute.js";
import type { Block } from "../../base/block.js";
import { bytesOf } from "../../engine/open-tables.js";
import { readPartitions, readRecords, recordsOf } from "../../engine/read-partitions.js";
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
  const blocks = await blockBytes(node, options);
  const isOfRecords = node.layer.kind === "query" && node.layer.gives === "records";
  return isOfRecords ? readRecords(blocks, schema) : readPartitions(blocks, schema);
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
    const columns = await readPartitions(this.#blocks, this.#schema);
    return recordsOf(columns, namesOf(this.#schema));
  }
}

function namesOf(schema: Schema): string[] {
  return schema.map(([name]) => name);
}
