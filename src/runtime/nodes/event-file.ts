// Records a scheduler's events in a file and reads them back: each message, its sender and its
// time. The core is a function of events and options, so replaying them leads to the same state. A
// file is a list of msgpack records, each after its length; messages have their wire format
// (protocol/frames/frames.ts).
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { pack, unpack } from "msgpackr";
import { ArgumentError, ProtocolError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import { decodeMessages, encodeMessages } from "../../protocol/frames/frames.js";
import { isString } from "../../protocol/messages/fields.js";
import { TO_SCHEDULER } from "../../protocol/messages/messages.js";
import { message, schemas } from "../../protocol/messages/schema.js";
import type { SchedulerEvent } from "../../scheduler/state/events.js";
import type { SchedulerOptions } from "../../scheduler/state/options.js";

const FORMAT = "tilework-events";
const VERSION = 1;
const LENGTH_BYTES = 4;
/** Records are written together at this size, and with each tick. */
const BUFFER_BYTES = 1 << 20;

/** Messages, and events of the scheduler's own shell. */
const SHAPES = {
  ...TO_SCHEDULER,
  ...schemas(
    message("ticked", {}),
    message("continued", {}),
    message("peerLost", { reason: isString }),
  ),
};

/** An event, and when the scheduler handled it. */
export interface RecordedEvent {
  readonly nowMs: number;
  readonly event: SchedulerEvent;
}

/** The content of an event file. */
export interface Recording {
  readonly options: SchedulerOptions;
  readonly events: readonly RecordedEvent[];
}

/** Writes a scheduler's events to a file. */
export class EventRecorder {
  readonly #file: number;
  readonly #onFailed: (reason: string) => void;
  #records: Uint8Array[] = [];
  #bytes = 0;
  #hasFailed = false;

  /**
   * Creates the file, or empties it.
   *
   * @param onFailed called once, when writing fails: a full disk ends the recording, not the
   * scheduler
   * @throws ArgumentError `argument.value` when there can be no such file
   */
  constructor(path: string, options: SchedulerOptions, onFailed: (reason: string) => void) {
    this.#file = accessing(path, "written", () => openSync(path, "w"));
    this.#onFailed = onFailed;
    this.#add([FORMAT, VERSION, options]);
  }

  /**
   * Writes an event before the core handles it, so that one that crashes the core is in the file.
   */
  record(event: SchedulerEvent, nowMs: number): void {
    const { from, ...message } = event as SchedulerEvent & { readonly from?: string };
    this.#add([nowMs, from ?? null, encodeMessages([message])]);
    if (event.type === "ticked" || this.#bytes > BUFFER_BYTES) this.flush();
  }

  /** Writes buffered records. */
  flush(): void {
    try {
      for (const record of this.#records) if (!this.#hasFailed) writeSync(this.#file, record);
    } catch (error) {
      this.#hasFailed = true;
      this.#onFailed(reasonOf(error));
    }
    this.#records = [];
    this.#bytes = 0;
  }

  /** Writes the rest and closes the file. */
  close(): void {
    this.flush();
    closeSync(this.#file);
  }

  #add(record: unknown): void {
    const bytes = pack(record);
    const length = new Uint8Array(LENGTH_BYTES);
    new DataView(length.buffer).setUint32(0, bytes.byteLength);
    this.#records.push(length, bytes);
    this.#bytes += LENGTH_BYTES + bytes.byteLength;
  }
}

/**
 * Reads a file that an {@link EventRecorder} wrote; a last record that was cut off is left out.
 *
 * @throws ArgumentError `argument.value` when the file cannot be read
 * @throws ProtocolError when it is none of these, or of another version
 */
export function readRecording(path: string): Recording {
  const [head, ...records] = readRecords(accessing(path, "read", () => readFileSync(path)));
  const [format, version, options] = Array.isArray(head) ? (head as unknown[]) : [];
  if (format !== FORMAT || version !== VERSION) {
    throw new ProtocolError(
      `${path} is no recording of a scheduler of this version: make one with \`tilework scheduler --record ${path}\``,
    );
  }
  return { options: options as SchedulerOptions, events: records.map(readEvent) };
}

function accessing<T>(path: string, done: "read" | "written", access: () => T): T {
  try {
    return access();
  } catch (error) {
    const text = `the recording ${path} cannot be ${done}: ${reasonOf(error)}`;
    throw new ArgumentError("value", text, { path });
  }
}

function readRecords(bytes: Buffer): unknown[] {
  const records: unknown[] = [];
  for (let at = 0; at + LENGTH_BYTES <= bytes.length; ) {
    const end = at + LENGTH_BYTES + bytes.readUInt32BE(at);
    if (end > bytes.length) break;
    records.push(unpackOrNothing(bytes.subarray(at + LENGTH_BYTES, end)));
    at = end;
  }
  return records;
}

/** Undefined for bytes that are not msgpack: another kind of file. */
function unpackOrNothing(bytes: Uint8Array): unknown {
  try {
    return unpack(bytes);
  } catch {
    return undefined;
  }
}

function readEvent(record: unknown): RecordedEvent {
  const [nowMs, from, frames] = record as [number, string | null, Uint8Array[]];
  const decoded = decodeMessages(frames, SHAPES);
  if (decoded instanceof ProtocolError) throw decoded;
  const event = { ...decoded[0], ...(from === null ? {} : { from }) } as SchedulerEvent;
  return { nowMs, event };
}
