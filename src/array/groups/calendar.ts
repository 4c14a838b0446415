// Dates in UTC as milliseconds since 1970, and their parts: arithmetic, without the clock. Days are
// counted in years that begin in March, so that leap days come last:
// https://howardhinnant.github.io/date_algorithms.html
import { ArgumentError } from "../../base/errors.js";
import { shown } from "../../base/format-value.js";

/**
 * A date: one of JavaScript's, milliseconds since 1970, or text after ISO 8601. In UTC where it
 * says no other zone.
 */
export type DateLike = { getTime(): number } | number | bigint | string;

/**
 * The part of a date that is its label, in UTC: `"season"` is `"DJF"`, `"MAM"`, `"JJA"` or `"SON"`,
 * months and days count from 1.
 */
export type DatePart = "year" | "month" | "season" | "dayOfYear" | "day" | "hour";

/** The parts of a date; months and days count from 1. */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;
/** Days from the first of March of the year 0 to the first of 1970. */
export const DAYS_BEFORE_1970 = 719_468;
/** Days of 400 years, after which the calendar repeats. */
export const DAYS_OF_ERA = 146_097;

/** The date of a day that is counted from 1970. */
export function civilOf(day: number): Civil {
  const shifted = day + DAYS_BEFORE_1970;
  const era = Math.floor(shifted / DAYS_OF_ERA);
  const dayOfEra = shifted - era * DAYS_OF_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / (DAYS_OF_ERA - 1))) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

/** The day, counted from 1970, of a date; months may be any, counted on from the year's first. */
export function dayNumber(year: number, month: number, day: number): number {
  const shiftedYear = year + Math.floor((month - 3) / 12);
  const shiftedMonth = (((month - 3) % 12) + 12) % 12;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * shiftedMonth + 2) / 5) + day - 1;
  const leaps = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * DAYS_OF_ERA + yearOfEra * 365 + leaps + dayOfYear - DAYS_BEFORE_1970;
}

const ISO =
  /^([+-]\d{6}|\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?)?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * A date as milliseconds since 1970.
 *
 * @throws ArgumentError `argument.value` for what is none
 */
export function dateMs(given: unknown, at: number): number {
  const ms = typeof given === "string" ? textMs(given) : plainMs(given);
  if (Number.isFinite(ms)) return ms;
  const text = `label ${at} is ${shown(given)}: expected a date, milliseconds or an ISO 8601 text`;
  throw new ArgumentError("value", text, { at });
}

function plainMs(given: unknown): number {
  if (typeof given === "number") return given;
  if (typeof given === "bigint") return Number(given);
  const { getTime } = (given ?? {}) as { readonly getTime?: unknown };
  return typeof getTime === "function" ? Number(getTime.call(given)) : Number.NaN;
}

function textMs(text: string): number {
  const found = ISO.exec(text);
  if (found === null) return Number.NaN;
  const [year, month, day, hour, minute, second] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const days = dayNumber(year as number, month as number, day || 1);
  const { month: same, day: sameDay } = civilOf(days);
  if (same !== month || sameDay !== (day || 1)) return Number.NaN;
  const time = ((hour as number) * 60 + (minute as number)) * 60 + (second as number);
  const fraction = Number(`0.${found[7] ?? 0}`);
  return days * DAY_MS + time * 1000 + Math.floor(fraction * 1000) - zoneMs(found[8]);
}

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const minutes = 60 * Number(zone.slice(1, 3)) + Number(zone.slice(-2));
  return (zone.startsWith("-") ? -1 : 1) * minutes * 60_000;
}

/** A date as text: `2001-03-01`, with the time unless it is midnight. */
export function isoText(ms: number): string {
  const { year, month, day } = civilOf(Math.floor(ms / DAY_MS));
  const two = (part: number) => String(part).padStart(2, "0");
  const date = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
  const rest = ms - Math.floor(ms / DAY_MS) * DAY_MS;
  if (rest === 0) return date;
  const [hours, minutes, seconds] = [3_600_000, 60_000, 1000].map((unit, i) =>
    two(Math.floor(rest / unit) % (i === 0 ? 24 : 60)),
  );
  const fraction = rest % 1000 === 0 ? "" : `.${String(rest % 1000).padStart(3, "0")}`;
  return `${date}T${hours}:${minutes}:${seconds}${fraction}Z`;
}
