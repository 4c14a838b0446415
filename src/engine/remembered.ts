// What was found out once and is asked for again: the footers of files, the plans of queries.

/** Answers by their questions: those of the latest ones. */
export class Remembered<T> {
  readonly #answers = new Map<string, T>();
  readonly #most: number;

  /** @param most how many are kept */
  constructor(most: number) {
    this.#most = most;
  }

  /** The answer, which `find` finds where it is not there. A failure is not kept. */
  async of(question: string, find: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(question);
    const answer = known ?? (await find());
    // The latest come last.
    this.#answers.delete(question);
    this.#answers.set(question, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > this.#most && oldest !== undefined) this.#answers.delete(oldest);
    return answer;
  }
}
