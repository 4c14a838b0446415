// Why something failed, as text for a message.

/** The message of an error; anything else that was thrown, as text. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
