// What each message about coordination looks like, as tables that incoming ones are checked against.
import type {
  CancelWait,
  Coordinate,
  Coordinated,
  CoordinationOperation,
  LeaseLapsed,
  LeaveCoordination,
} from "./coordination-messages.js";
import {
  type Check,
  isBoolean,
  isCount,
  isError,
  isLayer,
  isNumber,
  isOptionalBytes,
  isOptionalCount,
  isString,
  listOf,
  type MessageShapes,
  optional,
  record,
  strings,
} from "./field-checks.js";

const OPERATIONS: Readonly<Record<CoordinationOperation, true>> = {
  "semaphore.acquire": true,
  "semaphore.release": true,
  "event.set": true,
  "event.clear": true,
  "event.isSet": true,
  "event.wait": true,
  "variable.set": true,
  "variable.get": true,
  "variable.delete": true,
  "queue.put": true,
  "queue.get": true,
  "queue.size": true,
  "dataset.publish": true,
  "dataset.get": true,
  "dataset.list": true,
  "dataset.unpublish": true,
};

const isOperation: Check = (value) => typeof value === "string" && Object.hasOwn(OPERATIONS, value);

/** What may come from a client. */
export const COORDINATION_TO_SCHEDULER: MessageShapes<Coordinate | CancelWait | LeaveCoordination> =
  {
    coordinate: {
      fields: {
        request: isCount,
        holder: isString,
        wait: isCount,
        operation: isOperation,
        name: isString,
        limit: isOptionalCount,
        leaseMs: optional((value) => isNumber(value) && (value as number) > 0),
        token: isOptionalCount,
        value: isOptionalBytes,
        kept: optional(strings),
        actors: optional(strings),
      },
    },
    cancelWait: { fields: { holder: isString, wait: isCount } },
    leaveCoordination: { fields: { holder: isString } },
  };

/** What may come to a client. */
export const COORDINATION_TO_CLIENT: MessageShapes<Coordinated | LeaseLapsed> = {
  coordinated: {
    fields: {
      request: isCount,
      isDone: isBoolean,
      error: optional(isError),
      token: isOptionalCount,
      count: isOptionalCount,
      names: optional(strings),
      value: isOptionalBytes,
      kept: optional(listOf(record({ graph: isString, layer: isLayer }))),
      actors: optional(strings),
    },
  },
  leaseLapsed: { fields: { holder: isString, token: isCount, reason: isString } },
};
