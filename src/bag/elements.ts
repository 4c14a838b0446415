// Nodes of steps on each partition alone.
import { freshSeed } from "../array/layers/fresh-seed.js";
import { DTYPES, type DType } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import type { AnyFunction } from "../functions/shipped-function.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import { LayerValues, stepsNode } from "./partition-nodes.js";

/** A step that is only a function. */
export function eachNode(
  node: LayerNode,
  step: "map" | "filter" | "remove" | "flatMap" | "starmap" | "mapPartitions",
  f: AnyFunction,
): LayerNode {
  const values = new LayerValues(step);
  // A generator returns a list, and lists are truthy even if they are empty.
  const isPredicate = step === "filter" || step === "remove";
  const isGenerator = typeof f === "function" && /Generator/.test(f.constructor.name);
  const position = isPredicate && isGenerator ? values.function(f) : values.elementFunction(f);
  if (step !== "mapPartitions") {
    return stepsNode(step, node, values, [{ step, function: position }]);
  }
  return stepsNode(step, node, values, [
    { step, function: position, name: f.name || "(anonymous)" },
  ]);
}

/**
 * The same elements, which have to be rows of a table: objects with columns, if these are known.
 */
export function recordsNode(
  node: LayerNode,
  method: string,
  name: string,
  columns?: readonly string[],
): LayerNode {
  const names = columns === undefined ? {} : { columns };
  return stepsNode("rows", node, new LayerValues(method), [
    { step: "records", method, name, ...names },
  ]);
}

/** The elements of elements. */
export function flattenNode(node: LayerNode): LayerNode {
  return stepsNode("flatten", node, new LayerValues("flatten"), [{ step: "flatten" }]);
}

/** The node that picks a key, or several keys, of each element. */
export function pluckNode(
  node: LayerNode,
  key: string | number | readonly (string | number)[],
  fallback: readonly unknown[],
): LayerNode {
  const keys = typeof key === "object" ? key : [key];
  for (const one of keys) {
    if (typeof one === "string" || Number.isSafeInteger(one)) continue;
    const text = `pluck: ${String(one)} is no key: expected a string, a whole number or a list of these`;
    throw new ArgumentError("index", text, { key: one });
  }
  const values = new LayerValues("pluck");
  const given = fallback.length === 0 ? undefined : { value: fallback[0] };
  const otherwise = values.optionalConstant("default", given);
  return stepsNode("pluck", node, values, [
    typeof key === "object"
      ? { step: "pluckAll", indices: key, ...otherwise }
      : { step: "pluck", index: key, ...otherwise },
  ]);
}

/** Each element with the same probability. */
export function sampleNode(
  node: LayerNode,
  probability: number,
  seed: number = freshSeed(),
): LayerNode {
  if (!(probability >= 0 && probability <= 1)) {
    const text = `randomSample: probability is ${probability}: expected a number from 0 to 1`;
    throw new ArgumentError("value", text, { probability });
  }
  if (!Number.isSafeInteger(seed)) {
    throw new ArgumentError("value", `randomSample: seed is ${seed}: expected a whole number`);
  }
  return stepsNode("sample", node, new LayerValues("randomSample"), [
    { step: "sample", probability, seed },
  ]);
}

/** Numbers as blocks of an array. */
export function arrayNode(node: LayerNode, dtype: DType): LayerNode {
  if (!Object.hasOwn(DTYPES, dtype)) {
    throw new ArgumentError("dtype", `toArray: there is no dtype ${String(dtype)}`, { dtype });
  }
  return stepsNode("to-array", node, new LayerValues("toArray"), [], { array: dtype });
}
