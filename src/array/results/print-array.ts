// The values of an array as text, as NumPy prints them: columns in line, long arrays shortened,
// lines of 75 characters.
import type { NdArray } from "ndarray";
import type { NdData } from "../../base/block.js";
import { DTYPES, type DType, isComplex } from "../../base/dtype.js";

/** More elements than this are shortened to some at each end of each axis. */
const ELEMENTS_MAX = 1000;
const EDGE_ITEMS = 3;
const LINE_LENGTH = 75;
const DECIMALS = 8;
const START = "array(";
/** The dtypes that NumPy leaves out. */
const UNSAID: ReadonlySet<string> = new Set(["float64", "int64", "bool", "complex128"]);

type View = Pick<NdArray<NdData>, "data" | "shape" | "stride" | "offset">;
type Element = number | bigint | boolean;
type Format = (value: Element) => string;

/** As in `array([[1., 2.], [3., 4.]], dtype=float32)`. */
export function printArray(view: View, dtype: DType | undefined): string {
  const isPairs = dtype !== undefined && isComplex(dtype);
  const shape = isPairs ? view.shape.slice(0, -1) : view.shape;
  const size = shape.reduce((product, length) => product * length, 1);
  const isShort = size > ELEMENTS_MAX;
  const seen = positionsOf(view, shape, isShort);
  const { data, stride } = view;
  const value = (at: number): Element => {
    const element = data[at] as number | bigint;
    return dtype === "bool" ? element !== 0 : element;
  };
  const imaginary = (at: number) => value(at + (stride[shape.length] as number));
  const isFloat = dtype === undefined || isPairs || DTYPES[dtype].kind === "float";
  const format = isFloat ? formatFor(seen.map(value) as number[]) : String;
  const signed = isPairs ? formatFor(seen.map(imaginary) as number[]) : undefined;
  const show = (at: number): string => {
    if (signed === undefined) return format(value(at));
    const part = signed(imaginary(at)).trim();
    return `${format(value(at))}${part.startsWith("-") ? "" : "+"}${part}j`;
  };
  const shown = seen.map(show);
  const width = shown.reduce((most, text) => Math.max(most, text.length), 0);
  const values = shown.map((text) => text.padStart(width))[Symbol.iterator]();
  const text = size === 0 ? "[]" : nested(shape, 0, isShort, values);
  const facts = [
    ...(isShort || size === 0
      ? [`shape=(${shape.join(", ")}${shape.length === 1 ? "," : ""})`]
      : []),
    ...(dtype === undefined || UNSAID.has(dtype) ? [] : [`dtype=${dtype}`]),
  ];
  return `${START}${[text, ...facts].join(", ")})`;
}

/** The positions along an axis that are shown; undefined for those that are left out. */
function shownAlong(length: number, isShort: boolean): (number | undefined)[] {
  const all = Array.from({ length: Math.min(length, 2 * EDGE_ITEMS + 1) }, (_, i) => i);
  if (!isShort || length <= 2 * EDGE_ITEMS) return Array.from({ length }, (_, i) => i);
  return all.map((i) =>
    i < EDGE_ITEMS ? i : i === EDGE_ITEMS ? undefined : length - 2 * EDGE_ITEMS - 1 + i,
  );
}

/** Where the elements are that are shown, in order. */
function positionsOf({ stride, offset }: View, shape: readonly number[], isShort: boolean) {
  let found = [offset];
  shape.forEach((length, axis) => {
    const along = shownAlong(length, isShort).filter((i) => i !== undefined);
    found = found.flatMap((at) => along.map((i) => at + i * (stride[axis] as number)));
  });
  return found;
}

function nested(
  shape: readonly number[],
  axis: number,
  isShort: boolean,
  values: Iterator<string>,
): string {
  const indent = " ".repeat(START.length + axis + 1);
  const along = shownAlong(shape[axis] as number, isShort);
  if (axis < shape.length - 1) {
    const parts = along.map((i) =>
      i === undefined ? "..." : nested(shape, axis + 1, isShort, values),
    );
    const lines = "\n".repeat(shape.length - axis - 1);
    return `[${parts.join(`,${lines}${indent}`)}]`;
  }
  const lines = [""];
  along.forEach((i, place) => {
    const text = i === undefined ? "..." : (values.next().value as string);
    const item = place < along.length - 1 ? `${text},` : text;
    const line = lines.at(-1) as string;
    const isLong = indent.length + line.length + 1 + item.length > LINE_LENGTH;
    if (line !== "" && isLong) lines.push(item);
    else lines[lines.length - 1] = line === "" ? item : `${line} ${item}`;
  });
  return `[${lines.join(`\n${indent}`)}]`;
}

/** How all of some values are written, so that their points are in line. */
function formatFor(values: readonly number[]): Format {
  const finite = values.filter((value) => Number.isFinite(value));
  const sizes = finite.map(Math.abs).filter((value) => value > 0);
  const [most, least] = [Math.max(...sizes, 0), Math.min(...sizes, Number.MAX_VALUE)];
  const isScientific = sizes.length > 0 && (most >= 1e8 || least < 1e-4 || most / least > 1000);
  const write = (value: number) => (isScientific ? scientific(value) : fixed(value));
  const decimals = Math.max(0, ...finite.map((value) => decimalsOf(write(value))));
  return (value) =>
    special(value as number) ??
    (isScientific
      ? withExponent((value as number).toExponential(decimals))
      : fixed(value as number).padEnd(wholeLength(fixed(value as number)) + 1 + decimals));
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return "nan";
  if (Number.isFinite(value)) return undefined;
  return value > 0 ? "inf" : "-inf";
}

function fixed(value: number): string {
  return value.toFixed(DECIMALS).replace(/0+$/, "");
}

function scientific(value: number): string {
  return value.toExponential(DECIMALS).replace(/0+e/, "e");
}

/** With a point, and two digits of the exponent at least. */
function withExponent(text: string): string {
  return text.replace(/^(-?\d)e/, "$1.e").replace(/([+-])(\d)$/, "$10$2");
}

function decimalsOf(text: string): number {
  return /\.(\d*)/.exec(text)?.[1]?.length ?? 0;
}

function wholeLength(text: string): number {
  return text.indexOf(".");
}
