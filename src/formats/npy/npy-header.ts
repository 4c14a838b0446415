// Headers of NumPy's .npy files:
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. Bytes in, facts out, and
// back; reading files is runtime/ and io/.
import { DTYPES, type DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";

/** The header of a `.npy` file. */
export interface NpyHeader {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Whether the first axis is the one that runs fastest in the file. */
  readonly fortranOrder: boolean;
  /** Where the elements begin. */
  readonly byteOffset: number;
  readonly bigEndian: boolean;
  /** Whether `dtype` is uint16 for the bits of float16, which is no dtype here. */
  readonly isHalf: boolean;
}

/** Bytes of a file that are enough to parse its header, for all but unheard-of shapes. */
export const NPY_HEADER_BYTES_MAX = 65_536;

const MAGIC = "\x93NUMPY";
const ALIGNMENT = 64;

/**
 * Parses the header of a `.npy` file.
 *
 * @param bytes the beginning of the file; {@link NPY_HEADER_BYTES_MAX} bytes are enough
 * @throws ArgumentError `argument.value` when this is not a `.npy` file or its header is cut off or
 * malformed, `argument.dtype` when its dtype is none of ours
 */
export function parseNpyHeader(bytes: Uint8Array): NpyHeader {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (text(0, 6) !== MAGIC) {
    malformed("it does not begin with \\x93NUMPY, so it is not a .npy file");
  }
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3) malformed(`its format version is ${version}: expected 1, 2 or 3`);
  const lengthBytes = version === 1 ? 2 : 4;
  const start = 8 + lengthBytes;
  let length = 0;
  for (let i = lengthBytes - 1; i >= 0; i--) length = length * 256 + (bytes[8 + i] ?? 255);
  if (!(start + length <= bytes.length)) {
    malformed(`its header ends after byte ${start + length}, but ${bytes.length} bytes were given`);
  }
  if (length > NPY_HEADER_BYTES_MAX) malformed(`its header is ${length} bytes long`);
  return { ...parseDictionary(text(start, start + length)), byteOffset: start + length };
}

function malformed(reason: string): never {
  throw new ArgumentError("value", `the .npy header cannot be read: ${reason}`, { reason });
}

/** The Python dictionary `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`. */
function parseDictionary(text: string): Omit<NpyHeader, "byteOffset"> {
  const descr = /['"]descr['"]\s*:\s*(\[|['"]([^'"]*)['"])/.exec(text);
  const order = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text);
  const shape = /['"]shape['"]\s*:\s*\(([\d\s,L]*)\)/.exec(text);
  if (descr === null || order === null || shape === null) {
    malformed(`its dictionary lacks descr, fortran_order or shape: ${JSON.stringify(text.trim())}`);
  }
  if (descr[1] === "[") unsupported("a structured dtype");
  const lengths = (shape[1] as string).split(",").map((length) => length.trim());
  return {
    ...parseDescr(descr[2] as string),
    fortranOrder: order[1] === "True",
    shape: lengths.filter((length) => length !== "").map((length) => Number.parseInt(length, 10)),
  };
}

function parseDescr(descr: string): Pick<NpyHeader, "dtype" | "bigEndian" | "isHalf"> {
  const bigEndian = descr.startsWith(">");
  const kind = descr.replace(/^[<>|=]/, "");
  if (kind === "f2") return { dtype: "uint16", bigEndian, isHalf: true };
  for (const [dtype, { npy }] of Object.entries(DTYPES)) {
    if (npy.slice(1) === kind) return { dtype: dtype as DType, bigEndian, isHalf: false };
  }
  return unsupported(`dtype ${JSON.stringify(descr)}`);
}

function unsupported(what: string): never {
  const known = Object.entries(DTYPES).map(([dtype, { npy }]) => `${dtype} (${npy})`);
  throw new ArgumentError(
    "dtype",
    `the .npy file has ${what}: expected one of ${known.join(", ")}, float16 (<f2)`,
    { given: what },
  );
}

/** The header of a little-endian, C-ordered `.npy` file; elements follow it directly. */
export function formatNpyHeader(dtype: DType, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const fields = `'descr': '${DTYPES[dtype].npy}', 'fortran_order': False, 'shape': (${tuple})`;
  const dictionary = `{${fields}, }`;
  // Padded with spaces and a line break so that elements begin at a multiple of 64 bytes.
  const unpadded = MAGIC.length + 4 + dictionary.length + 1;
  const padding = (ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT;
  const length = dictionary.length + padding + 1;
  const prefix = `${MAGIC}\x01\x00${String.fromCharCode(length & 255, length >> 8)}`;
  return Uint8Array.from(`${prefix}${dictionary}${" ".repeat(padding)}\n`, (character) =>
    character.charCodeAt(0),
  );
}
