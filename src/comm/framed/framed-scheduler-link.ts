// A client's or worker's link to the scheduler over a line of frames. Between machines, a line that
// breaks is replaced by another, over which both sides send again what did not arrive. Without
// that, a lost link stays lost: to the scheduler, a new connection is a new peer.
import { randomBytes } from "node:crypto";
import { ProtocolError } from "../../base/errors.js";
import { formatDuration } from "../../base/units.js";
import { decodeMessages, packMessages } from "../../protocol/frames/frames.js";
import { FROM_SCHEDULER } from "../../protocol/messages/messages.js";
import type { FromScheduler, SchedulerLink, ToScheduler } from "../interface/transport.js";
import { ReceivedBatches, SentBatches } from "./counted-batches.js";
import type { FrameLine } from "./frame-lines.js";
import { INTERRUPTIONS, type Interruptions } from "./interruptions.js";
import { nothingListens } from "./listening.js";
import type { MalformedFrameCounter } from "./malformed-frames.js";
import { MessageBatcher } from "./message-batches.js";
import { encodeWord, readWord, type SessionWord } from "./session-words.js";

const WATCH_INTERVAL_MS = 500;
/** Between two lines that end at once. */
const RETRY_MS = 250;
/** Watching this late means that this process was held up, and silence proves nothing. */
const HELD_UP_MS = 2_000;

/** Settings of {@link FramedSchedulerLink}. */
export interface FramedSchedulerLinkOptions {
  readonly connect: () => FrameLine;
  readonly address: string;
  readonly foreign: MalformedFrameCounter;
  /** Undefined where a line that breaks is the end. */
  readonly interruptions: Interruptions | undefined;
}

/** An interruption under way. */
interface Interruption {
  readonly reason: string;
  readonly sinceMs: number;
  /** When the last line was made. */
  attemptMs: number;
  isProbing: boolean;
}

/** A {@link SchedulerLink} over lines of frames, one at a time. */
export class FramedSchedulerLink implements SchedulerLink {
  readonly #connect: () => FrameLine;
  readonly #foreign: MalformedFrameCounter;
  readonly #outbox: MessageBatcher;
  readonly #address: string;
  readonly #times: Interruptions;
  /** The name of the session; undefined where a line that breaks is the end. */
  readonly #token: string | undefined;
  readonly #sent = new SentBatches();
  readonly #received: ReceivedBatches;
  #line: FrameLine;
  #interruption: Interruption | undefined;
  #watch: NodeJS.Timeout | undefined;
  #watchedMs = performance.now();
  #heardMs = 0;
  #hasHeard = false;
  #isOver = false;
  #onMessage: ((message: FromScheduler) => void) | undefined;
  #onLost: ((reason: string) => void) | undefined;
  #onInterrupted: (text: string) => void = () => {};
  #lostReason: string | undefined;

  constructor({ connect, address, foreign, interruptions }: FramedSchedulerLinkOptions) {
    this.#connect = connect;
    this.#foreign = foreign;
    this.#address = address;
    this.#times = interruptions ?? INTERRUPTIONS;
    this.#token = interruptions === undefined ? undefined : randomBytes(16).toString("hex");
    this.#outbox = new MessageBatcher((messages) => this.#send(packMessages(messages)));
    this.#received = new ReceivedBatches((received) => this.#say("received", received));
    this.#line = connect();
    if (this.#token === undefined) return;
    this.#line.send(encodeWord("open", { token: this.#token }));
    this.#watch = setInterval(() => this.#look(), WATCH_INTERVAL_MS).unref();
  }

  get connectError(): string | undefined {
    return this.#line.connectError;
  }

  get isRefused(): boolean {
    return this.#line.isRefused;
  }

  send(message: ToScheduler): void {
    const isClosed = this.#isOver || (this.#interruption === undefined && this.#line.isClosed);
    if (!isClosed) this.#outbox.push(message);
  }

  flush(): void {
    this.#outbox.flush();
  }

  onMessage(handler: (message: FromScheduler) => void): void {
    this.#onMessage = handler;
    this.#listen(this.#line);
  }

  onLost(handler: (reason: string) => void): void {
    this.#onLost = handler;
    const reason = this.#lostReason;
    if (reason !== undefined) setImmediate(() => handler(reason));
  }

  onInterrupted(handler: (text: string) => void): void {
    this.#onInterrupted = handler;
  }

  async close(): Promise<void> {
    this.#outbox.flush();
    this.#end();
    await this.#line.close();
  }

  #send(frames: readonly Uint8Array[]): void {
    if (this.#token !== undefined) this.#sent.keep(frames);
    if (this.#interruption === undefined) this.#line.send(frames);
  }

  #say(kind: SessionWord["kind"], received: number): void {
    if (this.#interruption !== undefined || this.#line.isClosed) return;
    this.#line.send(encodeWord(kind, { received, token: this.#token as string }));
  }

  #listen(line: FrameLine): void {
    // What an earlier line still reports is over.
    const isCurrent = () => this.#line === line && !this.#isOver;
    line.listen({
      received: (frames) => {
        if (isCurrent()) this.#receive(frames);
      },
      lost: (reason, tookLeave) => {
        if (isCurrent()) this.#lineLost(reason, tookLeave);
      },
      connectFailed: () => {
        if (isCurrent()) void this.#probe();
      },
    });
  }

  #receive(frames: Buffer[]): void {
    this.#heardMs = performance.now();
    const word = readWord(frames);
    if (word instanceof ProtocolError) this.#foreign.drop(word);
    else if (word !== undefined) this.#hear(word);
    else if (this.#interruption === undefined) this.#take(frames);
  }

  #take(frames: readonly Uint8Array[]): void {
    if (this.#token !== undefined) this.#received.add();
    const messages = decodeMessages<FromScheduler>(frames, FROM_SCHEDULER);
    if (messages instanceof ProtocolError) {
      this.#foreign.drop(messages);
      return;
    }
    this.#hasHeard = true;
    for (const message of messages) this.#onMessage?.(message);
  }

  #hear({ kind, received }: SessionWord): void {
    const interruption = this.#interruption;
    if (kind === "received") this.#sent.acknowledge(received);
    else if (interruption === undefined) return;
    else if (kind === "unknown") {
      this.#lose(`${interruption.reason}, and the scheduler there does not know this process`);
    } else if (kind === "resumed") this.#resume(interruption, received);
  }

