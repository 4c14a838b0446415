// Nodes that combine partitions of one bag or of several, and the partitions one after the other.
import type { ComputeOptions } from "../array/results/compute.js";
import { ArgumentError } from "../base/errors.js";
import { shown } from "../base/format-value.js";
import { checkCount } from "../base/option-schema.js";
import { formatBytes, parseBytes } from "../base/units.js";
import type { AnyFunction } from "../functions/shipped-function.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import { repeatedNode, type TreeOptions } from "./bag-reductions.js";
import { blockValues } from "./compute-bag.js";
import {
  allPartitions,
  eachPartition,
  LayerValues,
  partitionCount,
  partitionsNode,
  stepsNode,
} from "./partition-nodes.js";

/** Lists of elements at equal places. */
export function zipNode(nodes: readonly LayerNode[]): LayerNode {
  const counts = nodes.map(partitionCount);
  if (new Set(counts).size !== 1) {
    throw new ArgumentError(
      "value",
      `zip: the bags have ${counts.join(", ")} partitions: expected equally many; repartition them`,
      { counts },
    );
  }
  const operands = Array.from({ length: counts[0] as number }, (_, block) =>
    nodes.map((node) => ({ node, block })),
  );
  return partitionsNode("zip", new LayerValues("zip"), { feed: { type: "zip" }, operands });
}

/** Each element with each. */
export function productNode(node: LayerNode, other: LayerNode): LayerNode {
  const operands = eachPartition(node).flatMap(([one]) =>
    eachPartition(other).map(([two]) => [one, two].filter((operand) => operand !== undefined)),
  );
  return partitionsNode("product", new LayerValues("product"), {
    feed: { type: "product" },
    operands,
  });
}

/**
 * Running results: the states at the ends of partitions, one after another, and then all of them at
 * once.
 */
export function accumulateNode(
  node: LayerNode,
  f: AnyFunction,
  options: { readonly initial?: unknown },
): LayerNode {
  const values = new LayerValues("accumulate");
  const given = "initial" in options ? { value: options.initial } : undefined;
  const common = {
    type: "accumulate",
    function: values.function(f),
    ...values.optionalConstant("initial", given),
  } as const;
  const rows = eachPartition(node);
  const sideCounts = rows.map((_, block) => (block === 0 ? 0 : 1));
  const states = partitionsNode("accumulate-states", values, {
    feed: { ...common, only: "state" },
    operands: rows.map((row, block) => (block === 0 ? row : [...row, { block: block - 1 }])),
    sideCounts,
  });
  return partitionsNode("accumulate", values, {
    feed: { ...common, only: "results" },
    operands: rows.map((row, block) =>
      block === 0 ? row : [...row, { node: states, block: block - 1 }],
    ),
    sideCounts,
  });
}

/** How elements are compared: directly, or by a function's result for each. */
export interface KeyOptions<T> extends TreeOptions {
  /** Gives the key of an element; default: the element itself. */
  readonly key?: (element: T) => unknown;
}

/** A function of the key, where Dask takes it, or options with it. */
export type KeyOrOptions<T> = KeyOptions<T> | ((element: T) => unknown);

function keyOptions<T>(given: KeyOrOptions<T>, method: string): KeyOptions<T> {
  if (typeof given === "function") return { key: given };
  if (typeof given === "object" && given !== null) return given;
  const text = `${method} was given ${shown(given)} as its key: expected a function of an element, such as (element) => element.id`;
  throw new ArgumentError("function", text, { given });
}

/** The largest elements. */
export function topkNode(
  node: LayerNode,
  count: number,
  keyOrOptions: KeyOrOptions<never>,
): LayerNode {
  const { key, ...options } = keyOptions(keyOrOptions, "topk");
  checkCount(count, "count", "topk");
  return repeatedNode(
    "topk",
    node,
    (values) => ({ step: "topk", count, ...values.optional("key", key) }),
    options,
  );
}

/** Elements that differ. */
export function distinctNode(node: LayerNode, keyOrOptions: KeyOrOptions<never>): LayerNode {
  const { key, ...options } = keyOptions(keyOrOptions, "distinct");
  return repeatedNode(
    "distinct",
    node,
    (values) => ({ step: "distinct", ...values.optional("key", key) }),
    options,
  );
}

