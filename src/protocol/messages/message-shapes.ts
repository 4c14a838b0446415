// Whether an incoming message has the form that it must have, by tables of its fields and of which of its columns
// are equally long. Whether a message makes sense (a task by that number exists) is for the cores to judge.
import { CALL_ACTOR } from "./actor-message-shapes.js";
import { CLIENT_TO_SCHEDULER, SCHEDULER_TO_CLIENT } from "./client-message-shapes.js";
import {
  type Check,
  counts,
  isCount,
  isOptionalRegions,
  isString,
  type MessageShapes,
  type Shape,
} from "./field-checks.js";
import type { ToLender } from "./memory-messages.js";
import type { CallActor, DataRequest } from "./messages.js";
import { SCHEDULER_TO_WORKER, WORKER_TO_SCHEDULER } from "./worker-message-shapes.js";

/** Says that a data reply came whole: the sender may use its bytes' memory again. */
export interface DataReceived {
  readonly type: "dataReceived";
  readonly request: number;
}

/** What may come to a scheduler. */
export const TO_SCHEDULER = { ...CLIENT_TO_SCHEDULER, ...WORKER_TO_SCHEDULER };

/** What may come from a scheduler. */
export const FROM_SCHEDULER = { ...SCHEDULER_TO_CLIENT, ...SCHEDULER_TO_WORKER };

/** What may come to a data server. */
export const TO_DATA_SERVER: MessageShapes<DataRequest | DataReceived | CallActor | ToLender> = {
  getTasks: { fields: { request: isCount, tasks: counts, regions: isOptionalRegions } },
  getHeld: { fields: { request: isCount, layer: isString, block: isCount } },
  dataReceived: { fields: { request: isCount } },
  findMemory: { fields: { request: isCount } },
  proveMemory: {
    fields: {
      proof: isString,
      borrower: isString,
      pid: isCount,
      startTicks: isCount,
      leases: counts,
    },
  },
  returnMemory: { fields: { leases: counts } },
  refuseMemory: { fields: {} },
  leaveMemory: { fields: {} },
  ...CALL_ACTOR,
};

type AnyShape = Shape<Record<string, unknown>>;

/** The fields of a shape and their checks, side by side: they are walked for every message. */
interface CheckList {
  readonly fields: readonly string[];
  readonly checks: readonly Check[];
}

const checkLists = new WeakMap<AnyShape, CheckList>();

function checkListOf(shape: AnyShape): CheckList {
  let list = checkLists.get(shape);
  if (list === undefined) {
    list = { fields: Object.keys(shape.fields), checks: Object.values(shape.fields) };
    checkLists.set(shape, list);
  }
  return list;
}

/** What is wrong with the form of `message`; undefined when it is one of `shapes`. */
export function shapeMistake(
  message: unknown,
  shapes: MessageShapes<never> | Readonly<Record<string, unknown>>,
): string | undefined {
  if (typeof message !== "object" || message === null) return "a message that is no object";
  const values = message as Record<string, unknown>;
  const { type } = values;
  if (typeof type !== "string") return "a message without a type";
  if (!Object.hasOwn(shapes, type))
    return `a message of type ${JSON.stringify(type)} does not belong here`;
  const shape = (shapes as Record<string, AnyShape>)[type] as AnyShape;
  const { fields, checks } = checkListOf(shape);
  for (let k = 0; k < checks.length; k++) {
    const field = fields[k] as string;
    if (!(checks[k] as Check)(values[field])) return `${type} with an unfit field ${field}`;
  }
  for (const group of shape.columns ?? []) {
    const rows = (values[group[0] as string] as readonly unknown[]).length;
    for (const column of group) {
      if ((values[column] as readonly unknown[]).length === rows) continue;
      return `${type} whose columns ${group.join(", ")} differ in length`;
    }
  }
  return type === "computeTasks" ? operandMistake(values) : undefined;
}

function operandMistake(values: Record<string, unknown>): string | undefined {
  const { resources, tasks } = values as { resources?: unknown[]; tasks: unknown[] };
  if (resources !== undefined && resources.length !== tasks.length) {
    return "computeTasks whose column resources differs in length";
  }
  const expected = (values.operandCounts as readonly number[]).reduce((sum, n) => sum + n, 0);
  return expected === (values.operands as readonly number[]).length
    ? undefined
    : "computeTasks whose operandCounts do not add up to its operands";
}