  #resume({ sinceMs }: Interruption, received: number): void {
    this.#interruption = undefined;
    this.#sent.acknowledge(received);
    this.#sent.sendAgain((frames) => this.#line.send(frames));
    const duration = formatDuration(performance.now() - sinceMs);
    this.#onInterrupted(`connected to the scheduler again after ${duration}; nothing was lost`);
  }

  #lineLost(reason: string, tookLeave: boolean): void {
    const isFinal = this.#token === undefined || tookLeave || this.isRefused || !this.#hasHeard;
    if (isFinal) this.#lose(reason);
    else this.#interrupt(reason);
  }

  /** Takes the session up again over another line. */
  #interrupt(reason: string): void {
    const nowMs = performance.now();
    if (this.#interruption === undefined) {
      this.#interruption = { reason, sinceMs: nowMs, attemptMs: nowMs, isProbing: false };
      this.#onInterrupted(`the connection to the scheduler broke (${reason}); trying again`);
      this.#reconnect();
    } else if (nowMs - this.#interruption.attemptMs >= RETRY_MS) this.#reconnect();
    else setTimeout(() => this.#reconnect(), RETRY_MS);
  }

  #reconnect(): void {
    if (this.#interruption === undefined || this.#isOver) return;
    this.#interruption.attemptMs = performance.now();
    this.#line.abandon();
    this.#line = this.#connect();
    const { count: received } = this.#received;
    this.#line.send(encodeWord("resume", { received, token: this.#token as string }));
    this.#listen(this.#line);
  }

  /** An attempt failed: a scheduler whose host refuses connections has ended. */
  async #probe(): Promise<void> {
    const interruption = this.#interruption;
    if (interruption === undefined || interruption.isProbing) return;
    interruption.isProbing = true;
    const isGone = await nothingListens(this.#address);
    interruption.isProbing = false;
    if (isGone && this.#interruption === interruption) this.#lose(interruption.reason);
  }

  /** Looks whether the line, or the scheduler, is silent for too long. */
  #look(): void {
    const nowMs = performance.now();
    const sinceMs = nowMs - this.#watchedMs;
    this.#watchedMs = nowMs;
    const { silenceMs, keepMs } = this.#times;
    const { oldestMs } = this.#sent;
    if (sinceMs > HELD_UP_MS) this.#heardMs = nowMs;
    else if (this.#interruption !== undefined) {
      if (nowMs - this.#interruption.sinceMs > keepMs) this.#lose(this.#interruption.reason);
      else if (nowMs - this.#interruption.attemptMs > silenceMs) this.#reconnect();
    } else if (this.#hasHeard && oldestMs !== undefined) {
      if (nowMs - Math.max(oldestMs, this.#heardMs) <= silenceMs) return;
      this.#interrupt(`silent for ${formatDuration(nowMs - this.#heardMs)}`);
    }
  }

  #end(): void {
    this.#isOver = true;
    clearInterval(this.#watch);
    this.#received.stop();
  }

  #lose(reason: string): void {
    if (this.#isOver) return;
    this.#outbox.clear();
    this.#lostReason =
      this.#hasHeard || this.isRefused
        ? reason
        : `${reason} before the scheduler answered; is ${this.#address} its address?`;
    this.#end();
    if (!this.#line.isClosed) this.#line.abandon();
    this.#onLost?.(this.#lostReason);
  }
}
