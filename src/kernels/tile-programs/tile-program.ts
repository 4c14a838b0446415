// Programs as steps over tiles: which kernel computes which node, and in which slot of the thread's
// own memory its values are until the last step that reads them. A program with anything that has
// no kernel here is a loop's business (loop-code.ts). How steps are run is run-tiles.ts.
import { type DType, isBigInt, isComplex } from "../../base/dtype.js";
import { type Program, type ProgramNode, programDType } from "../../graph/model/program.js";
import type { ReductionName } from "../../graph/model/reduction.js";
import { valueAs } from "../blocks/scalar-values.js";
import { TileFold } from "../tiles/tile-codes.js";
import { isTileDType, isTileInteger, type TileDType } from "../tiles/tile-dtypes.js";
import { hasWasm } from "../wasm/wasm-instances.js";
import { castSteps, hasSameBits, isFunction, type KernelCall, kernelCall } from "./tile-calls.js";

/** Slots that there are for the values of a program. */
export const SLOTS_MAX = 24;

/** Where a node's values are: those of its own, of an operand, or those of an earlier node. */
interface TileNode {
  readonly dtype: TileDType;
  /** The slot; unused for an operand that is already in the kernels' memory in the right form. */
  readonly slot: number;
}

/** The real number that is read of each element of a complex operand. */
export type ComplexPart = "abs" | "real" | "imag";

/** The origin of a node's values if no step computes them. */
type Origin =
  | { readonly type: "operand"; readonly operand: number; readonly part?: ComplexPart }
  | { readonly type: "constant"; readonly value: number }
  | { readonly type: "position"; readonly axis: number };

/** A node that is there before the steps begin. */
export type TileSource = TileNode & Origin & { readonly node: number };

/** A step: the node that it computes, from which others, and how. */
export type TileStep = TileNode &
  KernelCall & { readonly node: number; readonly args: readonly [number, number, number] };

/** A program as steps. */
export interface TileProgram {
  readonly nodes: number;
  readonly sources: readonly TileSource[];
  readonly steps: readonly TileStep[];
  /** The node that holds the results. */
  readonly result: number;
  readonly resultDType: TileDType;
}

/** Operations that return real numbers unchanged. */
const SAME: ReadonlySet<ProgramNode["op"]> = new Set(["positive", "real", "conj"] as const);

const FOLDS: { readonly [R in ReductionName]?: TileFold } = {
  sum: TileFold.sum,
  mean: TileFold.sum,
  prod: TileFold.product,
  min: TileFold.min,
  max: TileFold.max,
  all: TileFold.min,
  any: TileFold.max,
};

/** How a reduction folds tiles of float64; undefined for one that does not. */
export function tileFold(name: ReductionName, state: DType): TileFold | undefined {
  // Integers of 64 bits wrap around; but sums of shorter ones are exact where there are not too
  // many.
  if (isBigInt(state)) return name === "sum" ? TileFold.sum : undefined;
  if (isTileInteger(state) && name !== "min" && name !== "max") return undefined;
  return isTileDType(state) ? FOLDS[name] : undefined;
}

/**
 * `program` with its values as float64, in which tiles are folded: truths where `name` is of such.
 */
export function foldedProgram(program: Program, name: ReductionName): Program {
  const nodes = [...program.nodes];
  const cast = (dtype: DType) => {
    if ((nodes.at(-1) as ProgramNode).dtype === dtype) return;
    nodes.push({ op: "cast", args: [nodes.length - 1], dtype });
  };
  if (name === "any" || name === "all") cast("bool");
  cast("float64");
  return { nodes };
}

/** `program` with its values as float32, where it is sums of such that are folded. */
export function singleProgram(program: Program, fold: TileFold): Program | undefined {
  const { nodes } = program;
  if (fold !== TileFold.sum) return undefined;
  if (programDType(program) === "float32") return program;
  const last = nodes.at(-1) as ProgramNode;
  const isCast = last.op === "cast" && last.dtype === "float64";
  if (!isCast || last.args[0] !== nodes.length - 2) return undefined;
  const before = { nodes: nodes.slice(0, -1) };
  return programDType(before) === "float32" ? before : undefined;
}

