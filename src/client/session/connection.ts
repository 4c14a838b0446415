// The session of a client: the first one or, after a loss and with `reconnect`, the next. Nothing
// is carried over: to the next scheduler the client is new.
import { ClusterError } from "../../base/errors.js";
import type { Transport } from "../../comm/interface/transport.js";
import { Session, type SessionOptions } from "./client-session.js";
import { ClientSpans } from "./client-spans.js";

/** Between two attempts to reach a scheduler. */
const RETRY_MS = 500;

/** Options of {@link Connection.open}. */
export interface ConnectionOptions
  extends Omit<SessionOptions, "onLost" | "beforeSend" | "takeSpans" | "openLine"> {
  readonly transport: Transport;
  /** Whether small results may come straight from workers; default: not. */
  readonly followsWorkers?: boolean;
  /** Whether a session that was lost is followed by another. */
  readonly reconnect: boolean;
  /** How long a call waits for that one until it fails; default: for ever. */
  readonly reconnectTimeoutMs?: number;
}

/** A line to a scheduler, or to one after another. */
export class Connection {
  readonly #options: ConnectionOptions;
  /** The client's own part, and spans of its user's code. */
  readonly spans = new ClientSpans();
  #session: Session | undefined;
  /** While there is none: the session to come. */
  #coming: Promise<Session> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waiting = 0;
  #isClosed = false;
  /** Why no session follows the present one. */
  #givenUp: ClusterError | undefined;
  /** Called before each message. */
  beforeSend: (() => void) | undefined;

  private constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /**
   * Connects for the first time.
   *
   * @throws ClusterError as {@link Session.open}
   */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const connection = new Connection(options);
    connection.#session = await connection.#openSession();
    return connection;
  }

  /** Connects meanwhile; callers that need a session wait for it. */
  static opening(options: ConnectionOptions): Connection {
    const connection = new Connection(options);
    connection.#coming = connection.#openSession().then((session) => {
      connection.#session = session;
      connection.#coming = undefined;
      return session;
    });
    // Waiters see how it ends.
    connection.#coming.catch(() => undefined);
    return connection;
  }

  /** The scheduler's address. */
  get address(): string {
    return this.#options.address;
  }

  /** The state of the connection. */
  get status(): "connected" | "reconnecting" | "lost" | "closed" {
    if (this.#isClosed) return "closed";
    if (this.standing === undefined) return "reconnecting";
    return this.standing.isOver ? "lost" : "connected";
  }

  /** The transport of the connection. */
  get transport(): Transport {
    return this.#options.transport;
  }

  /** The present session; none while it begins. Every call of a lost session throws. */
  get latest(): Session | undefined {
    return this.#session;
  }

  /** The open session, if there is one, as far as is known. */
  get standing(): Session | undefined {
    return this.#coming === undefined ? this.#session : undefined;
  }

  /**
   * An open session, as far as is known; waits for one if this connection reconnects. The lost one,
   * whose every call fails, if none follows in time.
   */
  async session(): Promise<Session> {
    const { standing } = this;
    if (standing !== undefined) return standing;
    this.#waiting++;
    this.#timer?.ref();
    try {
      return await this.#comingInTime();
    } finally {
      this.#waiting--;
    }
  }

  #comingInTime(): Promise<Session> {
    const coming = this.#coming as Promise<Session>;
    const { reconnectTimeoutMs } = this.#options;
    const lost = this.#session;
    if (reconnectTimeoutMs === undefined || lost === undefined) return coming;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(lost), reconnectTimeoutMs);
      coming.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  /** No scheduler will answer there again: every call fails with `reason` from now on. */
  giveUp(reason: ClusterError): void {
    this.#givenUp = reason;
    this.#session?.abandon(reason);
    // The next attempt sees that it is over.
    this.#timer?.ref();
  }

  /** Takes leave of the scheduler; no session follows. */
  async close(): Promise<void> {
    this.#isClosed = true;
    // The next attempt sees that it is over.
    this.#timer?.ref();
    await this.#session?.close();
  }

  async #openSession(): Promise<Session> {
    const {
      transport,
      reconnect,
      reconnectTimeoutMs: _,
      followsWorkers,
      ...options
    } = this.#options;
    const link = await transport.connect(options.address);
    const takeSpans = () => this.spans.take();
    const openLine: Transport["openCalls"] = (address, listener) =>
      transport.openCalls(address, listener);
    const onLost = () => {
      if (!reconnect || this.#isClosed || this.#givenUp !== undefined) return;
      this.#coming = this.#reopen();
      // Waiters see how it ends.
      this.#coming.catch(() => undefined);
    };
    return Session.open(link, {
      ...options,
      reconnects: reconnect,
      ...(followsWorkers === true ? { openLine } : {}),
      onLost,
      beforeSend: () => this.beforeSend?.(),
      takeSpans,
    });
  }

  async #reopen(): Promise<Session> {
    for (;;) {
      await this.#pause();
      if (this.#isClosed) throw new ClusterError("closed", "this client was closed");
      if (this.#givenUp !== undefined) return this.#endWith(this.#givenUp);
      try {
        const session = await this.#openSession();
        if (this.#isClosed) await session.close();
        if (this.#givenUp !== undefined) session.abandon(this.#givenUp);
        this.#session = session;
        this.#coming = undefined;
        return session;
      } catch (error) {
        // No one listens there yet, or something else does: it is tried again.
        if (!(error instanceof Error)) throw error;
      }
    }
  }

  /** The session that was lost stays the last one. */
  #endWith(reason: ClusterError): Session {
    const lost = this.#session;
    if (lost === undefined) throw reason;
    this.#coming = undefined;
    return lost;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#timer = setTimeout(resolve, RETRY_MS);
      // An idle client does not keep its process alive.
      if (this.#waiting === 0) this.#timer.unref();
    });
  }
}
