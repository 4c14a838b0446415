// Arguments of a call as bytes, with holes for values that are computed elsewhere. Holes are found
// in lists, plain objects, Maps and Sets at any depth.
import { setOwn } from "../base/own-property.js";
import {
  type CallArgument,
  type HasCallArgument,
  hasCallArgument,
} from "../graph/model/calls-layer.js";
import {
  arePackedLeaves,
  isLeaf,
  isLeafList,
  type Leaf,
  type LeafHole,
  LIST_LENGTH_MAX,
  packLeaves,
  unpackLeaves,
} from "./values/scalar-codec.js";
import { packValue, unpackWhenReady } from "./values/value-bytes.js";

/** Where a hole is, and which operands fill it. */
interface Hole {
  readonly path: readonly (string | number)[];
  /** Position of its first operand among those of the call, and how many there are. */
  readonly first: number;
  readonly count: number;
  readonly isList: boolean;
}

/** The place of a Map or Set with holes: it is sent as the list of its entries or members. */
interface Rebuilt {
  readonly path: readonly (string | number)[];
  readonly kind: "Map" | "Set";
}

/** Arguments on their way. */
export interface PackedArguments<T> {
  readonly bytes: Uint8Array;
  /** The fillings of the holes, in order. */
  readonly holes: readonly T[];
}

/**
 * Packs arguments.
 *
 * @param isHole recognises values that are computed elsewhere, with the number of their operands
 * @throws ArgumentError `argument.function` for values that cannot be sent
 */
