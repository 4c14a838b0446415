// Spans of users' code on an executor thread, and what its worker makes of them: spans by the
// worker's clock, of its layers and threads.
import { SPAN_KINDS } from "../../protocol/values/observation.js";
import { SpanLog, type TakenSpans } from "../../protocol/values/span-log.js";
import { packSpanCode, SPAN_FIELDS } from "../../protocol/values/span-rows.js";

/** A long task sends its spans before it ends. */
const SEND_INTERVAL_MS = 500;
const SPAN = SPAN_KINDS.indexOf("span");

/** The spans of one thread, until they are sent. */
export class ThreadSpans {
  readonly #log = new SpanLog();
  readonly #send: (spans: TakenSpans) => void;
  #sentMs = 0;

  constructor(send: (spans: TakenSpans) => void) {
    this.#send = send;
  }

  /**
   * Notes a span.
   *
   * @param task how many tasks the thread had begun before the one that it is of; -1 for none
   * @param startMs since 1970
   */
  add(task: number, name: string, startMs: number, durationMs: number): void {
    this.#log.addNamed(SPAN, -1, startMs, durationMs, task, -1, name);
    if (performance.now() - this.#sentMs > SEND_INTERVAL_MS) this.flush();
  }

  /** Sends what there is; called before tasks are reported. */
  flush(): void {
    if (this.#log.isEmpty) return;
    this.#sentMs = performance.now();
    this.#send(this.#log.take());
  }
}

/** Where a task belongs. */
export interface SpanOwner {
  readonly layer: number;
  readonly block: number;
}

/**
 * Spans of a thread as its worker reports them.
 *
 * @param ownerOf the task of that number
 */
export function spansOfThread(
  taken: TakenSpans,
  thread: number,
  ownerOf: (task: number) => SpanOwner | undefined,
): TakenSpans {
  const rows = taken.rows.slice();
  for (let at = 0; at < rows.length; at += SPAN_FIELDS) {
    const owner = ownerOf(rows[at + 2] as number);
    rows[at] = (rows[at] as number) - performance.timeOrigin;
    rows[at + 2] = owner?.layer ?? -1;
    rows[at + 3] = owner?.block ?? -1;
    rows[at + 5] = packSpanCode(SPAN, thread, -1);
  }
  return { ...taken, rows };
}
