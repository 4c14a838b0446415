// Words by which a link and the scheduler's socket take up a broken connection again. They travel
// between batches of messages, each as one frame of a fixed length.
import { ProtocolError } from "../../base/errors.js";

const MAGIC = Buffer.from("tws\u0001");
const TOKEN_BYTES = 16;
const KIND_AT = MAGIC.byteLength;
const COUNT_AT = KIND_AT + 1;
const TOKEN_AT = COUNT_AT + 8;
const WORD_BYTES = TOKEN_AT + TOKEN_BYTES;

const KINDS = ["open", "resume", "resumed", "unknown", "received"] as const;

/** One word of a session. */
export interface SessionWord {
  /**
   * A link begins a session; takes it up again on another connection; the scheduler agrees, or does
   * not know the session; either side says how much it has.
   */
  readonly kind: (typeof KINDS)[number];
  /** Batches that the sender of the word has received in this session. */
  readonly received: number;
  /** The name of the session, which its link has drawn by chance. */
  readonly token: string;
}

/** The frames of a word. */
export function encodeWord(
  kind: SessionWord["kind"],
  { received = 0, token = "" }: { readonly received?: number; readonly token?: string } = {},
): Uint8Array[] {
  const frame = Buffer.alloc(WORD_BYTES);
  MAGIC.copy(frame);
  frame.writeUInt8(KINDS.indexOf(kind), KIND_AT);
  frame.writeDoubleBE(received, COUNT_AT);
  frame.write(token, TOKEN_AT, "hex");
  return [frame];
}

/** The word that the frames are; undefined for all others, a ProtocolError for a broken one. */
export function readWord(frames: readonly Uint8Array[]): SessionWord | ProtocolError | undefined {
  const [given] = frames;
  if (frames.length !== 1 || given === undefined) return undefined;
  const frame = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  if (!MAGIC.equals(frame.subarray(0, KIND_AT))) return undefined;
  if (frame.byteLength !== WORD_BYTES) return new ProtocolError("a session word of another length");
  const kind = KINDS[frame.readUInt8(KIND_AT)];
  const received = frame.readDoubleBE(COUNT_AT);
  if (kind === undefined || !Number.isSafeInteger(received) || received < 0) {
    return new ProtocolError("a session word that makes no sense");
  }
  return { kind, received, token: frame.toString("hex", TOKEN_AT) };
}
