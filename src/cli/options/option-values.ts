// Reads the values of command-line options; commander turns exceptions from here into usage errors.
import { accessSync, constants, statSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import { isTileworkError } from "../../base/errors.js";
import { parseBytes, parseMemoryLimit } from "../../base/units.js";
import { ports as portKind } from "../../config/value-kinds.js";
import { systemMemoryBytes } from "../../runtime/host/process-usage.js";
import { interfaceAddress } from "../../system/interfaces.js";

/** A whole number from 1. */
export function positiveInteger(text: string): number {
  return integerBetween(1, Number.MAX_SAFE_INTEGER)(text);
}

/** A whole number from 0. */
export function wholeNumber(text: string): number {
  return integerBetween(0, Number.MAX_SAFE_INTEGER)(text);
}

/** A port, or a range of them, as text: 0 lets the system choose. */
export function ports(text: string): string {
  const value = portKind.read(text);
  if (value !== undefined) return value;
  throw new InvalidArgumentError(
    "It must be a port from 0 to 65535, or a range of ports such as 9000-9010.",
  );
}

/** A number of workers, or `auto`. */
export function workerCount(text: string): number | "auto" {
  if (text === "auto") return text;
  try {
    return positiveInteger(text);
  } catch {
    throw new InvalidArgumentError("It must be a whole number from 1, or auto.");
  }
}

/** Words with commas or spaces between them. */
export function words(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}

/** The address of an interface of this machine. */
export function interfaceHost(text: string): string {
  try {
    return interfaceAddress(text);
  } catch (error) {
    if (!isTileworkError(error)) throw error;
    throw new InvalidArgumentError(`${error.message}.`);
  }
}

/** An address for others to connect to; `host:port` means TCP. */
export function contactAddress(text: string): string {
  return address(text.includes("://") ? text : `tcp://${text}`);
}

/** A seed of the random generators. */
export function seed(text: string): number {
  return integerBetween(0, 2 ** 32 - 1)(text);
}

/** Seconds above zero, in milliseconds. */
export function seconds(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!(value > 0 && Number.isFinite(value))) {
    throw new InvalidArgumentError(`It must be a number of seconds above 0, such as 30.`);
  }
  return value * 1000;
}

/** Seconds from zero, in milliseconds. */
export function secondsFromZero(text: string): number {
  return text.trim() !== "" && Number(text) === 0 ? 0 : seconds(text);
}

/** Bytes, or a fraction of this machine's memory. */
export function memoryLimit(text: string): number {
  try {
    return parseMemoryLimit(text, systemMemoryBytes());
  } catch (error) {
    if (!isTileworkError(error)) throw error;
    throw new InvalidArgumentError(
      `It must be bytes ("1GB", "512MiB") or a fraction of this machine's memory ("0.5").`,
    );
  }
}

/** A number of bytes, such as 500MB. */
export function byteCount(text: string): number {
  try {
    return parseBytes(text);
  } catch (error) {
    if (!isTileworkError(error)) throw error;
    throw new InvalidArgumentError('It must be bytes, such as "500MB" or "512MiB".');
  }
}

/** A variable of an environment, beside those before it. */
export function variable(
  text: string,
  before: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const at = text.indexOf("=");
  if (at <= 0) throw new InvalidArgumentError("It must be a name and a value, as in LEVEL=3.");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** A directory that something can be put into. */
export function directory(text: string): string {
  try {
    accessSync(text, constants.W_OK | constants.X_OK);
    if (statSync(text).isDirectory()) return text;
  } catch {
    // Missing, or not accessible to this user: reported below.
  }
  throw new InvalidArgumentError("It must be a directory that exists and can be written to.");
}

/** A part of the memory limit, or `false`. */
export function memoryPart(text: string): number | false {
  if (text === "false") return false;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError("It must be above 0 and up to 1, such as 0.6, or false.");
}

/** Amounts of resources by name, as in "GPU=2 MEM=10e9". */
export function resources(text: string): Readonly<Record<string, number>> {
  const amounts: Record<string, number> = {};
  for (const part of text.split(/[\s,]+/).filter((word) => word !== "")) {
    const [, name, amount] = /^([^=]+)=([^=]+)$/.exec(part) ?? [];
    if (name === undefined || !(Number(amount) > 0 && Number.isFinite(Number(amount)))) {
      throw new InvalidArgumentError(
        'It must be names and amounts above 0, as in "GPU=2 MEM=10e9".',
      );
    }
    amounts[name] = Number(amount);
  }
  return amounts;
}

/** An address that one can connect to or listen on. */
export function address(text: string): string {
  const isTcp = /^tcp:\/\/(\[[0-9a-f:]+\]|[^\s:/]+):\d{1,5}$/i.test(text);
  if (isTcp || /^ipc:\/\/\S+$/.test(text)) return text;
  throw new InvalidArgumentError(
    "It must look like tcp://host:port (tcp://127.0.0.1:8786) or ipc:///path/to/socket.",
  );
}

function integerBetween(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    const range = high === Number.MAX_SAFE_INTEGER ? `from ${low}` : `from ${low} to ${high}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

/** Where a dashboard is served: `host:port`, a port, or `:port`. */
export function dashboardAddress(text: string): string {
  if (/^(.*:)?\d{1,5}$/.test(text)) return text;
  throw new InvalidArgumentError("expected host:port, such as 127.0.0.1:8787, or a port.");
}
