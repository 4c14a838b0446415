// Why a connecting socket has no connection, from its monitor's events. A peer that does not let
// this process in says so, and libzmq does not try again.
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { Dealer, Event } from "zeromq";
import type { Role } from "../../protocol/values/roles.js";
import { parseAddress } from "../interface/address.js";
import { askGreeting, type GreetingQuestion } from "./zeromq-greeting.js";

/** libzmq's word for two peers of which only one has keys. */
const MECHANISM_MISMATCH = "ERR_ZMTP_MECHANISM_MISMATCH";

/** Who hears of the attempts to connect. */
export interface ConnectionListener {
  /** An attempt failed, this many in a row. */
  failed(attempts: number): void;
  /** The peer does not let this process in. */
  refused(reason: string): void;
}

/** Follows the attempts of one DEALER to connect. */
export class ConnectionWatch {
  readonly #address: string;
  readonly #own: Role | undefined;
  readonly #listener: ConnectionListener;
  #failedAttempts = 0;
  #connectError: string | undefined;
  #question: GreetingQuestion | undefined;

  /** @param own the role of the keys that the DEALER has, if any */
  constructor(
    dealer: Dealer,
    address: string,
    own: Role | undefined,
    listener: ConnectionListener,
  ) {
    this.#address = address;
    this.#own = own;
    this.#listener = listener;
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
      if (event === undefined || event.type === "end") break;
      this.#note(event);
    }
    this.#question?.cancel();
  }

  #note(event: Event): void {
    switch (event.type) {
      case "handshake":
        this.#failedAttempts = 0;
        this.#connectError = undefined;
        break;
      case "handshake:error:auth":
        this.#refuse(`its cluster does not know these keys of ${this.#own}`);
        break;
      case "handshake:error:protocol":
        if ((event.error as NodeJS.ErrnoException).code === MECHANISM_MISMATCH) this.#mismatch();
        else this.#connectError = `what listens at ${this.#address} does not speak ZeroMQ`;
        break;
      case "handshake:error:other":
        this.#connectError =
          this.#own === undefined
            ? `what listens at ${this.#address} does not speak ZeroMQ`
            : `what listens at ${this.#address} does not have the keys of this cluster`;
        void this.#askMechanism();
        break;
      case "connect:retry":
        if (this.#failedAttempts === 0) void this.#lookUp();
        this.#connectError ??= `nothing listens at ${this.#address}`;
        this.#listener.failed(++this.#failedAttempts);
        break;
      default:
    }
  }

  /** libzmq does not tell a host that it does not find from one that does not answer. */
  async #lookUp(): Promise<void> {
    const address = parseAddress(this.#address, "connect");
    if (address.transport !== "tcp" || isIP(address.host) !== 0) return;
    await lookup(address.host).catch(() => {
      this.#connectError = `no host of the name ${address.host} is known here`;
    });
  }

  /**
   * The peer ended the connection first: it may want another mechanism, and tells only one that
   * waits.
   */
  async #askMechanism(): Promise<void> {
    const address = parseAddress(this.#address, "connect");
    if (this.#question !== undefined || address.transport !== "tcp") return;
    this.#question = askGreeting(address.host, address.port);
    const mechanism = await this.#question.mechanism;
    this.#question = undefined;
    const own = this.#own === undefined ? "NULL" : "CURVE";
    if (mechanism !== undefined && mechanism !== own) this.#mismatch();
  }

  #mismatch(): void {
    this.#refuse(
      this.#own === undefined
        ? "it takes keys: give those of its cluster, as in { security: FOLDER }, --security FOLDER or TILEWORK_SECURITY"
        : "it has no keys: start it with those of the cluster, or connect without",
    );
  }

  #refuse(reason: string): void {
    this.#connectError = `${this.#address} refused this process: ${reason}`;
    this.#listener.refused(this.#connectError);
  }
}
