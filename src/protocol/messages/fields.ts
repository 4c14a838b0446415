// Checks of message fields; field types follow from them. They check the form of a value; the cores
// judge ranges and existence.
import { isDType } from "../../base/dtype.js";
import type { Cut } from "../../graph/dependencies/regions.js";
import type { Layer, LayerName, PersistedLayer } from "../../graph/model/layer.js";
import type { WireError } from "../values/wire-error.js";
import type { Check, FieldChecks, Fields, OptionalCheck } from "./schema.js";

export const isString: Check<string> = (value) => typeof value === "string";
export const isBoolean: Check<boolean> = (value) => typeof value === "boolean";
export const isNumber: Check<number> = (value) => typeof value === "number";
export const isFiniteNumber: Check<number> = (value): value is number => Number.isFinite(value);
export const isPositive: Check<number> = (value): value is number =>
  isFiniteNumber(value) && value > 0;
export const isInteger: Check<number> = (value): value is number => Number.isSafeInteger(value);
export const isCount: Check<number> = (value): value is number => isInteger(value) && value >= 0;
export const isBytes: Check<Uint8Array> = (value) => value instanceof Uint8Array;
export const isIndices: Check<Int32Array> = (value) => value instanceof Int32Array;

/** A list whose entries pass `check`. */
export function listOf<T>(check: Check<T>): Check<readonly T[]> {
  return (value): value is readonly T[] => {
    if (!Array.isArray(value)) return false;
    for (let i = 0; i < value.length; i++) if (!check(value[i])) return false;
    return true;
  };
}

/** An object with these fields, and maybe others. */
export function record<F extends FieldChecks>(fields: F): Check<Fields<F>> {
  const entries = Object.entries(fields);
  return (value): value is Fields<F> =>
    typeof value === "object" &&
    value !== null &&
    entries.every(([field, check]) => check((value as Record<string, unknown>)[field]));
}

/** A field that may be missing. */
export function optional<T>(check: Check<T>): OptionalCheck<T> {
  const either = (value: unknown): value is T => value === undefined || check(value);
  return Object.assign(either, { isOptional: true } as const);
}

/** Null, or a value that passes `check`. */
export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value);
}

/** One of these texts. */
export function oneOf<const T extends string>(...texts: readonly T[]): Check<T> {
  const allowed: ReadonlySet<unknown> = new Set(texts);
  return (value): value is T => allowed.has(value);
}

export const strings = listOf(isString);
export const counts = listOf(isCount);
export const integers = listOf(isInteger);
export const numbers = listOf(isNumber);
export const finites = listOf(isFiniteNumber);
/** The name of a layer: a text by its form. */
export const isLayerName = isString as Check<unknown> as Check<LayerName>;
export const layerNames = listOf(isLayerName);
export const shapes = listOf(counts);

/** The number of a task, or the name of an actor. */
export const isAsker: Check<number | string> = (value) => isCount(value) || isString(value);

/** Parts of values: whole ones, boxes, and parts by number. */
export const cuts: Check<readonly (Cut | null)[]> = listOf(
  nullable((value: unknown): value is Cut => isBox(value) || isPart(value)),
);
const isBox = record({ start: counts, shape: counts });
const isPart = record({ part: isCount });

/** Amounts by name, of which nothing may be left. */
export const isResourcesLeft: Check<Readonly<Record<string, number>>> = (
  value,
): value is Readonly<Record<string, number>> =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((amount) => typeof amount === "number" && amount >= 0);

/** The same of amounts that are asked for. */
export const isResources: Check<Readonly<Record<string, number>>> = (
  value,
): value is Readonly<Record<string, number>> =>
  isResourcesLeft(value) && !Object.values(value).includes(0);

/** The terms of a job. */
export const isTerms = record({
  priority: optional(isInteger),
  retries: optional(isCount),
  allowedFailures: optional(isCount),
  resources: optional(isResources),
  workers: optional(strings),
  allowOtherWorkers: optional(isBoolean),
  coresMax: optional(isCount),
  memoryPerWorkerBytes: optional(isNumber),
});

const hasLayerFields = record({
  kind: isString,
  name: isString,
  inputs: strings,
  dtype: isDType as Check<unknown>,
});

/** A layer. Its grid was checked when it was unpacked. */
export const isLayer: Check<Layer> = (value): value is Layer => hasLayerFields(value);

export const isPersistedLayer: Check<PersistedLayer> = (value): value is PersistedLayer =>
  isLayer(value) && value.kind === "persisted";

/** Causes of causes are checked to this depth. */
const ERROR_DEPTH_MAX = 32;

export const isError: Check<WireError> = (value): value is WireError =>
  isErrorTo(value, ERROR_DEPTH_MAX);

const hasErrorFields = record({
  name: isString,
  message: isString,
  code: optional(isString),
  stack: optional(isString),
  type: optional(isString),
  base: optional(isString),
  own: optional((value: unknown): value is object => typeof value === "object" && value !== null),
  classId: optional(isString),
  packed: optional(isBytes),
  lost: optional(strings),
});

function isErrorTo(value: unknown, depth: number): boolean {
  if (depth === 0 || !hasErrorFields(value)) return false;
  const { cause, errors } = value as { cause?: unknown; errors?: unknown };
  const isInner = (inner: unknown): inner is unknown => isErrorTo(inner, depth - 1);
  return (
    (cause === undefined || isInner(cause)) && (errors === undefined || listOf(isInner)(errors))
  );
}
