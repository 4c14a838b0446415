// Calls of users' functions: decodes arguments and operands, calls, and encodes the result. The
// task of an asynchronous function ends with its promise. A generator's result is the list of its
// values.
import ndarray from "ndarray";
import { defined } from "../../base/assert.js";
import { type Block, emptyBlock, type NdData, ndLayout, scalarOf } from "../../base/block.js";
import type { Scalar } from "../../base/dtype.js";
import { isIterator } from "../../base/iterators.js";
import { isThenable } from "../../base/thenable.js";
import type { CallsLayer, Layer } from "../../graph/model/layer.js";
import type { Allocate, DynamicResult } from "../../kernels/blocks/kernel.js";
import { copyBlock } from "../../kernels/programs/copy-block.js";
import { unpackArguments } from "../../shipping/call-arguments.js";
import { resolveFutures } from "../../shipping/resolve-futures.js";
import { buildShipped } from "../../shipping/ship-function.js";
import { packValue, unpackWhenReady } from "../../shipping/values/value-bytes.js";
import { listOfIterator } from "./async-elements.js";
import { currentTask } from "./running-task.js";

/** As a dynamic kernel, but for the promise that it may return. */
export type CallKernel = (
  block: number,
  operands: readonly Block[],
  allocate: Allocate,
) => DynamicResult | Promise<DynamicResult>;

/** The kernel of a layer of calls. */
export function callKernel(layer: CallsLayer, inputs: readonly Layer[]): CallKernel {
  return (call, operands, allocate) => {
    const shipped = defined(layer.functions[layer.functionOf[call] as number], "a call's function");
    const first = layer.operandStart[call] as number;
    const operand = (k: number): unknown => {
      const input = inputs[layer.operandInput[first + k] as number] ?? layer;
      const block = defined(operands[k], "an operand of a call");
      return input.holds === "values" ? unpackWhenReady(bytesOf(block)) : ownArray(block);
    };
    const finish = (value: unknown): DynamicResult | Promise<DynamicResult> => {
      if (isIterator(value)) return whenReady(listOfIterator(value));
      let bytes: Uint8Array;
      try {
        bytes = packValue(value, `the result of ${shipped.name}`);
      } catch (error) {
        // Futures are not sent: their values are.
        const waited = resolveFutures(value);
        if (waited === undefined) throw error;
        return waited.then(finish);
      }
      const result = allocate([bytes.byteLength]);
      (result.data as Uint8Array).set(bytes);
      const made = { block: result };
      return (
        currentTask()
          ?.takeDebts()
          ?.then(() => made) ?? made
      );
    };
    const whenReady = (value: unknown): DynamicResult | Promise<DynamicResult> =>
      isThenable(value) ? Promise.resolve(value).then(finish) : finish(value);
    const run = (args: readonly unknown[]) => whenReady(buildShipped(shipped)(...args));
    const { arguments: packed, argumentStart, argumentEnd } = layer;
    const bytes = packed.subarray(argumentStart[call], argumentEnd[call]);
    const args = unpackArguments(bytes, operand);
    return args instanceof Promise ? args.then(run) : run(args);
  };
}

function bytesOf({ data, offset, shape }: Block): Uint8Array {
  return (data as Uint8Array).subarray(offset, offset + (shape[0] ?? 0));
}

/**
 * An array as the user's own copy: changes in it are visible to no one else. Without axes it is a
 * number, as compute() returns it.
 */
function ownArray(block: Block): ndarray.NdArray<NdData> | Scalar {
  if (block.shape.length === 0) return scalarOf(block);
  const copy = emptyBlock(block.dtype, block.shape);
  copyBlock(block, copy);
  const { shape, stride, offset } = ndLayout(copy);
  return ndarray(copy.data as NdData, shape, stride, offset);
}
