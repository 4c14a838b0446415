// The loop between a pure core and the world. Events queue up, each causes one step, and the
// resulting actions are performed in order; their outcomes are events again. It knows nothing of
// schedulers, workers, sockets or threads.

/** The core and the callbacks of a driver. */
export interface Driven<Event, Action> {
  /** Lets an event happen to the core. */
  step(event: Event, nowMs: number): readonly Action[];
  /** Performs one action of the core; later results are passed to {@link Driver.push}. */
  perform(action: Action): void;
  /** The event by which the core learns that time has passed. */
  tick(): Event;
  /** Called at the end of a turn: sends batched messages. */
  endTurn?(): void;
  /** Called after a turn, with the events that were handled in it. */
  turned?(events: number, startMs: number, durationMs: number): void;
  /** Called once when the core, or an action of it, threw: nothing more will happen. */
  crashed(error: unknown): void;
}

const TICK_INTERVAL_MS = 100;

/**
 * Drives one core on this thread's event loop. Events are never handled inside `push`: all that
 * arrive in one turn of the event loop are handled together at its end.
 */
export class Driver<Event, Action> {
  readonly #driven: Driven<Event, Action>;
  readonly #timer: NodeJS.Timeout;
  #events: Event[] = [];
  #turn: NodeJS.Immediate | undefined;
  #stopped = false;
  /** Steps so far, and the time of the turns that they were in. */
  steps = 0;
  busyMs = 0;

  /** Starts ticking. */
  constructor(driven: Driven<Event, Action>) {
    this.#driven = driven;
    this.#timer = setInterval(() => this.push(driven.tick()), TICK_INTERVAL_MS);
  }

  /** The monotonic clock of this process, in milliseconds. */
  get nowMs(): number {
    return performance.now();
  }

  /** Whether the ticking alone keeps the process from exiting. */
  keepAlive(on: boolean): void {
    if (on) this.#timer.ref();
    else this.#timer.unref();
  }

  /** Lets an event happen, soon. */
  push(event: Event): void {
    if (this.#stopped) return;
    this.#events.push(event);
    this.#turn ??= setImmediate(() => this.#handleTurn());
  }

  /** Performs actions without an event: those of a core's start. */
  perform(actions: readonly Action[]): void {
    this.#guard(() => {
      for (const action of actions) this.#driven.perform(action);
      this.#driven.endTurn?.();
    });
  }

  /** Nothing happens any more. */
  stop(): void {
    this.#stopped = true;
    this.#events = [];
    clearInterval(this.#timer);
    if (this.#turn !== undefined) clearImmediate(this.#turn);
  }

  #handleTurn(): void {
    this.#turn = undefined;
    const [startMs, stepsBefore] = [this.nowMs, this.steps];
    this.#guard(() => {
      // Performing may push events; they are handled in the same turn.
      while (this.#events.length > 0) {
        const events = this.#events;
        this.#events = [];
        this.steps += events.length;
        for (const event of events) {
          if (this.#stopped) return;
          for (const action of this.#driven.step(event, this.nowMs)) this.#driven.perform(action);
        }
        if (!this.#stopped) this.#driven.endTurn?.();
      }
      // A push meanwhile has scheduled a turn that has nothing left to do.
      if (this.#turn !== undefined) clearImmediate(this.#turn);
      this.#turn = undefined;
    });
    const durationMs = this.nowMs - startMs;
    this.busyMs += durationMs;
    this.#driven.turned?.(this.steps - stepsBefore, startMs, durationMs);
  }

  #guard(body: () => void): void {
    try {
      body();
    } catch (error) {
      this.stop();
      this.#driven.crashed(error);
    }
  }
}
