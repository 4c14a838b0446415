// The kernels of assembly/tiles/integers.ts in JavaScript, for js-kernels.ts. What is stored wraps
// around by itself.
import { type NumberArray, typedView } from "../../../src/base/dtype.js";
import {
  IntegerCast,
  IntegerOp,
  TileInteger,
  TileTest,
} from "../../../src/kernels/tiles/tile-codes.js";
import type { TileIntegerName } from "../../../src/kernels/tiles/tile-dtypes.js";
import type { Binary, Cast, TileKernels } from "../../../src/kernels/tiles/tile-kernels.js";
import { binary, cast, type Table } from "./js-loops.js";

const OPERATIONS: Table = {
  [IntegerOp.add]: (x, y) => x + y,
  [IntegerOp.subtract]: (x, y) => x - y,
  [IntegerOp.multiply]: Math.imul,
  [IntegerOp.maximum]: Math.max,
  [IntegerOp.minimum]: Math.min,
  [IntegerOp.and]: (x, y) => x & y,
  [IntegerOp.or]: (x, y) => x | y,
  [IntegerOp.xor]: (x, y) => x ^ y,
  [IntegerOp.negative]: (x) => -x,
  [IntegerOp.abs]: (x) => Math.abs(x),
  [IntegerOp.invert]: (x) => ~x,
};

const TESTS: Table = {
  [TileTest.equal]: (x, y) => x === y,
  [TileTest.notEqual]: (x, y) => x !== y,
  [TileTest.less]: (x, y) => x < y,
  [TileTest.lessEqual]: (x, y) => x <= y,
  [TileTest.greater]: (x, y) => x > y,
  [TileTest.greaterEqual]: (x, y) => x >= y,
  [TileTest.nonzero]: (x) => x !== 0,
};

/** Kernels that work in `buffer`. */
export function jsIntegers(
  buffer: ArrayBufferLike,
): Pick<TileKernels, "binaryInteger" | "testInteger" | "castInteger" | "wholes"> {
  const names = Object.values(TileInteger).filter((name) => typeof name === "string");
  const longs = [new BigInt64Array(buffer), new BigUint64Array(buffer)];
  const arrays = (names as TileIntegerName[])
    .slice(0, TileInteger.int64)
    .map((name) => viewOf(buffer, name));
  const truths = viewOf(buffer, "uint8");
  const results: { readonly [C in IntegerCast]: NumberArray } = {
    [IntegerCast.float64]: viewOf(buffer, "float64"),
    [IntegerCast.float32]: viewOf(buffer, "float32"),
    [IntegerCast.int32]: viewOf(buffer, "int32"),
    [IntegerCast.bits16]: viewOf(buffer, "uint16"),
    [IntegerCast.bits8]: truths,
  };
  const operations = arrays.map((array) => binary(array, array, OPERATIONS));
  const tests = arrays.map((array) => binary(array, truths, TESTS));
  return {
    binaryInteger: (code, ...rest) => (operations[code >> 4] as Binary<number>)(code & 15, ...rest),
    testInteger: (code, ...rest) => (tests[code >> 4] as Binary<number>)(code & 15, ...rest),
    castInteger: (code, ...rest) => {
      const long = longs[(code >> 4) - TileInteger.int64];
      if (long !== undefined) {
        doublesOf(long, results[IntegerCast.float64], rest);
        return;
      }
      const to = results[(code & 15) as IntegerCast];
      const kernel: Cast = cast(arrays[code >> 4] as NumberArray, to);
      kernel(...rest);
    },
    wholes: cast(results[IntegerCast.float64], results[IntegerCast.int32]),
  };
}

/** Integers of 64 bits as float64. */
function doublesOf(
  from: BigInt64Array | BigUint64Array,
  to: NumberArray,
  [rows, columns, x, xRow, out, outRow]: Parameters<Cast>,
): void {
  for (let r = 0; r < rows; r++) {
    const [a, q] = [(x + r * xRow) / 8, (out + r * outRow) / 8];
    for (let c = 0; c < columns; c++) to[q + c] = Number(from[a + c]);
  }
}

function viewOf(buffer: ArrayBufferLike, dtype: TileIntegerName | "float64" | "float32") {
  const bytes = typedView(dtype, buffer, 0, 0).BYTES_PER_ELEMENT;
  return typedView(dtype, buffer, 0, Math.floor(buffer.byteLength / bytes)) as NumberArray;
}
