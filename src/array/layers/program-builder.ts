// Builds a blockwise layer's program and operands together, so an input that is used twice is
// loaded once. graph/model/program.ts defines programs.
import type { DType, Scalar } from "../../base/dtype.js";
import type { BlockwiseLayer, LayerOperand } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { Operation } from "../../graph/model/operations.js";
import type { Program, ProgramNode } from "../../graph/model/program.js";

/** A program under construction. Methods return the number of the node they add. */
export class ProgramBuilder {
  readonly #nodes: ProgramNode[] = [];
  readonly #operands: LayerOperand[] = [];
  readonly #inputs: LayerNode[] = [];
  readonly #loads = new Map<string, number>();

  /** The element of `input`, whose axes run along `axes` of the loop. */
  load(input: LayerNode, axes: readonly number[]): number {
    const { name, dtype } = input.layer;
    const key = `${name}:${axes}`;
    const known = this.#loads.get(key);
    if (known !== undefined) return known;
    let at = this.#inputs.findIndex((other) => other.layer.name === name);
    if (at < 0) at = this.#inputs.push(input) - 1;
    const operand = this.#operands.push({ input: at, axes }) - 1;
    const node = this.#nodes.push({ op: "load", operand, dtype }) - 1;
    this.#loads.set(key, node);
    return node;
  }

  /** A value that is the same everywhere. */
  constant(value: Scalar, dtype: DType): number {
    return this.#nodes.push({ op: "constant", value, dtype }) - 1;
  }

  /** The value of `node` as `dtype`. */
  cast(node: number, dtype: DType): number {
    if ((this.#nodes[node] as ProgramNode).dtype === dtype) return node;
    return this.#nodes.push({ op: "cast", args: [node], dtype }) - 1;
  }

  /** An operation on earlier nodes. */
  apply(op: Operation, args: readonly number[], dtype: DType): number {
    return this.#nodes.push({ op, args, dtype }) - 1;
  }

  /** The program so far, whose result is the node added last, with the inputs it reads. */
  finish(): {
    readonly inputs: readonly LayerNode[];
    readonly fields: Pick<BlockwiseLayer, "inputs" | "operands"> & { readonly program: Program };
  } {
    return {
      inputs: this.#inputs,
      fields: {
        inputs: this.#inputs.map((input) => input.layer.name),
        operands: this.#operands,
        program: { nodes: this.#nodes },
      },
    };
  }
}
