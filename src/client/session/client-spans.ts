// A client's own part in a run, which stands beside what the cluster does: how long it optimised,
// sent and gathered; and spans of its user's code.
import { SPAN_KINDS } from "../../protocol/values/observation.js";
import { SpanLog, type TakenSpans } from "../../protocol/values/span-log.js";

const SPAN = SPAN_KINDS.indexOf("span");
const CLIENT = SPAN_KINDS.indexOf("client");

/** The spans of one client that it has not reported. Times are those of `performance.now()`. */
export class ClientSpans {
  readonly #log = new SpanLog();

  /** A span of the user's code has ended. */
  noteSpan(name: string, startMs: number, durationMs: number): void {
    this.#log.addNamed(SPAN, -1, startMs, durationMs, -1, -1, name);
  }

  /** A part of the client's own work has ended now. */
  notePart(name: "optimise" | "send" | "gather", startMs: number): void {
    this.#log.addNamed(CLIENT, -1, startMs, performance.now() - startMs, -1, -1, name);
  }

  /** What was noted since the last call; undefined if nothing was. */
  take(): TakenSpans | undefined {
    return this.#log.isEmpty ? undefined : this.#log.take();
  }
}