export function packArguments<T extends object>(
  args: readonly unknown[],
  isHole: (value: object) => LeafHole | undefined,
  name: string,
): PackedArguments<T> {
  const direct = packDirectly<T>(args, isHole);
  if (direct !== undefined) return direct;
  const found: T[] = [];
  const holes: Hole[] = [];
  const rebuilt: Rebuilt[] = [];
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
    return value instanceof Map || value instanceof Set ? copyMembers(value) : value;
  };
  const copyMembers = (value: Map<unknown, unknown> | Set<unknown>): unknown => {
    if (visiting.has(value)) return value;
    visiting.add(value);
    const before = holes.length;
    const members: unknown[] = [...value];
    const copied = copyChildren(members, [...members]);
    visiting.delete(value);
    if (holes.length === before) return value;
    rebuilt.push({ path: [...path], kind: value instanceof Map ? "Map" : "Set" });
    return copied;
  };
  /** The same object if it has no holes: cycles and shared parts stay intact. */
  const visiting = new Set<object>();
  const copyChildren = <O extends object>(value: O, into: O): O => {
    if (visiting.has(value)) return value;
    visiting.add(value);
    const before = holes.length;
    for (const key of Object.keys(value) as (keyof O & string)[]) {
      path.push(key);
      setOwn(into, key, copy(value[key]));
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
  const bytes = packValue(holes.length === 0 ? [values] : [values, holes, rebuilt], name);
  return { bytes, holes: found };
}

/** Arguments that are leaves and holes themselves; undefined where there are others. */
function packDirectly<T extends object>(
  args: readonly unknown[],
  isHole: (value: object) => LeafHole | undefined,
): PackedArguments<T> | undefined {
  if (args.length > LIST_LENGTH_MAX) return undefined;
  const packed: (Leaf | LeafHole)[] = [];
  const holes: T[] = [];
  for (const value of args) {
    if (isLeaf(value)) {
      packed.push(value);
      continue;
    }
    const hole = typeof value === "object" ? isHole(value as object) : undefined;
    if (hole === undefined) return undefined;
    packed.push(hole);
    holes.push(value as T);
  }
  return { bytes: packLeaves(packed), holes };
}

/** The members of a list, plain object, Map or Set, which may be holes; none for other values. */
export function membersOf(value: object): Iterable<unknown> {
  if (Array.isArray(value) || value instanceof Set) return value;
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  return isPlain(value) ? Object.values(value) : [];
}

/**
 * Arguments of a call as bytes, with the operands for those that are computed elsewhere, in order.
 */
export interface PackedCall<A> {
  readonly bytes: Uint8Array;
  readonly arguments: readonly A[];
}

/**
 * Packs arguments that may hold collections or futures.
 *
 * @param argumentOf returns the operands of one of these; called once for each
 * @throws ArgumentError `argument.function` for values that cannot be sent
 */
export function packCallArguments<A extends Pick<CallArgument, "blocks" | "isList">>(
  args: readonly unknown[],
  name: string,
  argumentOf: (value: HasCallArgument) => A,
): PackedCall<A> {
  if (isLeafList(args)) return { bytes: packLeaves(args), arguments: [] };
  const found = new Map<object, A>();
  const packed = packArguments<HasCallArgument>(
    args,
    (value) => {
      if (!hasCallArgument(value)) return undefined;
      let argument = found.get(value);
      if (argument === undefined) found.set(value, (argument = argumentOf(value)));
      return { count: argument.blocks.length, isList: argument.isList };
    },
    name,
  );
  return { bytes: packed.bytes, arguments: packed.holes.map((hole) => found.get(hole) as A) };
}

/**
 * The arguments, with the operands' values in the holes; a promise where modules have to be loaded.
 */
export function unpackArguments(
  bytes: Uint8Array,
  operand: (k: number) => unknown,
): unknown[] | Promise<unknown[]> {
  if (arePackedLeaves(bytes)) return unpackDirectly(bytes, operand);
  const unpacked = unpackWhenReady(bytes);
  if (unpacked instanceof Promise) return unpacked.then((value) => fill(value, operand));
  return fill(unpacked, operand);
}

function unpackDirectly(
  bytes: Uint8Array,
  operand: (k: number) => unknown,
): unknown[] | Promise<unknown[]> {
  let first = 0;
  let isWaiting = false;
  const values = unpackLeaves(bytes, (hole) => {
    const value = holeValue({ first, ...hole }, operand);
    first += hole.count;
    isWaiting ||= value instanceof Promise;
    return value;
  });
  return isWaiting ? Promise.all(values) : values;
}

/** The value for a hole; a promise if modules have to be loaded. */
function holeValue(
  { first, count, isList }: Omit<Hole, "path">,
  operand: (k: number) => unknown,
): unknown {
  if (!isList) return operand(first);
  const lists = Array.from({ length: count }, (_, k) => operand(first + k));
  if (!lists.some((value) => value instanceof Promise)) return lists.flat(1);
  return Promise.all(lists).then((ready) => ready.flat(1));
}

function fill(unpacked: unknown, operand: (k: number) => unknown): unknown[] | Promise<unknown[]> {
  const [values, holes = [], rebuilt = []] = unpacked as [unknown[], Hole[]?, Rebuilt[]?];
  const waiting: Promise<void>[] = [];
  for (const { path, ...hole } of holes) {
    const value = holeValue(hole, operand);
    if (value instanceof Promise) waiting.push(value.then((got) => put(values, path, got)));
    else put(values, path, value);
  }
  const rebuild = () => {
    // Inner ones come first: paths lead through the lists of outer ones.
    for (const { path, kind } of rebuilt) {
      const members = path.reduce<unknown>(childOf, values);
      put(values, path, kind === "Map" ? new Map(members as []) : new Set(members as []));
    }
    return values;
  };
  return waiting.length === 0 ? rebuild() : Promise.all(waiting).then(rebuild);
}

function put(values: unknown[], path: readonly (string | number)[], value: unknown): void {
  const holder = path.slice(0, -1).reduce<unknown>(childOf, values);
  (holder as Record<string | number, unknown>)[path.at(-1) as string] = value;
}

function childOf(holder: unknown, key: string | number): unknown {
  return (holder as Record<string | number, unknown>)[key];
}

/**
 * Whether the value is an object that lists its fields and nothing else: no instance of a class.
 */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
