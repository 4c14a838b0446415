// Layers with something changed in them, as a peer of bad will or bad memory would send them.
import type { Rng } from "../../../src/base/rng.js";
import type { Layer } from "../../../src/graph/model/layer.js";

type Numbers = Int32Array | Float64Array;
type Holder = Record<string, unknown> | unknown[] | Numbers;

const ODD_NUMBERS = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  -0,
  0,
  1,
  2,
  7,
  0.5,
  -1.5,
  2 ** 31,
  2 ** 53,
  -1e300,
];
const ODD_VALUES = [undefined, null, true, "", "axis", "__proto__", [], {}, [[]], 3n, [Number.NaN]];

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (ArrayBuffer.isView(value)) return (value as Int32Array).slice();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, copyOf(inner)]));
}

/** Every list, object and column inside a value, itself included, as often as it has entries. */
function holdersOf(value: unknown): Holder[] {
  if (value instanceof Int32Array || value instanceof Float64Array) return [value];
  if (ArrayBuffer.isView(value) || typeof value !== "object" || value === null) return [];
  const inner = Object.entries(value).filter(([field]) => field !== "inputs");
  return [value as Holder, ...inner.flatMap(([, entry]) => holdersOf(entry))];
}

/** Fields that say which layer it is are left alone: without them it is another error. */
const KEPT = ["name", "inputs"];

/** `layer` with one to three changes. */
export function mutated(layer: Layer, rng: Rng): Layer {
  const copy = copyOf(layer) as Layer & Record<string, unknown>;
  for (let changes = 1 + rng.below(3); changes > 0; changes--) {
    const holder = rng.pick(holdersOf(copy));
    if (holder instanceof Int32Array || holder instanceof Float64Array)
      changeColumn(copy, holder, rng);
    else if (Array.isArray(holder)) changeList(holder, rng);
    else changeField(holder as Record<string, unknown>, rng);
  }
  return copy;
}

function changeField(record: Record<string, unknown>, rng: Rng): void {
  const fields = Object.keys(record).filter((field) => !KEPT.includes(field));
  if (fields.length === 0) return;
  const field = rng.pick(fields);
  record[field] = changed(record[field], rng);
}

function changeList(list: unknown[], rng: Rng): void {
  const at = rng.below(list.length + 1);
  const how = rng.below(4);
  if (how === 0) list.splice(at, 1);
  else if (how === 1) list.splice(at, 0, copyOf(list[at] ?? list[0] ?? 1));
  else if (how === 2 && list.length > 1) [list[0], list[at]] = [list[at] ?? list[1], list[0]];
  else if (at < list.length) list[at] = changed(list[at], rng);
}

function changeColumn(layer: Record<string, unknown>, column: Numbers, rng: Rng): void {
  if (column.length > 0 && rng.chance(0.7)) {
    const at = rng.below(column.length);
    const value = changed(column[at], rng);
    column[at] = typeof value === "number" ? value : -1;
    return;
  }
  const field = Object.keys(layer).find((name) => layer[name] === column);
  if (field !== undefined) layer[field] = column.slice(0, rng.below(column.length + 1));
}

function changed(value: unknown, rng: Rng): unknown {
  if (typeof value !== "number" || rng.chance(0.1))
    return copyOf(rng.pick([...ODD_VALUES, ...ODD_NUMBERS]));
  return rng.chance(0.5) ? value + rng.pick([-2, -1, 1, 2]) : rng.pick(ODD_NUMBERS);
}
