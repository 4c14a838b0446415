// Arguments of a call as bytes: values as they are, and holes where something stands that is computed
// elsewhere. Holes are looked for in lists and plain objects, as deep as they go.
import {
  CALL_ARGUMENT,
  type CallArgument,
  type HasCallArgument,
  hasCallArgument,
} from "../graph/calls.js";
import { arePackedLeaves, isLeafList, packLeaves, unpackLeaves } from "./leaf-bytes.js";
import { packValue, unpackWhenReady } from "./value-bytes.js";

/** Where a hole is, and which operands fill it. */
interface Hole {
  readonly path: readonly (string | number)[];
  /** Position of its first operand among those of the call, and how many there are. */
  readonly first: number;
  readonly count: number;
  readonly isList: boolean;
}

/** Arguments on their way. */
export interface PackedArguments<T> {
  readonly bytes: Uint8Array;
  /** What fills the holes, in order. */
  readonly holes: readonly T[];
}

/** How many operands something becomes, and whether they are lists to be joined. */
export type OperandCount = Pick<CallArgument, "isList"> & { readonly count: number };

/**
 * Packs arguments.
 *
 * @param isHole tells what is computed elsewhere, and as how many operands it comes
 * @throws ArgumentError `argument.function` for what cannot travel
 */
export function packArguments<T extends object>(
  args: readonly unknown[],
  isHole: (value: object) => OperandCount | undefined,
  name: string,
): PackedArguments<T> {
  const found: T[] = [];
  const holes: Hole[] = [];
  let operands = 0;
  const path: (string | number)[] = [];
  const copy = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const hole = isHole(value);
    if (hole !== undefined) {
      holes.push({ path: [...path], first: operands, ...hole });
      operands += hole.count;
      found.push(value as T);
      return undefined;
    }
    if (Array.isArray(value))
      return copyChildren(
        value,
        value.map((item) => item),
      );
    if (isPlain(value)) return copyChildren(value as Record<string, unknown>, { ...value });
    return value;
  };
  /** The same object where it has no holes: cycles and shared parts stay as they are. */
  const visiting = new Set<object>();
  const copyChildren = <O extends object>(value: O, into: O): O => {
    if (visiting.has(value)) return value;
    visiting.add(value);
    const before = holes.length;
    for (const key of Object.keys(value) as (keyof O & string)[]) {
      path.push(key);
      into[key] = copy(value[key]) as O[keyof O & string];
      path.pop();
    }
    visiting.delete(value);
    return holes.length === before ? value : into;
  };
  const values = args.map((value, k) => {
    path.push(k);
    const copied = copy(value);
    path.pop();
    return copied;
  });
  const bytes = packValue(holes.length === 0 ? [values] : [values, holes], name);
  return { bytes, holes: found };
}

/** Arguments that hold collections or futures. */
export function packCallArguments(
  args: readonly unknown[],
  name: string,
): PackedArguments<HasCallArgument> & { readonly arguments: readonly CallArgument[] } {
  if (isLeafList(args)) return { bytes: packLeaves(args), holes: [], arguments: [] };
  const seen = new Map<object, CallArgument>();
  const packed = packArguments<HasCallArgument>(
    args,
    (value) => {
      if (!hasCallArgument(value)) return undefined;
      const argument = value[CALL_ARGUMENT]();
      seen.set(value, argument);
      return { count: argument.blocks.length, isList: argument.isList };
    },
    name,
  );
  const given = packed.holes.map((hole) => seen.get(hole) as CallArgument);
  return { ...packed, arguments: given };
}

/** The arguments, with the operands' values in the holes; a promise where modules have to be loaded. */
export function unpackArguments(
  bytes: Uint8Array,
  operand: (k: number) => unknown,
): unknown[] | Promise<unknown[]> {
  if (arePackedLeaves(bytes)) return unpackLeaves(bytes);
  const unpacked = unpackWhenReady(bytes);
  if (unpacked instanceof Promise) return unpacked.then((value) => fill(value, operand));
  return fill(unpacked, operand);
}

function fill(unpacked: unknown, operand: (k: number) => unknown): unknown[] | Promise<unknown[]> {
  const [values, holes = []] = unpacked as [unknown[], Hole[]?];
  const waiting: Promise<void>[] = [];
  for (const { path, first, count, isList } of holes) {
    const given = Array.from({ length: count }, (_, k) => operand(first + k));
    const put = (list: readonly unknown[]) => {
      const target = path.slice(0, -1).reduce<unknown>(childOf, values);
      (target as Record<string | number, unknown>)[path.at(-1) as string] = isList
        ? list.flat(1)
        : list[0];
    };
    if (given.some((value) => value instanceof Promise)) {
      waiting.push(Promise.all(given).then(put));
    } else put(given);
  }
  return waiting.length === 0 ? values : Promise.all(waiting).then(() => values);
}

function childOf(holder: unknown, key: string | number): unknown {
  return (holder as Record<string | number, unknown>)[key];
}

/** Whether the value is an object that lists its fields and nothing else: no instance of a class. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
