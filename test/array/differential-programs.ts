// Random programs: arrays of random values in random chunks, and random operations on them.
import { type ChunkedArray, fromArray, type NestedArray } from "../../src/array/index.js";
import { DTYPES, type DType } from "../../src/base/dtype.js";
import type { Rng } from "../../src/base/rng.js";
import { type Chunks, sizeOf } from "../../src/graph/model/chunks.js";
import { MORE_OPERATIONS } from "./differential-more.js";
import {
  type Arguments,
  fits,
  type Kind,
  type Made,
  OPERATIONS as PLAIN_OPERATIONS,
  whole,
} from "./differential-operations.js";

/** One step: an array made of earlier ones, which `inputs` number. */
export interface Step {
  readonly op: string;
  readonly inputs: readonly number[];
  readonly args: Readonly<Record<string, unknown>>;
}

const OPERATIONS = new Map([...PLAIN_OPERATIONS, ...MORE_OPERATIONS]);
const NAMES = [...OPERATIONS.keys()];

/** A random way to cut a shape; some blocks are empty. */
export function randomChunks(rng: Rng, shape: readonly number[]): Chunks {
  return shape.map((length) => {
    const lengths: number[] = [];
    for (let rest = length; rest > 0; rest -= lengths.at(-1) as number) {
      lengths.push(rng.chance(0.08) ? 0 : whole(rng, 1, rest));
    }
    return lengths.length === 0 ? [0] : lengths;
  });
}

function randomValue(rng: Rng, dtype: DType): unknown {
  const { kind } = DTYPES[dtype];
  if (kind === "bool") return rng.below(2);
  if (kind === "uint") return whole(rng, 0, 7);
  if (kind === "int") return whole(rng, -7, 7);
  if (kind === "float" && rng.chance(0.03)) return rng.pick(["nan", "inf", "-inf"]);
  const part = () => whole(rng, -16, 16) / 4;
  return kind === "float" ? part() : { re: part(), im: part() };
}

function makeStep(rng: Rng): Step {
  const shape = Array.from({ length: whole(rng, 0, 3) }, () =>
    rng.chance(0.05) ? 0 : whole(rng, 1, 5),
  );
  const dtype = rng.pick(Object.keys(DTYPES) as DType[]);
  const values = Array.from({ length: sizeOf(shape) }, () => randomValue(rng, dtype));
  return { op: "make", inputs: [], args: { shape, dtype, values } };
}

function make({ shape, dtype, values }: Arguments): ChunkedArray {
  const numbers = (values as (number | string | NestedArray)[]).map((value) =>
    typeof value === "string" ? Number(value.replace("inf", "Infinity")) : value,
  );
  return fromArray({ data: numbers as number[], shape }, { dtype });
}

/** A program of some arrays and `count` operations, and the arrays of all its steps. */
export function randomProgram(
  rng: Rng,
  count: number,
): { readonly steps: readonly Step[]; readonly made: readonly Made[] } {
  const steps: Step[] = [];
  const made: Made[] = [];
  const append = (step: Step, values: Omit<Made, "array">) => {
    const inputs = step.inputs.map((i) => (made[i] as Made).array);
    const { op, args } = step;
    const array = op === "make" ? make(args) : (OPERATIONS.get(op) as Kind).apply(args, ...inputs);
    steps.push(step);
    const cut = array.rechunk(randomChunks(rng, array.shape));
    const isCut = op === "make" || rng.chance(0.3);
    const exact = values.exact && fits(array.dtype, values.bits, values.fraction);
    made.push({ ...values, exact, array: isCut ? cut : array });
  };
  const first = makeStep(rng);
  append(first, { exact: true, bits: 3, fraction: 2 });
  append(
    { ...makeStep(rng), ...(rng.chance(0.5) ? first : {}) },
    { exact: true, bits: 3, fraction: 2 },
  );
  for (let tries = 0; steps.length < count + 2 && tries < 200; tries++) {
    const at = whole(rng, Math.max(0, made.length - 4), made.length - 1);
    const x = made[at] as Made;
    const op = rng.pick(NAMES);
    const proposal = (OPERATIONS.get(op) as Kind).propose({ x, pool: made, rng });
    if (proposal === undefined) continue;
    const {
      others = [],
      args = {},
      exact = x.exact,
      bits = x.bits,
      fraction = x.fraction,
    } = proposal;
    if (bits > 60 || x.array.size > 400 || x.array.ndim > 5) continue;
    const inputs =
      op === "where" ? [others[1] as number, at, others[0] as number] : [at, ...others];
    append({ op, inputs, args }, { exact, bits, fraction });
  }
  return { steps, made };
}
