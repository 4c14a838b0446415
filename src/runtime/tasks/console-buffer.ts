// Buffers console output of a worker's tasks or actors on its way to the scheduler. It is sent
// before the end of a task or call is reported, so that it is complete by then.
import type { PrintLevel } from "../../protocol/messages/messages.js";
import type { Printed } from "./task-console.js";

/** How long lines wait for company. */
const DELAY_MS = 10;

/** Lines that were not sent yet, as columns. */
export interface ConsoleColumns<Id> {
  /** Who wrote each. */
  readonly writers: readonly Id[];
  readonly levels: readonly PrintLevel[];
  readonly texts: readonly string[];
}

/** Gathers lines of writers that are known by an `Id`. */
export class ConsoleBuffer<Id> {
  readonly #send: (columns: ConsoleColumns<Id>) => void;
  #writers: Id[] = [];
  #levels: PrintLevel[] = [];
  #texts: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (columns: ConsoleColumns<Id>) => void) {
    this.#send = send;
  }

  add(writer: Id, { level, text }: Printed): void {
    this.#writers.push(writer);
    this.#levels.push(level);
    this.#texts.push(text);
    this.#timer ??= setTimeout(() => this.send(), DELAY_MS);
  }

  /** Sends the buffered lines. */
  send(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const columns = { writers: this.#writers, levels: this.#levels, texts: this.#texts };
    this.#writers = [];
    this.#levels = [];
    this.#texts = [];
    this.#send(columns);
  }
}
