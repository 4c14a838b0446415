// Files of one run: a page that shows it, and a trace. For the cluster or threads that are current,
// or for one client.
import { stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ArgumentError, InvariantError } from "../../base/errors.js";
import { provided, Service } from "../../base/host.js";
import { A_BOOLEAN, A_FUNCTION, checkOptions, wholeNumber } from "../../base/option-schema.js";
import type { Observation } from "../../protocol/values/observation.js";
import { chromeTrace } from "./chrome-trace.js";
import { SPANS_MAX } from "./observe-options.js";
import {
  type Observed,
  type ObservedOutcome,
  observeWhile,
  type WantedParts,
  wholeRun,
} from "./observed-run.js";
import type { TracedRun } from "./open-telemetry.js";

/**
 * Spans of a run for OpenTelemetry: its SDK keeps 2,048 until they are sent, and drops more.
 */
const EMITTED_SPANS_MAX = 1_500;

/** Options of {@link report}. */
export interface RunFileOptions {
  /** Where it is written; an existing file is overwritten. */
  readonly file: string;
  /** The most rows of what took time; more are thinned evenly; default: 100,000. */
  readonly spansMax?: number;
}

/** Options of {@link traceRun}: a file, OpenTelemetry, or both. */
export interface TraceOptions extends Partial<RunFileOptions> {
  /**
   * Whether the run comes to be spans of OpenTelemetry, by the SDK that the program has set up;
   * default: false.
   */
  readonly openTelemetry?: boolean;
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
  options: TraceOptions,
  run: () => T,
  observed?: Observed,
): Promise<Awaited<T>> {
  const { file, spansMax, openTelemetry } = await checkRunFile(name, options);
  if (!A_FUNCTION[1](run)) {
    const text = `${name}() needs a function that computes something: await ${name}({ file: "${file ?? exampleFile(name)}" }, async () => { … })`;
    throw new ArgumentError("value", text, { given: run });
  }
  const traced = openTelemetry ? await begin() : undefined;
  const traceable = traced === undefined ? run : () => traced.within(run);
  const outcome = await observeWhile(traceable, partsFor(name, spansMax), observed);
  traced?.end(outcome.run, errorOf(outcome));
  if (file !== undefined) await writeFile(file, RUN_TEXTS[name](outcome.run));
  return outcome.result();
}

async function begin(): Promise<TracedRun> {
  const { beginTracedRun } = await import("./open-telemetry.js");
  return await beginTracedRun();
}

function errorOf(outcome: ObservedOutcome<unknown>): unknown {
  try {
    outcome.result();
    return undefined;
  } catch (error) {
    return error ?? new Error("failed without an error");
  }
}

/**
 * Writes a file of all that was observed so far.
 *
 * @throws ArgumentError `argument.value`
 */
export async function writeWholeRun(
  name: RunFile,
  options: TraceOptions,
  observed: Observed,
): Promise<void> {
  const { file, spansMax, openTelemetry } = await checkRunFile(name, options);
  if (openTelemetry) {
    const text = `${name}({ openTelemetry: true }) needs a function: what ran before has no span to be within`;
    throw new ArgumentError("value", text);
  }
  const run = await wholeRun(observed, partsFor(name, spansMax));
  await writeFile(file as string, RUN_TEXTS[name](run));
}

/** Pages tell stories. */
function partsFor(name: RunFile, spansMax: number): WantedParts {
  return { spansMax, withNotes: name === "report" };
}

/**
 * The options given, with defaults for the others.
 *
 * @throws ArgumentError `argument.value` when no file is named, its folder is missing, or an option
 * is unknown or has a wrong value
 */
async function checkRunFile(name: RunFile, options: TraceOptions) {
  const isFile = {
    spansMax: wholeNumber(0),
    file: ["the path of a file", (value: unknown) => typeof value === "string" && value !== ""],
  } as const;
  if (name === "report") checkOptions<Partial<RunFileOptions>>(`${name}()`, options ?? {}, isFile);
  else checkOptions(`${name}()`, options ?? {}, { ...isFile, openTelemetry: A_BOOLEAN });
  const { file, openTelemetry = false } = options ?? {};
  const spansMax = options?.spansMax ?? (openTelemetry ? EMITTED_SPANS_MAX : SPANS_MAX);
  if (file !== undefined) await checkFolder(name, file);
  else if (!openTelemetry) {
    throw new ArgumentError(
      "value",
      `${name}() needs a file to write: ${name}({ file: "${exampleFile(name)}" })`,
    );
  }
  return { file, spansMax, openTelemetry };
}

function exampleFile(name: RunFile): string {
  return name === "report" ? "report.html" : "run.json";
}

async function checkFolder(name: RunFile, file: string): Promise<void> {
  const folder = dirname(resolve(file));
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  const text = `${name}() cannot write ${file}: there is no folder ${folder}; make it first`;
  throw new ArgumentError("value", text, { file });
}
