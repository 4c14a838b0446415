// Messages ↔ frames. The messages to one peer in one turn of the event loop become one head frame
// (msgpack) and a raw frame for each large typed array. Everything that comes is checked here, so
// that no foreign byte gets further; values of tasks are data-frames.ts, sockets are comm/.
//
// The head is a msgpack array: "tw", the layout's version, the messages, the patches. Its first
// bytes are therefore fixed and serve as magic. The layout's version is not the protocol's: peers
// of two protocol versions must understand each other's handshake to refuse each other politely.
import { Packr } from "msgpackr";
import { ProtocolError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import { type Schemas, shapeMistake } from "../messages/schema.js";
import { type Patch, type PlainValue, restore, toPlain } from "../values/plain-values.js";
import type { WireError } from "../values/wire-error.js";
import { AxisTable, packLayer, unpackLayer } from "./layer-codec.js";

/** Version of the layout of frames; changes hardly ever. */
const LAYOUT_VERSION = 1;

/** The beginning of every head: an array of four, a string of two bytes, "tw", the version. */
const MAGIC = [0x94, 0xa2, 0x74, 0x77, LAYOUT_VERSION] as const;

/** The longest head that is read, in bytes. */
const HEAD_BYTES_MAX = 2 ** 28;
/** The most frames of a message. */
const FRAMES_MAX = 2 ** 20;

// Frames are valid only while they are read: bytes in them are copied.
const packr = new Packr({ useRecords: false, mapsAsObjects: true, copyBuffers: true });

/** Anything with a type by name. */
export interface AnyMessage {
  readonly type: string;
}

/** A message made plain, ready to be packed with others. */
export type PreparedMessage = PlainValue;

/**
 * Prepares a message when it is sent, so that errors of encoding are thrown there.
 *
 * @throws ProtocolError when the message contains what cannot be sent, such as a function.
 */
export function prepareMessage(message: AnyMessage): PreparedMessage {
  return toPlain(withPackedLayers(withSendableError(message)));
}

/** The frames of several messages to one peer. */
export function packMessages(prepared: readonly PreparedMessage[]): Uint8Array[] {
  const values: unknown[] = [];
  const patches: Patch[] = [];
  const frames: Uint8Array[] = [];
  prepared.forEach((message, position) => {
    for (const [path, kind, ...rest] of message.patches) {
      const [array, frame] = rest as [string?, number?];
      const moved = frame === undefined ? rest : [array, frame + frames.length];
      patches.push([[position, ...path], kind, ...moved] as unknown as Patch);
    }
    values.push(message.value);
    frames.push(...message.frames);
  });
  return [packHead(values, patches), ...frames];
}

/**
 * The frames of several messages to one peer: a head, and large typed arrays uncopied.
 *
 * @param messages of either side
 * @throws nothing
 * @see {@link decodeMessages}
 * @example
 * import { decodeMessages, encodeMessages, TO_SCHEDULER } from "tilework/scheduler";
 *
 * const frames = encodeMessages([{ type: "clientHeartbeat" }]);
 * decodeMessages(frames, TO_SCHEDULER); // → [{ type: "clientHeartbeat" }]
 */
export function encodeMessages(messages: readonly AnyMessage[]): Uint8Array[] {
  return packMessages(messages.map(prepareMessage));
}

/** A head frame alone. */
export function packHead(messages: readonly unknown[], patches: readonly Patch[]): Uint8Array {
  return packr.pack(["tw", LAYOUT_VERSION, messages, patches]);
}

/**
 * The messages in `frames`, checked against the shapes of those that may come; an error (returned,
 * not thrown) when anything about them is not ours.
 *
 * @param shapes those of one direction, such as {@link TO_SCHEDULER}
 * @throws nothing
 * @see {@link encodeMessages}
 * @example
 * import { decodeMessages, TO_SCHEDULER } from "tilework/scheduler";
 *
 * const found = decodeMessages([new Uint8Array([1, 2, 3])], TO_SCHEDULER);
 * found instanceof ProtocolError; // → true
 */
export function decodeMessages<Message extends AnyMessage>(
  frames: readonly Uint8Array[],
  shapes: Schemas,
): Message[] | ProtocolError {
  try {
    const axes = new AxisTable();
    const messages = readHead(frames);
    for (const message of messages) {
      unpackLayers(message, axes);
      const mistake = shapeMistake(message, shapes);
      if (mistake !== undefined) throw new ProtocolError(mistake);
    }
    return messages as Message[];
  } catch (error) {
    return asProtocolError(error);
  }
}

/**
 * The values in a head, with patches applied; not yet known to be messages.
 *
 * @throws any error of reading garbage; callers turn it into a {@link ProtocolError}.
 */
export function readHead(frames: readonly Uint8Array[]): unknown[] {
  const head = frames[0];
  if (head === undefined || frames.length > FRAMES_MAX) {
    throw new ProtocolError(`expected 1 to ${FRAMES_MAX} frames, got ${frames.length}`);
  }
  for (let i = 0; i < MAGIC.length; i++) {
    if (head[i] !== MAGIC[i]) throw new ProtocolError(magicMistake(head));
  }
  if (head.byteLength > HEAD_BYTES_MAX) {
    throw new ProtocolError(`a head of ${head.byteLength} bytes is larger than ${HEAD_BYTES_MAX}`);
  }
  // Parts of a Buffer would be Buffers.
  const bytes = new Uint8Array(head.buffer, head.byteOffset, head.byteLength);
  const [, , messages, patches] = packr.unpack(bytes) as unknown[];
  if (!Array.isArray(messages) || !Array.isArray(patches)) {
    throw new ProtocolError("a head without messages");
  }
  if (patches.length > 0) restore(messages, patches, frames.slice(1));
  return messages;
}

/** `error` as ours: reading garbage throws all sorts of things. */
export function asProtocolError(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  const reason = reasonOf(error);
  return new ProtocolError(`frames that cannot be read: ${reason}`, undefined, error);
}

function magicMistake(head: Uint8Array): string {
  const ours = MAGIC.slice(0, -1).every((byte, i) => head[i] === byte);
  return ours
    ? `frames of layout version ${head[MAGIC.length - 1]}; expected ${LAYOUT_VERSION}: the peer runs another version of tilework`
    : "frames that are not tilework's: another program sends to this address";
}

/** `message` with each of its layers, where it has any, packed. */
function withPackedLayers(message: AnyMessage): AnyMessage {
  const { type, layers } = message as { type: string; layers?: readonly unknown[] };
  if (!Array.isArray(layers)) return message;
  if (type === "submitGraph") return { ...message, layers: layers.map(packLayer) } as AnyMessage;
  if (type !== "addLayers") return message;
  const packed = layers.map((added) => ({ ...added, layer: packLayer(added.layer) }));
  return { ...message, layers: packed } as AnyMessage;
}

/** The inverse, in place: no one else has a message that was just read. */
function unpackLayers(message: unknown, axes: AxisTable): void {
  const { type, layers } = (message ?? {}) as { type?: unknown; layers?: unknown };
  if (!Array.isArray(layers)) return;
  if (type === "submitGraph") for (const layer of layers) unpackLayer(layer, axes);
  if (type === "addLayers") for (const added of layers) unpackLayer(added?.layer, axes);
}

/** An error's data comes from users as well: it is left out where it cannot be sent. */
function withSendableError(message: AnyMessage): AnyMessage {
  const { error } = message as { error?: WireError };
  return error === undefined ? message : ({ ...message, error: sendable(error) } as AnyMessage);
}

function sendable(error: WireError): WireError {
  const { data, cause, ...rest } = error;
  return {
    ...rest,
    ...(data === undefined || !canBeSent(data) ? {} : { data }),
    ...(cause === undefined ? {} : { cause: sendable(cause) }),
  };
}

function canBeSent(data: unknown): boolean {
  try {
    toPlain(data);
    return true;
  } catch {
    return false;
  }
}
