// Layers that throw if computed values break a rule.
import type { DType } from "../../base/dtype.js";
import type { ChunkedArray } from "../chunked-array.js";
import { routineNode } from "./take-layer.js";

/**
 * `x` itself; computing it fails with `message` and the value found unless all are from 0 to before
 * `length`.
 */
export function inRange<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  length: number,
  message: string,
): ChunkedArray<D, R> {
  const operands = [{ node: x.node, axes: [...x.shape.keys()] }];
  const routine = { name: "inRange", length, message } as const;
  return x.derive(routineNode(routine, operands, { loopChunks: x.chunks }, x.dtype));
}

/**
 * `x` itself; computing it fails with `message` unless all of `rule` are true.
 *
 * @param rule in the chunks of `x`
 */
export function assertValues<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  rule: ChunkedArray,
  message: string,
): ChunkedArray<D, R> {
  const operands = [x, rule].map(({ node }) => ({ node, axes: [...x.shape.keys()] }));
  return x.derive(
    routineNode({ name: "assertValues", message }, operands, { loopChunks: x.chunks }, x.dtype),
  );
}
