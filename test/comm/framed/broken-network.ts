// A network between two TCP sockets that breaks when it is asked to.
import { connect, createServer, type Server, type Socket } from "node:net";

/** Forwards connections to a port, or does not. */
export class BrokenNetwork {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** `silent` swallows all there is and all that comes; `cut` ends it. */
  #state: "up" | "silent" | "cut" = "up";
  /** Connections that were made so far. */
  connections = 0;

  private constructor(target: number) {
    this.#server = createServer((near) => {
      this.connections++;
      this.#keep(near);
      if (this.#state === "cut") near.destroy();
      if (this.#state !== "up") return;
      const far = connect(target, "127.0.0.1");
      this.#keep(far);
      const pass = (from: Socket, to: Socket) => {
        // What was swallowed once is lost: the rest of its connection makes no sense.
        let isLost = false;
        from.on("data", (bytes) => {
          isLost ||= this.#state !== "up";
          if (!isLost) to.write(bytes);
        });
        from.on("close", () => to.destroy());
      };
      pass(near, far);
      pass(far, near);
    });
  }

  /** @param address of the socket that is reached through it, as in `tcp://127.0.0.1:8786` */
  static async before(address: string): Promise<BrokenNetwork> {
    const network = new BrokenNetwork(Number(address.split(":").at(-1)));
    await new Promise<void>((resolve) => network.#server.listen(0, "127.0.0.1", resolve));
    return network;
  }

  /** Where to connect instead. */
  get address(): string {
    const { port } = this.#server.address() as { readonly port: number };
    return `tcp://127.0.0.1:${port}`;
  }

  /** Nothing passes any more, and no one is told. */
  fallSilent(): void {
    this.#state = "silent";
  }

  /** All connections end, and new ones as well. */
  cut(): void {
    this.#state = "cut";
    for (const socket of this.#sockets) socket.destroy();
  }

  /** New connections pass. */
  heal(): void {
    this.#state = "up";
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {}).on("close", () => this.#sockets.delete(socket));
  }
}
