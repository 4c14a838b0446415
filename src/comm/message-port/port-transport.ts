// The transport of an executor thread: messages go to its worker's main thread, which has the one
// connection that all threads share (shared-scheduler-link.ts).
import type { MessagePort } from "node:worker_threads";
import { ClusterError } from "../../base/errors.js";
import { fromWireError } from "../../protocol/values/wire-error.js";
import type {
  DataFetcher,
  DataItem,
  DataRequestBody,
  FromScheduler,
  SchedulerLink,
  ToScheduler,
  Transport,
} from "../interface/transport.js";
import { PortCalls } from "./port-actor-channels.js";
import type { FromPort, ToPort } from "./port-messages.js";

/**
 * The transport through a port.
 *
 * @param openPort called when the line is used first
 * @param currentTask number of the task that is running
 */
export function portTransport(
  openPort: () => MessagePort,
  currentTask: () => number | undefined = () => undefined,
): Transport {
  let line: PortLine | undefined;
  const open = (): PortLine => (line ??= new PortLine(openPort(), currentTask));
  const refuse = async (): Promise<never> => {
    throw new ClusterError("address", "an executor thread cannot listen: it only connects");
  };
  return {
    listen: refuse,
    connect: async () => open().connect(),
    serveData: refuse,
    fetcher: () => new PortFetcher(open),
    openCalls: (address, listener) => open().calls.open(address, listener),
  };
}

interface Pending {
  readonly resolve: (items: (DataItem | undefined)[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The traffic of one port: one link to the scheduler at a time, data requests, and calls of actors.
 */
class PortLine {
  readonly #port: MessagePort;
  readonly #currentTask: () => number | undefined;
  readonly #pending = new Map<number, Pending>();
  readonly calls = new PortCalls((message) => this.send(message));
  #link: PortLink | undefined;
  #requests = 0;

  constructor(port: MessagePort, currentTask: () => number | undefined) {
    this.#port = port;
    this.#currentTask = currentTask;
    port.on("message", (message: ToPort) => this.#receive(message));
  }

  connect(): SchedulerLink {
    this.send({ type: "connect" });
    this.#link = new PortLink((message) => this.send(message), this.#currentTask);
    return this.#link;
  }

  fetch(
    address: string,
    body: DataRequestBody,
    timeoutMs: number,
  ): Promise<(DataItem | undefined)[]> {
    const request = ++this.#requests;
    return new Promise((resolve, reject) => {
      this.#pending.set(request, { resolve, reject });
      this.send({ type: "fetch", request, address, body, timeoutMs });
    });
  }

  send(message: FromPort): void {
    this.#port.postMessage(message);
  }

  #receive(message: ToPort): void {
    switch (message.type) {
      case "said":
        this.#link?.receive(message.message);
        break;
      case "lost":
        this.#link?.lose(message.reason);
        break;
      case "fetched":
        this.#pending.get(message.request)?.resolve([...message.items]);
        this.#pending.delete(message.request);
        break;
      case "fetchFailed":
        this.#pending.get(message.request)?.reject(fromWireError(message.error));
        this.#pending.delete(message.request);
        break;
      case "answered":
      case "callsLost":
        this.calls.receive(message);
        break;
    }
  }
}

/** A client's end of the line. */
class PortLink implements SchedulerLink {
  readonly #send: (message: FromPort) => void;
  readonly #currentTask: () => number | undefined;
  #onMessage: (message: FromScheduler) => void = () => {};
  #onLost: (reason: string) => void = () => {};

  constructor(send: (message: FromPort) => void, currentTask: () => number | undefined) {
    this.#send = send;
    this.#currentTask = currentTask;
  }

  send(message: ToScheduler): void {
    this.#send({ type: "say", message, task: this.#currentTask() });
  }

  /** Messages are sent at once. */
  flush(): void {}

  onMessage(handler: (message: FromScheduler) => void): void {
    this.#onMessage = handler;
  }

  onLost(handler: (reason: string) => void): void {
    this.#onLost = handler;
  }

  receive(message: FromScheduler): void {
    this.#onMessage(message);
  }

  lose(reason: string): void {
    this.#onLost(reason);
  }

  async close(): Promise<void> {
    this.#onMessage = () => {};
    this.#onLost = () => {};
    this.#send({ type: "disconnect" });
  }
}

class PortFetcher implements DataFetcher {
  readonly #open: () => PortLine;

  constructor(open: () => PortLine) {
    this.#open = open;
  }

  fetch(
    address: string,
    request: DataRequestBody,
    timeoutMs: number,
  ): Promise<(DataItem | undefined)[]> {
    return this.#open().fetch(address, request, timeoutMs);
  }

  /** The main thread sees by itself which peers are gone. */
  forget(): void {}

  async close(): Promise<void> {}
}
