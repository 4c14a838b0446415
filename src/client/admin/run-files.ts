// Files of one run: a page that shows it, and a trace. For the cluster or threads that are current,
// or for one client.
import { stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ArgumentError, InvariantError } from "../../base/errors.js";
import { provided, Service } from "../../base/host.js";
import { A_FUNCTION, checkOptions, wholeNumber } from "../../base/option-schema.js";
import type { Observation } from "../../protocol/values/observation.js";
import { chromeTrace } from "./chrome-trace.js";
import { SPANS_MAX } from "./observe-options.js";
import { type Observed, observeWhile, wholeRun } from "./observed-run.js";

/** Options of {@link report} and {@link traceRun}. */
export interface RunFileOptions {
  /** Where it is written; an existing file is overwritten. */
  readonly file: string;
  /** The most rows of what took time; more are thinned evenly; default: 100,000. */
  readonly spansMax?: number;
}

/** Makes the page of a run; src/index.ts provides the dashboard's. */
export const RUN_PAGE = new Service<(run: Observation) => string>("page of a run");

const traceText = (run: Observation): string => JSON.stringify(chromeTrace(run));

/** The contents of a run's file, by the call that writes it. */
const RUN_TEXTS = {
  report: (run: Observation): string => {
    const page = provided(RUN_PAGE);
    if (page === undefined) throw new InvariantError("no page of a run was provided");
    return page(run);
  },
  trace: traceText,
  traceRun: traceText,
} as const;

type RunFile = keyof typeof RUN_TEXTS;

/**
 * Runs a function and writes a file of what it computed.
 *
 * @param observed what is observed; default: the current cluster, or the threads of this process
 * @returns the function's result
 * @throws ArgumentError `argument.value` before the function is called
 */
export async function writeRun<T>(
  name: RunFile,
  options: RunFileOptions,
  run: () => T,
  observed?: Observed,
): Promise<Awaited<T>> {
  const { file, spansMax } = await checkRunFile(name, options);
  if (!A_FUNCTION[1](run)) {
    const text = `${name}() needs a function that computes something: await ${name}({ file: "${file}" }, async () => { … })`;
    throw new ArgumentError("value", text, { given: run });
  }
  const outcome = await observeWhile(run, spansMax, observed);
  await writeFile(file, RUN_TEXTS[name](outcome.run));
  return outcome.result();
}

/**
 * Writes a file of all that was observed so far.
 *
 * @throws ArgumentError `argument.value`
 */
export async function writeWholeRun(
  name: RunFile,
  options: RunFileOptions,
  observed: Observed,
): Promise<void> {
  const { file, spansMax } = await checkRunFile(name, options);
  await writeFile(file, RUN_TEXTS[name](await wholeRun(observed, spansMax)));
}

/**
 * The options given, with defaults for the others.
 *
 * @throws ArgumentError `argument.value` when no file is named, its folder is missing, or an option
 * is unknown or has a wrong value
 */
async function checkRunFile(name: RunFile, options: RunFileOptions) {
  checkOptions(`${name}()`, options ?? {}, {
    spansMax: wholeNumber(0),
    file: ["the path of a file", (value) => typeof value === "string" && value !== ""],
  });
  if (options?.file === undefined) {
    const example = name === "report" ? "report.html" : "run.json";
    throw new ArgumentError(
      "value",
      `${name}() needs a file to write: ${name}({ file: "${example}" })`,
    );
  }
  const folder = dirname(resolve(options.file));
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    const text = `${name}() cannot write ${options.file}: there is no folder ${folder}; make it first`;
    throw new ArgumentError("value", text, { file: options.file });
  }
  return { spansMax: SPANS_MAX, ...options };
}
