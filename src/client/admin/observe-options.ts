// Options of `client.observe()`.
import { checkOptions, wholeNumber } from "../../base/option-schema.js";

/** Options of {@link Client.observe}. */
export interface ObserveOptions {
  /** The most rows of what took time; more are thinned evenly; default: 100,000. */
  readonly spansMax?: number;
  /** A file that it is written to, as JSON. */
  readonly file?: string;
}

/** The default of `spansMax`. */
export const SPANS_MAX = 100_000;

/**
 * The options given, with defaults for the others.
 *
 * @throws ArgumentError `argument.value` when an option is unknown or has an illegal value
 */
export function readObserveOptions(options: ObserveOptions) {
  checkOptions("observe()", options, {
    spansMax: wholeNumber(0),
    file: ["the path of a file", (value) => typeof value === "string" && value !== ""],
  });
  return { spansMax: SPANS_MAX, ...options };
}
