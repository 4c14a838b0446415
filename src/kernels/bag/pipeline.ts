// From the steps of a layer to one sink: the door of this folder. Steps by family are in the files
// beside it; what feeds them, and in which bytes, is runtime/.
import { unreachable } from "../../base/assert.js";
import type { PartitionSplit, PartitionStep } from "../../graph/partitions.js";
import {
  filter,
  flatten,
  head,
  listPlucker,
  map,
  plucker,
  sample,
  starmap,
} from "./element-steps.js";
import {
  distinct,
  foldBy,
  group,
  join,
  joinBy,
  joinTallies,
  placed,
  tally,
} from "./keyed-steps.js";
import { finishMeasure, joinMeasures, measure } from "./measures.js";
import type { Sink, StepContext, Transform, UserFunction } from "./sink.js";
import { partOfKey } from "./value-keys.js";
import {
  aggregate,
  boundaries,
  byKey,
  fold,
  keySample,
  mapPartitions,
  sort,
  topk,
} from "./whole-steps.js";

/** The sink into which elements are pushed that are to run through `steps` into `last`. */
export function pipeline(steps: readonly PartitionStep[], last: Sink, context: StepContext): Sink {
  return steps.reduceRight((next, step) => transformOf(step, context)(next), last);
}

function transformOf(step: PartitionStep, context: StepContext): Transform {
  const { functionAt, block, name } = context;
  const what = step.step === "group" ? "groupBy" : step.step;
  const keyOf = (key: number) => placed(functionAt(key), what, block);
  const optionalKey = (key: number | undefined) => (key === undefined ? undefined : keyOf(key));
  const given = (constant: number | undefined) =>
    constant === undefined ? undefined : { value: context.constantAt(constant) };
  switch (step.step) {
    case "map":
      return map(functionAt(step.function));
    case "filter":
    case "remove":
      return filter(functionAt(step.function), step.step === "filter");
    case "starmap":
      return starmap(functionAt(step.function), name);
    case "flatMap":
      return flatten(functionAt(step.function));
    case "flatten":
      return flatten();
    case "pluck":
      return map(plucker(step.index, given(step.default)));
    case "pluckAll":
      return map(listPlucker(step.indices, given(step.default)));
    case "head":
      return head(step.count);
    case "sample":
      return sample(step.probability, step.seed, block);
    case "mapPartitions":
      return mapPartitions(functionAt(step.function), step.name, block);
    case "aggregate":
      return aggregate(functionAt(step.function), step.always);
    case "fold":
      return fold(functionAt(step.function), given(step.initial), given(step.otherwise));
    case "measure":
      return measure(step.measure);
    case "joinMeasures":
      return joinMeasures(step.measure);
    case "finishMeasure":
      return map((state) => finishMeasure(step.measure, state, step.ddof));
    case "foldBy":
      return foldBy(keyOf(step.key), functionAt(step.function), given(step.initial));
    case "joinBy":
      return joinBy(functionAt(step.function), given(step.initial));
    case "tally":
      return tally;
    case "joinTallies":
      return joinTallies;
    case "topk":
      return topk(step.count, optionalKey(step.key));
    case "distinct":
      return distinct(optionalKey(step.key));
    case "sort":
      return sort(optionalKey(step.key), step.descending);
    case "keySample":
      return keySample(step.count, optionalKey(step.key));
    case "boundaries":
      return boundaries(step.parts);
    case "packedBytes":
      return aggregate(context.packedBytes as UserFunction, true);
    case "group":
      return group(keyOf(step.key));
    case "join": {
      const others =
        step.table === undefined ? context.side : (context.constantAt(step.table) as unknown[]);
      return join(keyOf(step.key), keyOf(step.otherKey), others);
    }
    default:
      return unreachable(step);
  }
}

/** Tells in which part an element belongs. */
export function partOf(split: PartitionSplit, context: StepContext): (element: unknown) => number {
  const { parts, by, key } = split;
  const identity: UserFunction = (element) => element;
  const keyOf =
    key === undefined ? identity : placed(context.functionAt(key), context.name, context.block);
  if (by === "hash") return (element) => partOfKey(keyOf(element), parts);
  const compare = byKey(split.descending === true);
  const boundaries = context.side;
  return (element) => {
    const wanted = keyOf(element);
    let low = 0;
    let high = boundaries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(boundaries[middle], wanted) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
