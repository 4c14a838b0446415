// Lengths of time, as users write them: `"15 minutes"`.
import { ArgumentError } from "../../base/errors.js";

const UNITS = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"] as const;

/** A length of time. */
export interface Period {
  readonly count: number;
  readonly unit: (typeof UNITS)[number];
}

/** The length that a text says. @throws ArgumentError `argument.value` for what is none */
export function parsedPeriod(text: string, method: string): Period {
  const [, count = "1", unit] = String(text).match(/^\s*(\d+)?\s*([a-z]+?)s?\s*$/) ?? [];
  const known = UNITS.find((own) => own === unit);
  if (known !== undefined && Number(count) > 0) return { count: Number(count), unit: known };
  const problem = `${method}: ${JSON.stringify(text)} is no length of time: expected one such as "15 minutes", "day" or "2 weeks"`;
  throw new ArgumentError("value", problem, { text });
}

/** @throws ArgumentError `argument.value` for a text that names no unit of time */
export function checkUnit(unit: unknown, method: string): void {
  if (typeof unit !== "string" || UNITS.some((own) => own === unit.toLowerCase())) return;
  const text = `${method}: ${JSON.stringify(unit)} is no unit of time: expected ${UNITS.join(", ")}`;
  throw new ArgumentError("value", text, { unit });
}

/** The length in SQL. */
export function intervalSql({ count, unit }: Period): string {
  return unit === "quarter"
    ? `INTERVAL ${3 * count} MONTH`
    : `INTERVAL ${count} ${unit.toUpperCase()}`;
}
