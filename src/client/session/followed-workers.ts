// A client's lines to workers whose results it waited for before. Over these the result of a job
// with one output block comes straight from its worker, while the scheduler's report is still under
// way: for a small job, that is a fifth of the time.
import type { ActorChannel } from "../../comm/interface/actor-channel.js";
import type { Transport } from "../../comm/interface/transport.js";
import type { OutputsReady } from "../../protocol/messages/messages.js";
import type { WorkerId } from "../../protocol/values/ids.js";
import type { WorkerPlace } from "./session-listeners.js";

/** A worker whose results came, with the line to it. */
interface Followed {
  /** None after the first result: most programs that compute one small thing end then. */
  line: ActorChannel | undefined;
  /** Whether a line was tried and is lost: this machine may be out of reach of the worker. */
  isLost: boolean;
}

/** Follows workers for one session. */
export class FollowedWorkers {
  readonly #name: string;
  readonly #openLine: Transport["openCalls"];
  readonly #received: (message: OutputsReady) => void;
  readonly #workers = new Map<WorkerId, Followed>();
  #lineCount = 0;

  /**
   * @param name unlike that of any other follower
   * @param received called with results that come over the lines
   */
  constructor(
    name: string,
    openLine: Transport["openCalls"],
    received: (message: OutputsReady) => void,
  ) {
    this.#name = name;
    this.#openLine = openLine;
    this.#received = received;
  }

  /** The name for `follower` of a job; undefined while there are no lines. */
  get follower(): string | undefined {
    return this.#lineCount > 0 ? this.#name : undefined;
  }

  /** The scheduler has reported a job's one small result, which that worker made. */
  reported(worker: WorkerId, place: WorkerPlace | undefined): void {
    const known = this.#workers.get(worker);
    if (known === undefined) this.#workers.set(worker, { line: undefined, isLost: false });
    else if (known.line === undefined && !known.isLost && place !== undefined) {
      known.line = this.#open(known, place);
      this.#lineCount++;
      known.line.send({ type: "followResults", follower: this.#name });
    }
  }

  /** The worker is gone. */
  forget(worker: WorkerId): void {
    const known = this.#workers.get(worker);
    this.#workers.delete(worker);
    if (known?.line === undefined) return;
    this.#lineCount--;
    known.line.close();
  }

  close(): void {
    for (const worker of [...this.#workers.keys()]) this.forget(worker);
  }

  #open(followed: Followed, { address }: WorkerPlace): ActorChannel {
    return this.#openLine(address, {
      received: (message) => {
        if (message.type === "outputsReady") this.#received(message);
      },
      lost: () => {
        if (followed.line === undefined) return;
        followed.line = undefined;
        followed.isLost = true;
        this.#lineCount--;
      },
    });
  }
}
