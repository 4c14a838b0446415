// The frames of zstd (RFC 8878, section 3): their lengths, without decoding them.

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;

/**
 * The decoded length by the headers of all frames; undefined if one lacks it.
 *
 * @throws Error when the frames do not end where the bytes do
 */
export function zstdContentBytes(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let total: number | undefined = 0;
  try {
    for (let at = 0; at < bytes.length || at === 0; ) {
      const magic = view.getUint32(at, true);
      if (magic >>> 4 === SKIPPABLE >>> 4) {
        at += 8 + view.getUint32(at + 4, true);
      } else {
        if (magic !== MAGIC) wrong("it does not begin as one");
        const { content, blocksAt, hasChecksum } = frameHeader(view, at + 4);
        total = total === undefined || content === undefined ? undefined : total + content;
        at = endOfBlocks(view, blocksAt) + (hasChecksum ? 4 : 0);
      }
      if (at > bytes.length) wrong("it is cut off");
    }
  } catch (error) {
    if (error instanceof RangeError) wrong("it is cut off");
    throw error;
  }
  return total;
}

function frameHeader(view: DataView, at: number) {
  const descriptor = view.getUint8(at);
  const isSingle = (descriptor & 32) !== 0;
  const contentAt = at + 1 + (isSingle ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] as number);
  const width = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
  return {
    content: contentBytes(view, contentAt, width),
    blocksAt: contentAt + width,
    hasChecksum: (descriptor & 4) !== 0,
  };
}

function contentBytes(view: DataView, at: number, width: number): number | undefined {
  switch (width) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, true) + 256;
    case 4:
      return view.getUint32(at, true);
    case 8:
      return Number(view.getBigUint64(at, true));
    default:
      return undefined;
  }
}

function endOfBlocks(view: DataView, start: number): number {
  for (let at = start; ; ) {
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    const kind = (header >> 1) & 3;
    if (kind === 3) wrong("a block of it is of no known kind");
    at += 3 + (kind === 1 ? 1 : header >>> 3);
    if ((header & 1) !== 0) return at;
  }
}

function wrong(reason: string): never {
  throw new Error(`it is no zstd frame, or a damaged one: ${reason}`);
}
