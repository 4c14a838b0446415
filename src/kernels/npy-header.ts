// The header of a `.npy` file: what the elements are and where they begin. Nothing here touches
// files: io/ reads the header's bytes, runtime/ the elements.
// See https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
import { DTYPES, type DType } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";

/** What a `.npy` file holds. */
export interface NpyHeader {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Whether the first axis varies fastest. */
  readonly fortranOrder: boolean;
  readonly bigEndian: boolean;
  /** Where the elements begin. */
  readonly byteOffset: number;
}

/** Bytes that {@link npyHeaderBytes} looks at. */
export const NPY_PREFIX_BYTES = 12;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // "\x93NUMPY"

/**
 * How long the header is, from the file's first {@link NPY_PREFIX_BYTES} bytes.
 *
 * @param file how errors call the file
 * @throws ArgumentError `argument.value` when it is no `.npy` file, or of a format we do not know
 */
export function npyHeaderBytes(prefix: Uint8Array, file: string): number {
  if (prefix.length < 10 || MAGIC.some((byte, i) => prefix[i] !== byte)) {
    throw new ArgumentError(
      "value",
      `${file} is no .npy file: it does not begin with the bytes \\x93NUMPY (make one by numpy.save)`,
      { file },
    );
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const major = view.getUint8(6);
  if (major === 1) return 10 + view.getUint16(8, true);
  if ((major === 2 || major === 3) && prefix.length >= NPY_PREFIX_BYTES) {
    return NPY_PREFIX_BYTES + view.getUint32(8, true);
  }
  throw malformed(file, `format version ${major}.${view.getUint8(7)} is not known`);
}

/**
 * Reads a header.
 *
 * @param bytes the file's first bytes, as many as {@link npyHeaderBytes} says
 * @param file how errors call the file
 * @throws ArgumentError `argument.value` when the header is malformed, `argument.dtype` when we have
 * no dtype for the elements
 */
export function parseNpyHeader(bytes: Uint8Array, file: string): NpyHeader {
  const byteOffset = npyHeaderBytes(bytes, file);
  if (bytes.length < byteOffset) throw malformed(file, "it ends within its header");
  const textStart = bytes[6] === 1 ? 10 : NPY_PREFIX_BYTES;
  const text = new TextDecoder("latin1").decode(bytes.subarray(textStart, byteOffset));
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)\b/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (/'descr'\s*:\s*\[/.test(text)) throw unsupported(file, "records of several fields");
  if (descr === undefined || order === undefined || shape === undefined) {
    throw malformed(file, "its header lacks descr, fortran_order or shape");
  }
  return {
    ...elementType(descr, file),
    shape: parseShape(shape, file),
    fortranOrder: order === "True",
    byteOffset,
  };
}

function parseShape(text: string, file: string): number[] {
  const parts = text.split(",").map((part) => part.replace("L", "").trim());
  if (parts.at(-1) === "") parts.pop();
  const shape = parts.map(Number);
  if (parts.includes("") || !shape.every(Number.isSafeInteger)) {
    throw malformed(file, `its shape (${text.trim()}) is no list of lengths`);
  }
  return shape;
}

/** `<f8`, `>i4`, `|b1`: byte order, kind, bytes. */
function elementType(descr: string, file: string): { dtype: DType; bigEndian: boolean } {
  const bigEndian = descr.startsWith(">");
  const kind = descr.replace(/^[<>|=]/, "");
  for (const [dtype, { npy }] of Object.entries(DTYPES)) {
    if (npy.slice(1) === kind) return { dtype: dtype as DType, bigEndian };
  }
  throw unsupported(file, `elements of type ${JSON.stringify(descr)}`);
}

function unsupported(file: string, what: string): ArgumentError {
  return new ArgumentError(
    "dtype",
    `${file} holds ${what}: expected one of ${Object.keys(DTYPES).join(", ")} ` +
      '(convert it, as in numpy.save(path, x.astype("float64")))',
    { file },
  );
}

function malformed(file: string, why: string): ArgumentError {
  return new ArgumentError("value", `${file} cannot be read as a .npy file: ${why}`, { file });
}
