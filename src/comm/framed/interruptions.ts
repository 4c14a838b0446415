// For how long a broken connection between the scheduler and its peers is waited for.

/** Times of {@link FramedSchedulerLink} and {@link FramedSchedulerSocket}, in milliseconds. */
export interface Interruptions {
  /** Silence after which a link with unanswered messages tries another connection. */
  readonly silenceMs: number;
  /**
   * How long the scheduler waits for a peer whose connection ended just after it spoke: a living
   * one connects again at once, and one whose process ended never does.
   */
  readonly graceMs: number;
  /** How long either side waits for one that had been silent before: a fault of the network. */
  readonly keepMs: number;
}

/** Defaults of {@link Interruptions}. */
export const INTERRUPTIONS: Interruptions = { silenceMs: 5_000, graceMs: 1_000, keepMs: 60_000 };

/** A peer that spoke within this time was heard just now; peers speak twice a second. */
export const RECENT_MS = 3_000;
