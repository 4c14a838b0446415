// Amounts of memory as people write them: "128MiB", "1.5 kB", "200B".
import { ArgumentError } from "../base/errors.js";

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  pb: 1e15,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
  pib: 2 ** 50,
};

/**
 * The number of bytes that `text` says: kB is 1000, KiB is 1024.
 *
 * @throws ArgumentError `argument.chunks` when it says none.
 */
export function parseBytes(text: string): number {
  const match = /^\s*(\d*\.?\d+(?:e[+-]?\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  const unit = match === null ? undefined : UNITS[(match[2] as string).toLowerCase()];
  if (match === null || unit === undefined) {
    throw new ArgumentError(
      "chunks",
      `${JSON.stringify(text)} is no amount of memory: expected something like "128MiB" or "auto"`,
      { text },
    );
  }
  return Math.floor(Number(match[1]) * unit);
}
