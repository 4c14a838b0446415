// How errors are printed: the message once, the lines of the user's own program, and no lines of
// this library or Node, unless all are requested.
import { TileworkError } from "./errors.js";
import { currentHost, Service } from "./host.js";

/** Whether every line of a stack is printed: `TILEWORK_TRACE=1`. */
export const TRACE = new Service<{ readonly isOn: boolean }>("trace");

/** Where this library's own files are: in src/, dist/ or dist/bundle/. */
export const OWN_ROOT = new URL("../", import.meta.url).href;
const FRAME = /^\s+at /;

/** The lines of a stack that are of the program of its user. */
export function userFrames(stack: string | undefined): string[] {
  return framesOf(stack).filter((line) => !isFolded(line));
}

function framesOf(stack: string | undefined): string[] {
  return (stack ?? "").split("\n").filter((line) => FRAME.test(line));
}

function isFolded(line: string): boolean {
  return (
    line.includes(OWN_ROOT) ||
    line.includes(OWN_ROOT.replace(/^file:\/\//, "")) ||
    /\(?node:|<anonymous>\)?$|Promise\.\w+ \(index|\(native\)|\/node_modules\/tilework\//.test(line)
  );
}

/** The fields of an error that people see besides its stack. */
export interface ShownError {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly data: unknown;
  readonly stack?: string;
  readonly cause?: unknown;
}

/** An error in some ten lines; undefined if all lines are requested. */
function shortErrorText(error: ShownError, show: (value: object) => string): string | undefined {
  const { name, message, code, data, stack, cause } = error;
  if (showsAllLines(code)) return undefined;
  const { remoteStack, worker } = (data ?? {}) as { remoteStack?: unknown; worker?: unknown };
  const remote = typeof remoteStack === "string" ? remoteStack : undefined;
  const there = userFrames(remote).map((line) => `${line} on worker ${String(worker ?? "?")}`);
  const here = userFrames(stack);
  const note = "; TILEWORK_TRACE=1 shows all lines";
  const lines = [`${name}: ${message}`, ...there, ...here];
  return [...lines, ...causeText(cause, show), `    (${code}${note})`].join("\n");
}

/** Whether all lines are requested. A bug of the library's is found by its own lines. */
function showsAllLines(code: string): boolean {
  return code.startsWith("invariant") || currentHost().find(TRACE)?.isOn === true;
}

/** The name and fields of a cause; the error's message already contains the cause's message. */
function causeText(cause: unknown, show: (value: object) => string): string[] {
  if (!(cause instanceof Error)) return [];
  const own = Object.keys(cause).length > 0 ? ` ${show({ ...cause })}` : "";
  return cause.name === "Error" && own === "" ? [] : [`    cause: ${cause.name}${own}`];
}

/**
 * Has Node's console show the errors of a class so. The method is defined from outside: a class
 * that is sent to a worker takes along everything that its source refers to.
 */
export function showShortly(Class: { readonly prototype: ShownError }): void {
  Object.defineProperty(Class.prototype, Symbol.for("nodejs.util.inspect.custom"), {
    value(this: ShownError, _depth: number, options: object, inspect: Inspect): string {
      return (
        shortErrorText(this, (value) => inspect(value, options)) ??
        inspect(this, { ...options, customInspect: false })
      );
    },
    configurable: true,
  });
}

type Inspect = (value: unknown, options: object) => string;

/** How many lines above a call may be the library's own, which are not printed. */
const OWN_LINES = 10;

/** The last place that was noted, until it is taken. */
let noted: Error | undefined;

/** The place of a call, for later errors that result from it. */
export function callSite(): Error {
  const shown = Error.stackTraceLimit;
  Error.stackTraceLimit = shown + OWN_LINES;
  const site = new Error("called here");
  Error.stackTraceLimit = shown;
  noted = site;
  return site;
}

/** Takes the last place that {@link callSite} has noted since this was called before. */
export function takeCallSite(): Error | undefined {
  const site = noted;
  noted = undefined;
  return site;
}

/**
 * The error of a task, with a stack that names the place of the call. If nothing catches it, Node
 * prints it without the library's lines, and without the facts for programs.
 *
 * @param site the stack of the call
 */
export function atCallSite(error: unknown, site: string | undefined): unknown {
  if (!(error instanceof Error) || !isOurs(error)) return error;
  const frames = framesOf(site);
  if (frames.length > 0) error.stack = [`${error.name}: ${error.message}`, ...frames].join("\n");
  if (currentHost().find(TRACE)?.isOn === true) return error;
  error.stack = folded(error.stack);
  const { cause } = error;
  if (cause instanceof Error) cause.stack = folded(cause.stack);
  Object.defineProperty(error, "data", { enumerable: false });
  return error;
}

/**
 * What a call threw or was rejected with. If nothing catches it, Node prints the user's own line
 * and the lines that led there, without the library's and the facts for programs.
 *
 * @param above the function whose callers are the user's lines
 * @param site where the call was made, for a stack that does not say so
 */
export function fromCall(error: unknown, above: object, site?: { stack?: string }): unknown {
  if (!(error instanceof TileworkError) || showsAllLines(error.code)) return error;
  const inside = userFrames(error.stack);
  const called = userFrames(site?.stack);
  const callers = leadingUserFrames(stackAbove(above).stack);
  const isAmong = (frames: readonly string[]) => {
    const lines = new Set(frames.map(lineOf));
    return (frame: string) => lines.has(lineOf(frame));
  };
  if (callers.length > 0 && [...inside, ...called].every(isAmong(callers))) {
    captureAbove(error, above, callers.length);
  } else {
    const isKnown = inside.every(isAmong([...called, ...callers]));
    const choices = isKnown ? [called, inside, callers] : [inside];
    const frames = choices.find((each) => each.length > 0) ?? framesOf(error.stack);
    error.stack = [`${error.name}: ${error.message}`, ...frames].join("\n");
  }
  Object.defineProperty(error, "data", { enumerable: false });
  return error;
}

/** The lines of the user's program before the first other line. */
function leadingUserFrames(stack: string | undefined): string[] {
  const frames = framesOf(stack);
  const end = frames.findIndex(isFolded);
  return end < 0 ? frames : frames.slice(0, end);
}

/** Where the callers of `above` called it; its stack is written when it is read. */
export function stackAbove(above: object): { stack?: string } {
  const holder: { stack?: string } = {};
  captureAbove(holder, above, Error.stackTraceLimit + OWN_LINES);
  return holder;
}

/** Node shows the source of the first line of a stack until the stack is read. */
function captureAbove(error: object, above: object, count: number): void {
  const shown = Error.stackTraceLimit;
  Error.stackTraceLimit = count;
  Error.captureStackTrace?.(error, above as never);
  Error.stackTraceLimit = shown;
}

/** The file and line of a frame, without the column: `await` and the call have different ones. */
function lineOf(frame: string): string {
  return frame.replace(/^.*\(|^\s*at (async )?|:\d+\)?$/g, "");
}

/** A stack without lines of the library's and Node's; all of it where there are no others. */
function folded(stack: string | undefined): string {
  const lines = (stack ?? "").split("\n");
  const kept = lines.filter((line) => !FRAME.test(line) || !isFolded(line));
  return (kept.some((line) => FRAME.test(line)) ? kept : lines).join("\n");
}

/** Whether this library made it for a failed task, or of a cluster. */
function isOurs(error: Error): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /^(task|cluster)\./.test(code);
}
