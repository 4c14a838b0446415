// The ndarrays that compute() returns for arrays. They print their values and convert to nested
// lists.
import ndarray, { type NdArray } from "ndarray";
import { type Block, type NdData, ndLayout } from "../../base/block.js";
import { type DType, isComplex, type Scalar } from "../../base/dtype.js";
import type { NestedArray } from "../layers/array-data.js";
import { printArray } from "./print-array.js";

/** Methods of an ndarray that return another view of it. */
const VIEWS = ["lo", "hi", "step", "transpose", "pick"] as const;
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** Prototypes that add our methods to a class of ndarrays, by that class and by dtype. */
const prototypes = new WeakMap<object, Map<DType | undefined, object>>();

/**
 * The elements of a block as an ndarray; of complex numbers with one more axis, for their two
 * parts.
 */
export function computedArray(block: Block): NdArray<NdData> {
  return withMethods(ndarray(block.data as NdData, ndLayout(block).shape), block.dtype);
}

/** @param dtype that of the elements; undefined for parts of complex numbers */
function withMethods(view: NdArray<NdData>, dtype: DType | undefined): NdArray<NdData> {
  const own = Object.getPrototypeOf(view) as object;
  let byDType = prototypes.get(own);
  if (byDType === undefined) prototypes.set(own, (byDType = new Map()));
  let prototype = byDType.get(dtype);
  if (prototype === undefined) {
    byDType.set(dtype, (prototype = Object.create(own, methodsOf(own, dtype)) as object));
  }
  return Object.setPrototypeOf(view, prototype) as NdArray<NdData>;
}

function methodsOf(own: object, dtype: DType | undefined): PropertyDescriptorMap {
  const isPairs = dtype !== undefined && isComplex(dtype);
  const partsDType = isPairs ? undefined : dtype;
  const methods: Record<string | symbol, (this: NdArray<NdData>, ...given: never[]) => unknown> = {
    toArray(this: NdArray<NdData>) {
      return nestedOf(this, dtype);
    },
    toJSON(this: NdArray<NdData>) {
      return forJson(nestedOf(this, dtype));
    },
    toString(this: NdArray<NdData>) {
      return printArray(this, dtype);
    },
    [INSPECT](this: NdArray<NdData>) {
      return printArray(this, dtype);
    },
  };
  for (const name of VIEWS) {
    const view = (own as Record<string, unknown>)[name];
    if (typeof view !== "function") continue;
    methods[name] = function (...given) {
      const made = Reflect.apply(view, this, given) as NdArray<NdData>;
      return typeof made === "object" ? withMethods(made, partsDType) : made;
    };
  }
  return Object.fromEntries(
    Reflect.ownKeys(methods).map((name) => [
      name,
      { value: methods[name as string], configurable: true, writable: true },
    ]),
  ) as PropertyDescriptorMap;
}

/** The elements as nested lists: booleans of bool, `{ re, im }` of complex numbers. */
function nestedOf({ data, shape, stride, offset }: NdArray<NdData>, dtype: DType | undefined) {
  const isPairs = dtype !== undefined && isComplex(dtype);
  const rank = isPairs ? shape.length - 1 : shape.length;
  const element = (at: number): Scalar => {
    const value = data[at] as number | bigint;
    if (isPairs) return { re: value as number, im: data[at + (stride[rank] as number)] as number };
    return dtype === "bool" ? value !== 0 : value;
  };
  const listed = (axis: number, at: number): NestedArray | Scalar =>
    axis === rank
      ? element(at)
      : Array.from({ length: shape[axis] as number }, (_, i) =>
          listed(axis + 1, at + i * (stride[axis] as number)),
        );
  return listed(0, offset);
}

/** BigInts, which JSON lacks, as numbers, or as text where numbers cannot be so large. */
function forJson(value: NestedArray | Scalar): unknown {
  if (Array.isArray(value)) return value.map(forJson);
  if (typeof value !== "bigint") return value;
  const isExact = value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER;
  return isExact ? Number(value) : String(value);
}
