// Parts of dates that are a chunked array: the arithmetic of civilOf in calendar.ts, line by line,
// on whole arrays.
import type { ChunkedArray } from "../chunked-array.js";
import { add, floorDivide, multiply, remainder, subtract } from "../elementwise/arithmetic.js";
import { greater, lessEqual } from "../elementwise/comparison.js";
import { where } from "../elementwise/where.js";
import { DAY_MS, DAYS_BEFORE_1970, DAYS_OF_ERA, type DatePart } from "./calendar.js";

/** Days from the first of March to the first of January. */
const DAYS_TO_JANUARY = 306;

/**
 * A part of each date, as a number: of seasons their place in the year that begins in December.
 *
 * @param ms milliseconds since 1970 as float64
 */
export function datePart(ms: ChunkedArray, part: DatePart): ChunkedArray {
  const days = floorDivide(ms, DAY_MS);
  if (part === "hour") return floorDivide(subtract(ms, multiply(days, DAY_MS)), 3_600_000);
  const shifted = add(days, DAYS_BEFORE_1970);
  const era = floorDivide(shifted, DAYS_OF_ERA);
  const ofEra = subtract(shifted, multiply(era, DAYS_OF_ERA));
  const yearOfEra = floorDivide(
    subtract(
      add(subtract(ofEra, floorDivide(ofEra, 1_460)), floorDivide(ofEra, 36_524)),
      floorDivide(ofEra, DAYS_OF_ERA - 1),
    ),
    365,
  );
  const dayOfYear = subtract(ofEra, daysOf(yearOfEra));
  const fromMarch = floorDivide(add(multiply(dayOfYear, 5), 2), 153);
  const isLater = greater(fromMarch, 9);
  const month: ChunkedArray = add(fromMarch, where(isLater, -9, 3));
  switch (part) {
    case "month":
      return month;
    case "season":
      return floorDivide(remainder(month, 12), 3);
    case "day":
      return add(subtract(dayOfYear, floorDivide(add(multiply(fromMarch, 153), 2), 5)), 1);
    default: {
      const fromMarchOf: ChunkedArray = add(yearOfEra, multiply(era, 400));
      const year: ChunkedArray = add(fromMarchOf, where(lessEqual(month, 2), 1, 0));
      if (part === "year") return year;
      const before = subtract(year, 1);
      const january = add(add(daysOf(before), floorDivide(before, 400)), DAYS_TO_JANUARY);
      return add(subtract(shifted, january), 1);
    }
  }
}

/** The days of years before one, but for those that a fourth century has more. */
function daysOf(year: ChunkedArray): ChunkedArray {
  const leaps = subtract(floorDivide(year, 4), floorDivide(year, 100));
  return add(multiply(year, 365), leaps);
}
