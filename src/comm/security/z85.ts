// Z85: ZeroMQ's writing of bytes, five characters for each four (https://rfc.zeromq.org/spec/32).

const DIGITS =
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
const BASE = DIGITS.length;

/** Bytes, a multiple of four of them, as text. */
export function encodeZ85(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let at = 0; at < bytes.byteLength; at += 4) {
    let rest = view.getUint32(at);
    let digits = "";
    for (let k = 0; k < 5; k++) {
      digits = DIGITS.charAt(rest % BASE) + digits;
      rest = Math.floor(rest / BASE);
    }
    text += digits;
  }
  return text;
}

/** The bytes of a text of {@link encodeZ85}. */
export function decodeZ85(text: string): Uint8Array {
  const view = new DataView(new ArrayBuffer((text.length / 5) * 4));
  for (let at = 0; at < text.length; at += 5) {
    let value = 0;
    for (const digit of text.slice(at, at + 5)) value = value * BASE + DIGITS.indexOf(digit);
    view.setUint32((at / 5) * 4, value);
  }
  return new Uint8Array(view.buffer);
}

/** Whether the text is a key of 32 bytes. */
export function isZ85Key(text: unknown): text is string {
  return (
    typeof text === "string" && text.length === 40 && [...text].every((c) => DIGITS.includes(c))
  );
}