/**
 * The steps of `program`; undefined without WebAssembly, and when there is no kernel for one of its
 * nodes.
 */
export function tileProgram(program: Program): TileProgram | undefined {
  if (!hasWasm()) return undefined;
  const dtype = programDType(program);
  // Integers of 64 bits are BigInts, which can only be read here.
  if (!isTileDType(dtype) || isBigInt(dtype)) return undefined;
  return new Compiler(withKernels(program)).compile();
}

/**
 * `program` with functions of float32 computed in float64, and casts in steps: there are no other
 * kernels.
 */
function withKernels(program: Program): Program {
  const nodes: ProgramNode[] = [];
  const numbers: number[] = [];
  const push = (node: ProgramNode) => nodes.push(node) - 1;
  for (const node of program.nodes) {
    if (!("args" in node)) {
      numbers.push(push(node));
      continue;
    }
    const args = node.args.map((arg) => numbers[arg] as number);
    const { op, dtype } = node;
    if (op === "cast") {
      const [arg] = args as [number];
      const steps = castSteps((nodes[arg] as ProgramNode).dtype, dtype) ?? [dtype];
      numbers.push(steps.reduce((from, to) => push({ op, args: [from], dtype: to }), arg));
    } else if (isFunction(op) && dtype === "float32") {
      const wide = args.map((arg) => push({ op: "cast", args: [arg], dtype: "float64" }));
      const value = push({ op, args: wide, dtype: "float64" });
      numbers.push(push({ op: "cast", args: [value], dtype }));
    } else numbers.push(push({ ...node, args } as ProgramNode));
  }
  return { nodes };
}

class Compiler {
  private readonly program: Program;
  /** For each node, the one that has its values: itself, or one that it passes on. */
  private readonly origin: number[] = [];
  private readonly lastUse: number[];
  private readonly slotOf: number[] = [];
  private readonly free: number[] = [];
  private slots = 0;
  private readonly sources: TileSource[] = [];
  private readonly steps: TileStep[] = [];

  constructor(program: Program) {
    this.program = program;
    this.lastUse = program.nodes.map((_, n) => n);
  }

  compile(): TileProgram | undefined {
    const { nodes } = this.program;
    for (let n = 0; n < nodes.length; n++) this.follow(n);
    for (let n = 0; n < nodes.length; n++) if (!this.place(n)) return undefined;
    const last = nodes.length - 1;
    const { sources, steps } = this;
    const resultDType = this.dtype(last) as TileDType;
    return {
      nodes: nodes.length,
      sources,
      steps,
      result: this.origin[last] as number,
      resultDType,
    };
  }

  private dtype(n: number): DType {
    return (this.program.nodes[n] as ProgramNode).dtype;
  }

  /** Notes whose values a node has, and that it reads those of others. */
  private follow(n: number): void {
    const node = this.program.nodes[n] as ProgramNode;
    this.origin[n] = n;
    if (!("args" in node)) return;
    for (const arg of node.args) this.lastUse[this.origin[arg] as number] = n;
    const [arg] = node.args as readonly [number];
    const same = SAME.has(node.op) || node.op === "cast";
    const from = this.dtype(arg);
    if (same && isTileDType(node.dtype) && isTileDType(from) && hasSameBits(from, node.dtype))
      this.origin[n] = this.origin[arg] as number;
  }

