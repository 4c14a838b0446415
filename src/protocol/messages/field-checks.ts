// The checks that tables of messages are made of: what a field of an incoming message may hold. The tables are
// client-message-shapes.ts, worker-message-shapes.ts and message-shapes.ts.
import { isDType } from "../../base/dtype.js";

/** Whether a field holds what it may. */
export type Check = (value: unknown) => boolean;

/** A check for each field, and groups of columns that are equally long. */
export interface Shape<Message> {
  readonly fields: { readonly [Field in Exclude<keyof Message, "type">]: Check };
  readonly columns?: readonly (readonly Exclude<keyof Message, "type">[])[];
}

/** The shape of every message of a union. */
export type MessageShapes<Message extends { readonly type: string }> = {
  readonly [Type in Message["type"]]: Shape<Extract<Message, { readonly type: Type }>>;
};

export const isString: Check = (value) => typeof value === "string";
export const isNumber: Check = (value) => typeof value === "number";
export const isInteger: Check = (value) => Number.isSafeInteger(value);
export const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const isBoolean: Check = (value) => typeof value === "boolean";

export function listOf(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return false;
    for (let i = 0; i < value.length; i++) if (!check(value[i])) return false;
    return true;
  };
}

export function record(fields: Readonly<Record<string, Check>>): Check {
  const entries = Object.entries(fields);
  return (value) =>
    typeof value === "object" &&
    value !== null &&
    entries.every(([field, check]) => check((value as Record<string, unknown>)[field]));
}

export function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

export const isOptionalCount = optional(isCount);
export const isOptionalBytes = optional((value) => value instanceof Uint8Array);
export const isOptionalString: Check = (value) => value === undefined || typeof value === "string";
export const isOptionalInteger: Check = (value) =>
  value === undefined || value === null || isInteger(value);
export const isOptionalName: Check = (value) => value === null || isOptionalString(value);
export const isError: Check = (value) => isErrorTo(value, 32);
export const isErrorBase = record({
  name: isString,
  message: isString,
  code: isOptionalString,
  stack: isOptionalString,
  type: isOptionalString,
  base: isOptionalString,
  own: (value) => value === undefined || (typeof value === "object" && value !== null),
  classId: isOptionalString,
  packed: isOptionalBytes,
  lost: optional(listOf(isString)),
});

function isErrorTo(value: unknown, depth: number): boolean {
  if (depth === 0 || !isErrorBase(value)) return false;
  const { cause, errors } = value as { cause?: unknown; errors?: unknown };
  const isInner: Check = (inner) => isErrorTo(inner, depth - 1);
  return (
    (cause === undefined || isInner(cause)) && (errors === undefined || listOf(isInner)(errors))
  );
}

export const strings = listOf(isString);
export const counts = listOf(isCount);
export const integers = listOf(isInteger);
export const numbers = listOf(isNumber);
export const isOptionalShapes = optional(listOf(counts));
export const isRegion = record({ start: counts, shape: counts });
export const isPart = record({ part: isCount });
export const regions = listOf((value) => value === null || isRegion(value) || isPart(value));
export const isOptionalRegions: Check = (value) => value === undefined || regions(value);
export const isResources: Check = (value) =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((amount) => typeof amount === "number" && amount > 0);
export const isOptionalResources: Check = (value) => value === undefined || isResources(value);
export const isOptionalResourcesColumn: Check = (value) =>
  value === undefined ||
  (Array.isArray(value) && value.every((entry) => entry === null || isResources(entry)));
export const isOptionalTerms: Check = (value) => value === undefined || isTerms(value);
export const isTerms = record({
  priority: optional(isInteger),
  retries: optional(isCount),
  allowedFailures: optional(isCount),
  resources: isOptionalResources,
  workers: optional(listOf(isString)),
  allowOtherWorkers: optional(isBoolean),
  coresMax: optional(isCount),
  memoryPerWorkerBytes: optional(isNumber),
});
export const isStealOutcome: Check = (value) =>
  value === "givenUp" || value === "begun" || value === "unknown";
/** A task, by its number, or an actor. */
export const isOptionalAsker: Check = (value) =>
  value === undefined || isCount(value) || isString(value);
export const isPrintLevel: Check = (value) =>
  ["debug", "info", "log", "warn", "error"].includes(value as string);
// Grids were checked when they were unpacked.
export const isLayer = record({ kind: isString, name: isString, inputs: strings, dtype: isDType });
