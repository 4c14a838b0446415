// Why a connecting socket has no connection, from its monitor's events.
import type { Dealer, Event } from "zeromq";

/** Follows the attempts of one DEALER to connect. */
export class ConnectionWatch {
  readonly #address: string;
  readonly #onFailure: (attempts: number) => void;
  #failedAttempts = 0;
  #connectError: string | undefined;

  /** @param onFailure called after each failed attempt in a row */
  constructor(dealer: Dealer, address: string, onFailure: (attempts: number) => void = () => {}) {
    this.#address = address;
    this.#onFailure = onFailure;
    this.#follow(dealer);
  }

  /** Why there is no connection, once an attempt failed. */
  get connectError(): string | undefined {
    return this.#connectError;
  }

  async #follow(dealer: Dealer): Promise<void> {
    const { events } = dealer;
    while (!events.closed) {
      // A monitor whose socket is closed fails in one of several ways, depending on the moment.
      const event = await events.receive().catch(() => undefined);
      if (event === undefined || event.type === "end") return;
      this.#note(event);
    }
  }

  #note(event: Event): void {
    switch (event.type) {
      case "handshake":
        this.#failedAttempts = 0;
        this.#connectError = undefined;
        break;
      case "handshake:error:protocol":
      case "handshake:error:auth":
      case "handshake:error:other":
        this.#connectError = `what listens at ${this.#address} does not speak ZeroMQ`;
        break;
      case "connect:retry":
        this.#connectError ??= `nothing listens at ${this.#address}`;
        this.#onFailure(++this.#failedAttempts);
        break;
      default:
    }
  }
}
