// Periods of time along an axis: groups of those that follow one another, empty ones too.
import { ArgumentError } from "../../base/errors.js";
import { shown } from "../../base/format-value.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis } from "../chunks/axes.js";
import { checkArrays } from "../layers/array-operands.js";
import { civilOf, DAY_MS, dateMs, dayNumber, isoText } from "./calendar.js";
import { type GroupedArray, groupBy } from "./group-by.js";
import { type Labels, listOf } from "./group-labels.js";

/** A period: of the calendar, or a number of days, hours, minutes or seconds: `"7d"`, `"6h"`. */
export type Period = "year" | "month" | `${number}${"d" | "h" | "min" | "s"}`;

/** Options of {@link resample}. */
export interface ResampleOptions {
  /** The axis of the dates; default: the first. */
  readonly axis?: number;
  /** Whether reductions leave NaN out; default: false. */
  readonly skipNaN?: boolean;
}

/** More periods than this are a mistake in the dates. */
const PERIODS_MAX = 10_000_000;

const UNITS_MS = { d: DAY_MS, h: 3_600_000, min: 60_000, s: 1000 } as const;

/**
 * The elements of `x` in periods of time along an axis, in UTC: from that of the first date to that
 * of the last, those without elements, too. Periods of days and less are counted from the midnight
 * before the first date.
 *
 * @param dates one for each position along the axis: dates, milliseconds since 1970, or ISO 8601
 * texts
 * @param every how long a period is
 * @returns what reduces the periods; `labels` of it are when each begins
 * @chunks of results: one block along the axis, or as many as `x` has where dates ascend; about one
 * task per block of `x`
 * @throws ArgumentError `argument.shape` for another number of dates; `argument.value` for what is
 * no date or period; `argument.axis`; `argument.dtype` for complex numbers
 * @see https://docs.xarray.dev/en/stable/generated/xarray.DataArray.resample.html
 * @example
 * const x = asarray([1, 2, 3]);
 * const months = resample(x, ["2001-01-30", "2001-01-31", "2001-03-01"], "month");
 * months.labels; // → ["2001-01-01", "2001-02-01", "2001-03-01"]
 * await months.sum().compute(); // → [3, 0, 3]
 */
export function resample(
  x: ChunkedArray,
  dates: Labels,
  every: Period,
  options: ResampleOptions = {},
): GroupedArray {
  checkArrays("resample", x);
  const length = x.shape[checkAxis(options.axis ?? 0, x.ndim)];
  const times = Array.from(listOf("dates", dates, [length as number]), dateMs);
  const first = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const { numberOf, startOf } = periods(every, first);
  const numbers = times.map(numberOf);
  const [from, to] = numbers.reduce(
    ([least, most], number) => [Math.min(least, number), Math.max(most, number)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as [number, number],
  );
  const count = numbers.length === 0 ? 0 : to - from + 1;
  if (count > PERIODS_MAX) {
    const text = `there are ${count} periods of ${every} between the dates: expected at most ${PERIODS_MAX}`;
    throw new ArgumentError("value", text, { every, count });
  }
  const labels = Array.from({ length: count }, (_, k) => isoText(startOf(from + k)));
  return groupBy(
    x,
    numbers.map((number) => labels[number - from] as string),
    { ...options, expected: labels },
  );
}

/** Numbers of periods, and when each begins. */
function periods(every: Period, firstMs: number) {
  const dayOf = (ms: number) => Math.floor(ms / DAY_MS);
  if (every === "year") {
    return {
      numberOf: (ms: number) => civilOf(dayOf(ms)).year,
      startOf: (year: number) => dayNumber(year, 1, 1) * DAY_MS,
    };
  }
  if (every === "month") {
    return {
      numberOf: (ms: number) => {
        const { year, month } = civilOf(dayOf(ms));
        return 12 * year + month - 1;
      },
      startOf: (number: number) =>
        dayNumber(Math.floor(number / 12), (((number % 12) + 12) % 12) + 1, 1) * DAY_MS,
    };
  }
  const stepMs = lengthMs(every);
  const origin = dayOf(firstMs) * DAY_MS;
  return {
    numberOf: (ms: number) => Math.floor((ms - origin) / stepMs),
    startOf: (number: number) => origin + number * stepMs,
  };
}

function lengthMs(every: unknown): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(d|h|min|s)$/.exec(String(every)) ?? [];
  const ms = Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
  if (ms >= 1) return ms;
  const text = `every is ${shown(every)}: expected "year", "month", or a length such as "7d", "6h", "30min"`;
  throw new ArgumentError("value", text, { every });
}
