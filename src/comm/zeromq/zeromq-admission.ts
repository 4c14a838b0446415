// Which keys CURVE sockets of this process let in: answers libzmq's requests by its authentication
// protocol (https://rfc.zeromq.org/spec/27). libzmq finds the one socket at its address and asks it
// before it takes a message from a new connection.
import type { Router } from "zeromq";
import { ClusterError } from "../../base/errors.js";
import type { NamedKey } from "../security/keys.js";
import { decodeZ85 } from "../security/z85.js";
import { closeListener, receiveAll, sendNow } from "./zeromq-socket.js";

const ADDRESS = "inproc://zeromq.zap.01";
const VERSION = "1.0";

type KnownKey = Pick<NamedKey, "publicKey">;

/** Answers for all servers of this process, each under a name of its own, its "domain". */
export class Admission {
  readonly #open: () => Router;
  /** By domain, the public keys that are let in now. */
  readonly #domains = new Map<string, () => readonly KnownKey[]>();
  #router: Router | undefined;
  /** One opening or closing after another. */
  #turn: Promise<void> = Promise.resolve();

  /** @param open makes the socket that libzmq asks */
  constructor(open: () => Router) {
    this.#open = open;
  }

  /**
   * Admits connections to sockets of `domain` by the public keys that `keys` gives, and no others.
   *
   * @throws ClusterError `cluster.security` when another thread of this process answers already
   */
  async enter(domain: string, keys: () => readonly KnownKey[]): Promise<void> {
    this.#domains.set(domain, keys);
    try {
      await this.#inTurn();
    } catch (error) {
      this.#domains.delete(domain);
      throw error;
    }
  }

  /** There are no such sockets any more. */
  async leave(domain: string): Promise<void> {
    this.#domains.delete(domain);
    await this.#inTurn();
  }

  #inTurn(): Promise<void> {
    const done = this.#turn.then(() => this.#openOrClose());
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #openOrClose(): Promise<void> {
    const isWanted = this.#domains.size > 0;
    if (isWanted === (this.#router !== undefined)) return;
    if (!isWanted) {
      const router = this.#router as Router;
      this.#router = undefined;
      await closeListener(router);
      return;
    }
    const router = this.#open();
    try {
      await router.bind(ADDRESS);
    } catch (error) {
      router.close();
      const reason = "another thread of this process has sockets with keys, and only one may";
      throw new ClusterError("security", reason, undefined, error);
    }
    this.#router = router;
    void receiveAll(router, (frames) => this.#answer(router, frames));
  }

  #answer(router: Router, frames: readonly Buffer[]): void {
    const [peer, delimiter, version, request, domain, , , mechanism, key] = frames;
    if (peer === undefined || delimiter === undefined || request === undefined) return;
    const isOurs = String(version) === VERSION && String(mechanism) === "CURVE";
    const known = this.#domains.get(String(domain))?.() ?? [];
    const isKnown =
      isOurs &&
      key !== undefined &&
      known.some(({ publicKey }) => key.equals(decodeZ85(publicKey)));
    const [status, text] = isKnown ? ["200", "OK"] : ["400", "this key is not let in"];
    const answer = [VERSION, String(request), status, text, "", ""];
    sendNow(router, [peer, delimiter, ...answer.map((part) => Buffer.from(part))], () => {});
  }
}