  /** Finds a kernel and a slot for a node; false when there is none. */
  private place(n: number): boolean {
    const node = this.program.nodes[n] as ProgramNode;
    const { dtype } = node;
    // Complex operands have no slot; only loading them is allowed, since nodes that read their
    // parts do that themselves.
    if (!isTileDType(dtype)) return node.op === "load" && isComplex(dtype);
    if (this.origin[n] !== n) return true;
    switch (node.op) {
      case "load":
        this.addSource(n, dtype, { type: "operand", operand: node.operand });
        break;
      case "constant": {
        const value = valueAs(dtype, node.value) as number;
        this.addSource(n, dtype, { type: "constant", value });
        break;
      }
      case "position":
        if (dtype !== "float64") return false;
        this.addSource(n, dtype, { type: "position", axis: node.axis });
        break;
      case "uniform":
        return false;
      default: {
        if (this.slotOf[n] !== undefined) {
          this.release(n, [this.origin[node.args[0] as number] as number]);
          return true;
        }
        if (this.addSinCos(n, node) || this.addPart(n, node)) return this.slots <= SLOTS_MAX;
        const of = node.args.map((arg) => this.dtype(arg));
        const call = kernelCall(node.op, of, dtype);
        if (call === undefined) return false;
        this.addStep(n, dtype, call, node.args);
      }
    }
    return this.slots <= SLOTS_MAX;
  }

  private addSource(node: number, dtype: TileDType, source: Origin): void {
    // All sources are made ready before the first step: none may be where a step has been.
    this.sources.push({ node, dtype, slot: this.slots++, ...source });
  }

  private addStep(
    node: number,
    dtype: TileDType,
    call: KernelCall,
    given: readonly number[],
  ): void {
    const [a = 0, b = a, c = b] = given.map((arg) => this.origin[arg] as number);
    const args = [a, b, c] as const;
    // Elements of one size may be written where they were read; others would run into each other.
    const inPlace = args.every((arg) => this.dtype(arg) === dtype);
    if (inPlace) this.release(node, args);
    this.steps.push({ node, dtype, slot: this.takeSlot(node), args, ...call });
    if (!inPlace) this.release(node, args);
  }

  /**
   * Steps for a sine and a cosine of one float64, where `n` is the first of the two; false where
   * there is but one.
   */
  private addSinCos(
    n: number,
    { op, dtype, args }: Extract<ProgramNode, { args: readonly number[] }>,
  ): boolean {
    if (dtype !== "float64" || (op !== "sin" && op !== "cos")) return false;
    const x = this.origin[args[0] as number] as number;
    const twin = this.program.nodes.findIndex(
      (other, m) =>
        m > n &&
        other.op === (op === "sin" ? "cos" : "sin") &&
        other.dtype === dtype &&
        this.origin[other.args[0] as number] === x,
    );
    if (twin < 0) return false;
    for (const node of [n, twin]) {
      const slot = this.takeSlot(node);
      this.steps.push({ node, dtype, slot, args: [x, x, x], takes: "nothing" });
    }
    const both = op === "sin" ? ([x, n, twin] as const) : ([x, twin, n] as const);
    this.steps.push({
      ...(this.steps.pop() as TileStep),
      args: both,
      takes: "angle",
      kernel: "sinCos64",
    });
    return true;
  }

  /**
   * A source for one real number of each of a complex operand's; false where the node is something
   * else.
   */
  private addPart(
    n: number,
    { op, dtype, args }: Extract<ProgramNode, { args: readonly number[] }>,
  ): boolean {
    const from = this.program.nodes[args[0] as number] as ProgramNode;
    if (from.op !== "load" || !isComplex(from.dtype) || !isPart(op)) return false;
    if (dtype !== (from.dtype === "complex128" ? "float64" : "float32")) return false;
    this.addSource(n, dtype, { type: "operand", operand: from.operand, part: op });
    return true;
  }

  private takeSlot(n: number): number {
    const slot = this.free.pop() ?? this.slots++;
    this.slotOf[n] = slot;
    return slot;
  }

  /** Gives back the slots of steps that are not read after node `n`. */
  private release(n: number, args: readonly number[]): void {
    for (const arg of new Set(args)) {
      const isStep = this.steps.some(({ node }) => node === arg);
      if (isStep && this.lastUse[arg] === n) this.free.push(this.slotOf[arg] as number);
    }
  }
}

function isPart(op: ProgramNode["op"]): op is ComplexPart {
  return op === "abs" || op === "real" || op === "imag";
}