/** The first elements of the first partitions. */
export function takeNode(node: LayerNode, count: number, npartitions: number): LayerNode {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new ArgumentError("value", `take: count is ${count}: expected a whole number from 0`);
  }
  const partitions = npartitions === -1 ? partitionCount(node) : npartitions;
  checkCount(partitions, "npartitions", "take");
  if (partitions > partitionCount(node)) {
    const text = `take: the bag has ${partitionCount(node)} partitions, npartitions is ${partitions}`;
    throw new ArgumentError("value", text, { npartitions });
  }
  const values = new LayerValues("take");
  const heads = partitionsNode("take", values, {
    steps: [{ step: "head", count }],
    operands: eachPartition(node).slice(0, partitions),
  });
  if (partitions === 1) return heads;
  return partitionsNode("take-total", values, {
    steps: [{ step: "head", count }],
    operands: [allPartitions(heads)],
  });
}

/** Another number of partitions. */
export function repartitionNode(node: LayerNode, npartitions: number): LayerNode {
  checkCount(npartitions, "npartitions", "repartition");
  const count = partitionCount(node);
  if (npartitions === count) return node;
  const values = new LayerValues("repartition");
  const all = allPartitions(node);
  if (npartitions < count) {
    const bound = (k: number) => Math.floor((count * k) / npartitions);
    return partitionsNode("repartition", values, {
      operands: Array.from({ length: npartitions }, (_, k) => all.slice(bound(k), bound(k + 1))),
    });
  }
  // As in Dask: the same number of pieces of each, and the remainder from the last.
  const each = Math.floor(npartitions / count);
  const pieces = all.map((_, k) => (k + 1 < count ? each : npartitions - each * (count - 1)));
  return piecesNode(node, pieces);
}

/** Each partition cut into a number of pieces. */
function piecesNode(node: LayerNode, pieces: readonly number[]): LayerNode {
  const rows = pieces.flatMap((total, block) =>
    Array.from({ length: total }, (_, piece) => ({ total, block, piece })),
  );
  return partitionsNode("repartition-cut", new LayerValues("repartition"), {
    feed: {
      type: "pieces",
      piece: Int32Array.from(rows, ({ piece }) => piece),
      pieces: Int32Array.from(rows, ({ total }) => total),
    },
    operands: rows.map(({ block }) => [{ node, block }]),
  });
}

/**
 * Partitions of about this many bytes: large ones are cut, then neighbours joined while they fit.
 */
export async function repartitionByBytes(
  node: LayerNode,
  partitionBytes: number | string,
  options: ComputeOptions,
): Promise<LayerNode> {
  const limit = typeof partitionBytes === "number" ? partitionBytes : parseBytes(partitionBytes);
  if (!(limit > 0)) {
    const text = `repartition: partitionBytes is ${partitionBytes}: expected bytes, as a number above 0 or like "64MiB"`;
    throw new ArgumentError("value", text, { partitionBytes });
  }
  const values = new LayerValues(`repartition to ${formatBytes(limit)}`);
  const measured = stepsNode("packed-bytes", node, values, [{ step: "packedBytes" }]);
  const sizes = (await blockValues(measured, options)).flat(1) as number[];
  const pieces = sizes.map((bytes) => Math.max(Math.ceil(bytes / limit), 1));
  const cut = pieces.every((count) => count === 1) ? node : piecesNode(node, pieces);
  const cutSizes = sizes.flatMap((bytes, k) =>
    new Array<number>(pieces[k] as number).fill(bytes / (pieces[k] as number)),
  );
  const groups: number[][] = [];
  let filled = Number.POSITIVE_INFINITY;
  cutSizes.forEach((bytes, block) => {
    if (filled + bytes > limit) {
      groups.push([]);
      filled = 0;
    }
    groups.at(-1)?.push(block);
    filled += bytes;
  });
  if (groups.length === cutSizes.length) return cut;
  return partitionsNode("repartition", values, {
    operands: groups.map((group) => group.map((block) => ({ node: cut, block }))),
  });
}

/** How many partitions are computed ahead of the caller. */
const AHEAD = 2;

/** The lists of all partitions, one after the other; leaving the loop cancels the rest. */
export async function* listsInOrder(node: LayerNode): AsyncGenerator<unknown[], void, undefined> {
  const rows = eachPartition(node);
  const ahead: { readonly job: AbortController; readonly list: Promise<unknown[]> }[] = [];
  let next = 0;
  try {
    for (let block = 0; block < rows.length; block++) {
      for (; next < rows.length && next <= block + AHEAD; next++) {
        const job = new AbortController();
        const one = partitionsNode("partition", new LayerValues("for await"), {
          operands: [rows[next] as (typeof rows)[0]],
        });
        const list = blockValues(one, { signal: job.signal }).then((values) => values.flat(1));
        // Reported when its turn comes; until then no one listens.
        list.catch(() => undefined);
        ahead.push({ job, list });
      }
      yield await (ahead[0] as (typeof ahead)[0]).list;
      ahead.shift();
    }
  } finally {
    for (const { job } of ahead) job.abort();
  }
}
