// What the events of a connecting socket mean: whether its connection stands, why it does not, and
// when it ended.
import type { Event } from "zeromq";

/** Follows the connection of one DEALER. */
export class ConnectionWatch {
  readonly #address: string;
  #stands = false;
  #failedAttempts = 0;
  #connectError: string | undefined;

  constructor(address: string) {
    this.#address = address;
  }

  /** Attempts to connect that failed since the socket was made or last connected. */
  get failedAttempts(): number {
    return this.#failedAttempts;
  }

  /** Why no connection stands, once an attempt failed. */
  get connectError(): string | undefined {
    return this.#connectError;
  }

  /** Takes note of an event; true when it is the end of a connection that stood. */
  sawEnd(event: Event): boolean {
    switch (event.type) {
      case "handshake":
        this.#stands = true;
        this.#failedAttempts = 0;
        this.#connectError = undefined;
        return false;
      case "handshake:error:protocol":
      case "handshake:error:auth":
      case "handshake:error:other":
        this.#connectError = `what listens at ${this.#address} does not speak ZeroMQ (${event.error.message})`;
        return false;
      case "connect:retry":
        this.#failedAttempts++;
        this.#connectError ??= `nothing listens at ${this.#address}`;
        return false;
      case "disconnect": {
        const ended = this.#stands;
        this.#stands = false;
        return ended;
      }
      default:
        return false;
    }
  }
}
