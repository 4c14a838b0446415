// Bytes and durations in human notation: "1GB", "512MiB", "3.2 s".
import { ArgumentError } from "./errors.js";

const BYTE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
  p: 1e15,
  pb: 1e15,
  ki: 2 ** 10,
  kib: 2 ** 10,
  mi: 2 ** 20,
  mib: 2 ** 20,
  gi: 2 ** 30,
  gib: 2 ** 30,
  ti: 2 ** 40,
  tib: 2 ** 40,
  pi: 2 ** 50,
  pib: 2 ** 50,
};

const QUANTITY = /^\s*(\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+)\s*([a-z]*)\s*$/i;

/**
 * Reads a number of bytes in human notation: `"1GB"` (10⁹), `"512 MiB"` (512 × 2²⁰), `"1000"`.
 * Units ending in `iB` count in powers of 1024, the others in powers of 1000; case does not matter.
 *
 * @throws ArgumentError `argument.value` when the text is not a quantity of bytes.
 */
export function parseBytes(text: string): number {
  const bytes = bytesIn(text);
  if (bytes !== undefined) return bytes;
  throw new ArgumentError(
    "value",
    `cannot read ${JSON.stringify(text)} as a number of bytes: write it like "1GB", "512MiB" or "1000"`,
    { text },
  );
}

/** The same; undefined when the text is not a quantity of bytes. */
export function bytesIn(text: string): number | undefined {
  const match = QUANTITY.exec(text);
  const factor = match === null ? undefined : BYTE_UNITS[(match[2] as string).toLowerCase()];
  return match === null || factor === undefined ? undefined : Math.floor(Number(match[1]) * factor);
}

/**
 * A limit of memory: bytes as {@link parseBytes} reads them, a number of bytes, or a fraction of
 * `totalBytes` when it is above 0 and at most 1 and has no unit (`0.5`, `"0.5"`).
 *
 * @throws ArgumentError `argument.value` when it is neither, or not above zero.
 */
export function parseMemoryLimit(limit: string | number, totalBytes: number): number {
  const plain = typeof limit === "number" ? limit : Number(limit.trim() === "" ? "NaN" : limit);
  const isFraction = plain > 0 && plain <= 1;
  const bytes = isFraction
    ? plain * totalBytes
    : Number.isNaN(plain)
      ? parseBytes(`${limit}`)
      : plain;
  if (!(bytes >= 1 && Number.isFinite(bytes))) {
    throw new ArgumentError(
      "value",
      `a memory limit of ${JSON.stringify(limit)} is not above zero: write bytes ("1GB") or a fraction of the machine's memory ("0.5")`,
      { limit },
    );
  }
  return Math.floor(bytes);
}

/** Bytes in human notation, three digits and a unit of 1024: `"7.63 MiB"`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : threeDigits(value)} ${units[unit]}`;
}

/**
 * A duration in human notation: `"850 µs"`, `"12.3 ms"`, `"4.2 s"`, `"3 min 20 s"`, `"2 h 5 min"`.
 */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1) return `${Math.round(milliseconds * 1000)} µs`;
  if (milliseconds < 999.5) return `${threeDigits(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${threeDigits(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Milliseconds of a time that is written with its unit: `"500 ms"`, `"10s"`, `"5 min"`, `"2h"`.
 *
 * @throws ArgumentError `argument.value` when the text is no time with a unit.
 */
export function parseDuration(text: string): number {
  const match = QUANTITY.exec(text);
  const factor = match === null ? undefined : DURATION_UNITS[(match[2] as string).toLowerCase()];
  if (match !== null && factor !== undefined) return Number(match[1]) * factor;
  throw new ArgumentError(
    "value",
    `cannot read ${JSON.stringify(text)} as a time: write it with its unit, like "10 s", "500 ms" or "2 h"`,
    { text },
  );
}

/** Nouns whose plural has no further s only. */
const PLURALS: Readonly<Record<string, string>> = { axis: "axes", index: "indices" };

/** A count with its noun: `"1 worker"`, `"2 workers"`, `"2 axes"`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : (PLURALS[noun] ?? `${noun}s`)}`;
}

/** Three significant digits without an exponent and without trailing zeros. */
function threeDigits(value: number): string {
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1))));
  return String(Number(value.toFixed(decimals)));
}
