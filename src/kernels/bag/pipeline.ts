// Turns the steps of a layer into one sink: the entry of this folder. The other files of this
// folder have the steps by family; runtime/ feeds them and encodes results.
import { unreachable } from "../../base/assert.js";
import type { PartitionStep } from "../../graph/model/partition-steps.js";
import {
  filter,
  flatMap,
  flatten,
  head,
  listPlucker,
  map,
  plucker,
  sample,
  starmap,
} from "./element-steps.js";
import { frequentKeys, joinSketches, sketchKeys } from "./frequent-keys.js";
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
import { records } from "./record-steps.js";
import type { OptionalValue, Sink, StepContext, Transform, UserFunction } from "./sink.js";
import {
  aggregate,
  boundaries,
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
  const { functionAt, block, name, later } = context;
  switch (step.step) {
    case "map":
      return map(functionAt(step.function), later);
    case "filter":
    case "remove":
      return filter(functionAt(step.function), step.step === "filter", later);
    case "starmap":
      return starmap(functionAt(step.function), name, later);
    case "flatMap":
      return flatMap(functionAt(step.function), later);
    case "flatten":
      return flatten;
    case "pluck":
      return map(plucker(step.index, constantOf(step.default, context)), later);
    case "pluckAll":
      return map(listPlucker(step.indices, constantOf(step.default, context)), later);
    case "head":
      return head(step.count);
    case "sample":
      return sample(step.probability, step.seed, block);
    case "mapPartitions":
      return mapPartitions(functionAt(step.function), step.name, context);
    case "aggregate":
      return aggregate(functionAt(step.function), step.always);
    case "fold":
      return fold(
        functionAt(step.function),
        constantOf(step.initial, context),
        constantOf(step.otherwise, context),
      );
    case "measure":
      return measure(step.measure);
    case "joinMeasures":
      return joinMeasures(step.measure);
    case "finishMeasure":
      return map((state) => finishMeasure(step.measure, state, step.ddof), later);
    case "boundaries":
      return boundaries(step.parts);
    case "records":
      return records(step);
    case "packedBytes":
      return aggregate(context.packedBytes as UserFunction, true);
    default:
      return keyedTransformOf(step, context);
  }
}

/** Steps that look at keys of elements, or at elements as keys. */
type KeyedStep = Extract<
  PartitionStep,
  | { readonly step: "foldBy" | "joinBy" | "tally" | "joinTallies" | "topk" | "distinct" | "sort" }
  | { readonly step: "keySample" | "sketchKeys" | "joinSketches" | "frequentKeys" }
  | { readonly step: "group" | "join" }
>;

/** Public names of steps whose internal names differ. */
const METHODS: Readonly<Record<string, string>> = { group: "groupBy", sketchKeys: "join" };

function keyedTransformOf(step: KeyedStep, context: StepContext): Transform {
  const { functionAt, block } = context;
  const what = METHODS[step.step] ?? step.step;
  const keyOf = (key: number) => placed(functionAt(key), what, block);
  const optionalKey = (key: number | undefined) => (key === undefined ? undefined : keyOf(key));
  switch (step.step) {
    case "foldBy":
      return foldBy(keyOf(step.key), functionAt(step.function), constantOf(step.initial, context));
    case "joinBy":
      return joinBy(functionAt(step.function), constantOf(step.initial, context));
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
    case "sketchKeys":
      return sketchKeys(keyOf(step.key), step.capacity);
    case "joinSketches":
      return joinSketches(step.capacity);
    case "frequentKeys":
      return frequentKeys(step.parts);
    case "group":
      return group(keyOf(step.key));
    case "join": {
      const others = constantOf(step.table, context)?.value ?? context.side;
      return join(keyOf(step.key), keyOf(step.otherKey), others as readonly unknown[]);
    }
    default:
      return unreachable(step);
  }
}

/** A constant: decoded again each time, since functions may modify their arguments. */
function constantOf(position: number | undefined, { constantAt }: StepContext): OptionalValue {
  if (position === undefined) return undefined;
  return {
    get value() {
      return constantAt(position);
    },
  };
}
