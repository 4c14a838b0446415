// A peer's greeting, read over a socket of our own. A peer of another security mechanism may end a
// connection before its own greeting has gone out: libzmq then reports nothing but the end.
import { connect, type Socket } from "node:net";

/**
 * The signature and the major version of ZMTP 3: enough for a peer to name its mechanism, and
 * without ours.
 */
const OPENING = Uint8Array.of(0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3);

/** Where a greeting has the mechanism: a name, filled up with zeros. */
const MECHANISM = { from: 12, to: 32 } as const;

/** A question for the greeting of one peer. */
export interface GreetingQuestion {
  /** The mechanism that the peer names, as in `NULL` and `CURVE`; undefined when it names none. */
  readonly mechanism: Promise<string | undefined>;
  /** Ends the question, without an answer. */
  cancel(): void;
}

/** Asks what listens at a TCP address for its greeting. */
export function askGreeting(host: string, port: number): GreetingQuestion {
  const socket = connect({ host, port });
  return { mechanism: mechanismFrom(socket), cancel: () => socket.destroy() };
}

function mechanismFrom(socket: Socket): Promise<string | undefined> {
  let greeting = Buffer.alloc(0);
  return new Promise((resolve) => {
    socket.on("error", () => {});
    socket.on("close", () => resolve(undefined));
    socket.on("connect", () => socket.write(OPENING));
    socket.on("data", (bytes) => {
      greeting = Buffer.concat([greeting, bytes]);
      const isForeign = greeting[0] !== OPENING[0];
      if (!isForeign && greeting.length < MECHANISM.to) return;
      resolve(isForeign ? undefined : mechanismIn(greeting));
      socket.destroy();
    });
  });
}

function mechanismIn(greeting: Buffer): string {
  return greeting.toString("latin1", MECHANISM.from, MECHANISM.to).replace(/\0+$/, "");
}
