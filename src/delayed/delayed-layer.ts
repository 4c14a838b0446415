// Delayed calls as layers. All calls below some results that are in no layer yet become one layer,
// each after those that it reads. So 100,000 calls are one layer and one message.

import { shippedFunction } from "../functions/function-ref.js";
import type { AnyFunction } from "../functions/shipped-function.js";
import type { CallOperand } from "../graph/model/calls-layer.js";
import {
  CALL_ARGUMENT,
  type CallArgument,
  CallsBuilder,
  hasCallArgument,
} from "../graph/model/calls-layer.js";
import { UNKNOWN_LENGTH } from "../graph/model/chunks.js";
import type { PickLayer } from "../graph/model/layer.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import { nameLayer, wordFrom } from "../graph/model/naming.js";
import type { CollectionParts } from "../graph/ports/collection.js";
import { membersOf, packArguments } from "../shipping/call-arguments.js";
import { ValueAssembly } from "../shipping/values/value-assembly.js";

/** The property of objects that stand for a pending call. */
export const PENDING_CALL = Symbol("tilework.pendingCall");

/**
 * A call that has not happened: its function and arguments, and its place once it is in a layer.
 */
export class PendingCall {
  readonly f: AnyFunction;
  readonly args: readonly unknown[];
  readonly options: CallNaming;
  placed: PlacedCall | undefined;

  constructor(f: AnyFunction, args: readonly unknown[], options: CallNaming) {
    this.f = f;
    this.args = args;
    this.options = options;
  }
}

/** How a call is named. */
export interface CallNaming {
  /** Whether equal calls have equal results, so that they may have one name. */
  readonly pure: boolean;
  readonly name: string;
}

function pendingCall(value: object): PendingCall | undefined {
  return (value as { readonly [PENDING_CALL]?: PendingCall })[PENDING_CALL];
}

/** A call that is a block of a layer. */
export interface PlacedCall {
  readonly node: LayerNode;
  readonly block: number;
}

/** Puts calls, and those below them, into a layer unless they are in one; returns their places. */
export function placeCalls(roots: readonly PendingCall[]): PlacedCall[] {
  const calls = unplacedBelow(roots);
  if (calls.length > 0) placeTogether(calls);
  return roots.map((root) => root.placed as PlacedCall);
}

/** The argument that stands for another call's result. */
const ONE_RESULT = { count: 1, isList: false } as const;

function placeTogether(calls: readonly PendingCall[]): void {
  const builder = new CallsBuilder();
  const numberOf = new Map<PendingCall, number>();
  let areAllPure = true;
  /** Collections that any of the calls reads. */
  const given = new Map<object, CallArgument>();
  const holeOf = (value: object) => {
    if (pendingCall(value) !== undefined) return ONE_RESULT;
    if (!hasCallArgument(value)) return undefined;
    const argument = given.get(value) ?? value[CALL_ARGUMENT]();
    given.set(value, argument);
    return { count: argument.blocks.length, isList: argument.isList };
  };
  for (const call of calls) {
    const { f, args, options } = call;
    areAllPure &&= options.pure;
    const packed = packArguments<object>(
      args,
      holeOf,
      `an argument of ${options.name || "the function"}`,
    );
    const operands = packed.holes.flatMap((hole): CallOperand[] => {
      const below = pendingCall(hole);
      if (below !== undefined) {
        const number = numberOf.get(below);
        return [number === undefined ? (below.placed as PlacedCall) : { call: number }];
      }
      const { node, blocks } = given.get(hole) as CallArgument;
      return blocks.map((block) => ({ node, block }));
    });
    numberOf.set(call, builder.add(shippedFunction(f), packed.bytes, operands));
  }
  const [first] = calls;
  const word = calls.length === 1 ? wordFrom(first?.options.name ?? "", "delayed") : "delayed";
  const node = builder.node(word, areAllPure ? undefined : crypto.randomUUID());
  for (const [call, block] of numberOf) call.placed = { node, block };
}

/** Calls below `roots` that are in no layer, each after those that it reads. */
function unplacedBelow(roots: readonly PendingCall[]): PendingCall[] {
  const order: PendingCall[] = [];
  const seen = new Set<PendingCall>();
  // An explicit stack: chains of many thousand calls must not overflow the call stack.
  const stack: { readonly call: PendingCall; readonly below: PendingCall[] }[] = [];
  const open = (call: PendingCall) => {
    if (seen.has(call) || call.placed !== undefined) return;
    seen.add(call);
    stack.push({ call, below: callsIn(call.args) });
  };
  for (const root of roots) {
    open(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.below.pop();
      if (next !== undefined) open(next);
      else {
        order.push(top.call);
        stack.pop();
      }
    }
  }
  return order;
}

/** Calls among arguments, also inside lists, objects, Maps and Sets. */
function callsIn(args: readonly unknown[]): PendingCall[] {
  const found: PendingCall[] = [];
  // Most calls have neither lists nor objects among their arguments.
  let seen: Set<object> | undefined;
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const call = pendingCall(value);
    if (call !== undefined) {
      found.push(call);
      return;
    }
    seen ??= new Set();
    if (seen.has(value)) return;
    seen.add(value);
    for (const member of membersOf(value)) look(member);
  };
  for (const value of args) look(value);
  return found;
}

/** The one block of a call, and the value in it. */
export function delayedParts({ node, block }: PlacedCall): CollectionParts {
  const isAlone = node.layer.chunks[0]?.length === 1;
  return {
    node: isAlone ? node : picked(node, block),
    assemble: () => new ValueAssembly(1, ([value]) => value),
  };
}

function picked(node: LayerNode, block: number): LayerNode {
  const layer = nameLayer<PickLayer>("result", {
    kind: "pick",
    holds: "values",
    inputs: [node.layer.name],
    chunks: [[UNKNOWN_LENGTH]],
    dtype: "uint8",
    blocks: Int32Array.of(block),
  });
  return { layer, inputs: [node] };
}
