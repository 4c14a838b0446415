// The kernels over tiles in plain JavaScript: what says in readable form what those in
// assembly/tiles compute, to the bit. What each takes is described in tile-kernels.ts.
import * as elementary from "../../../src/kernels/math/elementary.js";
import * as powers from "../../../src/kernels/math/elementary-powers.js";
import {
  copysign,
  magnitude,
  roundHalfEven,
  signOf,
} from "../../../src/kernels/math/scalar-functions.js";
import {
  FoldLevel,
  TileFold,
  TileFunction,
  TileLogic,
  TileOp,
  TileTest,
} from "../../../src/kernels/tiles/tile-codes.js";
import type {
  Fold,
  GatherTile,
  TileKernels,
  Transpose,
  Unary,
  Where,
} from "../../../src/kernels/tiles/tile-kernels.js";
import { jsIntegers } from "./js-integers.js";
import { at, binary, cast, type Tile } from "./js-loops.js";
import { jsMoments } from "./js-moments.js";

const UNARY: { readonly [Code in TileOp]?: (x: number) => number } = {
  [TileOp.negative]: (x) => -x,
  [TileOp.abs]: Math.abs,
  [TileOp.square]: (x) => x * x,
  [TileOp.reciprocal]: (x) => 1 / x,
  [TileOp.sqrt]: Math.sqrt,
  [TileOp.ceil]: Math.ceil,
  [TileOp.floor]: Math.floor,
  [TileOp.trunc]: Math.trunc,
  [TileOp.round]: roundHalfEven,
  [TileOp.sign]: signOf,
};

const FUNCTIONS: { readonly [Code in TileFunction]: (x: number) => number } = {
  [TileFunction.exp]: elementary.exponential,
  [TileFunction.log]: elementary.logarithm,
  [TileFunction.sin]: elementary.sine,
  [TileFunction.cos]: elementary.cosine,
  [TileFunction.tan]: elementary.tangent,
  [TileFunction.tanh]: powers.hyperbolicTangent,
  [TileFunction.log2]: powers.logarithm2,
  [TileFunction.log10]: powers.logarithm10,
  [TileFunction.log1p]: powers.logarithm1p,
  [TileFunction.expm1]: powers.exponentialMinus1,
  [TileFunction.sinh]: powers.hyperbolicSine,
  [TileFunction.cosh]: powers.hyperbolicCosine,
};

const BINARY: { readonly [Code in TileOp]?: (x: number, y: number) => number } = {
  [TileOp.add]: (x, y) => x + y,
  [TileOp.subtract]: (x, y) => x - y,
  [TileOp.multiply]: (x, y) => x * y,
  [TileOp.divide]: (x, y) => x / y,
  [TileOp.maximum]: (x, y) => (x === y ? y : Math.max(x, y)),
  [TileOp.minimum]: (x, y) => (x === y ? y : Math.min(x, y)),
  [TileOp.greatest]: Math.max,
  [TileOp.least]: Math.min,
  [TileOp.copysign]: copysign,
};

const TESTS: { readonly [Code in TileTest]: (x: number, y: number) => boolean } = {
  [TileTest.equal]: (x, y) => x === y,
  [TileTest.notEqual]: (x, y) => x !== y,
  [TileTest.less]: (x, y) => x < y,
  [TileTest.lessEqual]: (x, y) => x <= y,
  [TileTest.greater]: (x, y) => x > y,
  [TileTest.greaterEqual]: (x, y) => x >= y,
  [TileTest.isnan]: (x) => Number.isNaN(x),
  [TileTest.isfinite]: (x) => Number.isFinite(x),
  [TileTest.isinf]: (x) => Math.abs(x) === Number.POSITIVE_INFINITY,
  [TileTest.nonzero]: (x) => x !== 0,
};

const LOGIC: { readonly [Code in TileLogic]: (x: number, y: number) => number } = {
  [TileLogic.and]: (x, y) => x & y,
  [TileLogic.or]: (x, y) => x | y,
  [TileLogic.xor]: (x, y) => x ^ y,
  [TileLogic.not]: (x) => x ^ 1,
};

const FOLDS: { readonly [Code in TileFold]: [number, (x: number, y: number) => number] } = {
  [TileFold.sum]: [0, (x, y) => x + y],
  [TileFold.product]: [1, (x, y) => x * y],
  [TileFold.min]: [Number.POSITIVE_INFINITY, Math.min],
  [TileFold.max]: [Number.NEGATIVE_INFINITY, Math.max],
};

/** Sums and the like go to as many lanes as WebAssembly works on side by side. */
const LANES = 8;

/** Kernels that work in `buffer`. */
export function jsKernels(buffer: ArrayBufferLike): TileKernels {
  const f64 = new Float64Array(buffer);
  const f32 = new Float32Array(buffer);
  const u8 = new Uint8Array(buffer);
  // Floats are moved as integers, so that bits stay what they are, whatever they mean.
  const i32 = new Int32Array(buffer);
  const i16 = new Int16Array(buffer);
  return {
    binary64: binary(f64, f64, BINARY),
    binary32: binary(f32, f32, BINARY),
    unary64: unary(f64, UNARY),
    unary32: unary(f32, UNARY),
    function64: unary(f64, FUNCTIONS),
    sinCos64: (rows, columns, x, xRow, out, outRow, other, otherRow) => {
      for (let r = 0; r < rows; r++) {
        const [a, s, c] = [
          at(f64, x + r * xRow),
          at(f64, out + r * outRow),
          at(f64, other + r * otherRow),
        ];
        for (let i = 0; i < columns; i++) {
          const angle = f64[a + i] as number;
          f64[s + i] = elementary.sine(angle);
          f64[c + i] = elementary.cosine(angle);
        }
      }
    },
    power64: binary(f64, f64, { 0: powers.power }),
    test64: binary(f64, u8, TESTS),
    test32: binary(f32, u8, TESTS),
    logic: binary(u8, u8, LOGIC),
    where64: where(f64, u8),
    where32: where(i32, u8),
    where16: where(i16, u8),
    where8: where(u8, u8),
    widen: cast(f32, f64),
    narrow: cast(f64, f32),
    ...jsIntegers(buffer),
    magnitude64: magnitudes(f64),
    magnitude32: magnitudes(f32),
    transpose64: transpose(f64),
    transpose32: transpose(i32),
    gather: (elementBytes, ...rest) =>
      gather({ 1: u8, 2: i16, 4: i32, 8: f64 }[elementBytes] as Tile, rest),
    foldAll: foldAll(f64),
    foldRows: (fold, rows, columns, x, xRow, out) => {
      for (let r = 0; r < rows; r++) foldAll(f64)(fold, 1, columns, x + r * xRow, 0, out + 8 * r);
    },
    foldColumns: foldColumns(f64),
    sumAll32: (...tile) => foldAll(f32, f64)(TileFold.sum, ...tile),
    sumRows32: (rows, columns, x, xRow, out) => {
      const sum = foldAll(f32, f64);
      for (let r = 0; r < rows; r++) sum(TileFold.sum, 1, columns, x + r * xRow, 0, out + 8 * r);
    },
    sumColumns32: (...tile) => foldColumns(f32, f64)(TileFold.sum, ...tile),
    foldTiles: foldTiles(f64),
    sumTiles32: (...tiles) => foldTiles(f32, f64)(TileFold.sum, ...tiles),
    find64: (rows, columns, x, xRow, value) => {
      for (let r = 0; r < rows; r++) {
        const a = at(f64, x + r * xRow);
        for (let c = 0; c < columns; c++) {
          const other = f64[a + c] as number;
          if (other === value || (Number.isNaN(other) && Number.isNaN(value))) {
            return r * columns + c;
          }
        }
      }
      return -1;
    },
    ...jsMoments(f64),
  };
}

function unary(
  data: Tile,
  table: Readonly<Record<number, ((x: number) => number) | undefined>>,
): Unary<number> {
  return (code, rows, columns, x, xRow, out, outRow) => {
    const apply = table[code] as (x: number) => number;
    for (let r = 0; r < rows; r++) {
      const [a, q] = [at(data, x + r * xRow), at(data, out + r * outRow)];
      for (let c = 0; c < columns; c++) data[q + c] = apply(data[a + c] as number);
    }
  };
}

function where(data: Tile, truths: Tile): Where {
  return (rows, columns, condition, conditionRow, x, xRow, y, yRow, out, outRow) => {
    for (let r = 0; r < rows; r++) {
      const [a, b] = [at(data, x + r * xRow), at(data, y + r * yRow)];
      const [t, q] = [at(truths, condition + r * conditionRow), at(data, out + r * outRow)];
      for (let c = 0; c < columns; c++) {
        data[q + c] = (truths[t + c] !== 0 ? data[a + c] : data[b + c]) as number;
      }
    }
  };
}

function magnitudes(data: Tile): GatherTile {
  return (rows, columns, x, xRow, xColumn, out, outRow) => {
    for (let r = 0; r < rows; r++) {
      const q = at(data, out + r * outRow);
      for (let c = 0; c < columns; c++) {
        const p = at(data, x + r * xRow + c * xColumn);
        data[q + c] = magnitude(data[p] as number, data[p + 1] as number);
      }
    }
  };
}

function transpose(data: Tile): Transpose {
  const bytes = data.BYTES_PER_ELEMENT;
  return (rows, columns, x, xColumn, out, outRow) =>
    gather(data, [rows, columns, x, bytes, xColumn, out, outRow]);
}

function gather(
  data: Tile,
  [rows, columns, x, xRow, xColumn, out, outRow]: Parameters<GatherTile>,
): void {
  for (let r = 0; r < rows; r++) {
    const q = at(data, out + r * outRow);
    for (let c = 0; c < columns; c++) {
      data[q + c] = data[at(data, x + r * xRow + c * xColumn)] as number;
    }
  }
}

function foldAll(data: Tile, into = data): Fold {
  return (fold, rows, columns, x, xRow, out) => {
    const [identity, join] = FOLDS[fold];
    const lanes = new Array<number>(LANES).fill(identity);
    for (let r = 0; r < rows; r++) {
      const a = at(data, x + r * xRow);
      for (let c = 0; c < columns; c++) {
        const lane = c % LANES;
        lanes[lane] = join(lanes[lane] as number, data[a + c] as number);
      }
    }
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = lanes;
    const even = join(join(a, c), join(e, g));
    const odd = join(join(b, d), join(f, h));
    into[at(into, out)] = join(even, odd);
  };
}

function foldTiles(data: Tile, into = data): TileKernels["foldTiles"] {
  const foldTile = foldAll(data, into);
  return (fold, rows, columns, tileRows, tileColumns, x, xRow, out, apart, filled) => {
    const [, join] = FOLDS[fold];
    let full = filled;
    for (let r = 0; r < rows; r += tileRows) {
      for (let c = 0; c < columns; c += tileColumns) {
        const place = x + r * xRow + c * data.BYTES_PER_ELEMENT;
        foldTile(
          fold,
          Math.min(tileRows, rows - r),
          Math.min(tileColumns, columns - c),
          place,
          xRow,
          out,
        );
        // A one is added to a binary number: it carries over while bits are set.
        let level = 0;
        let held = at(into, out + apart);
        let value = into[at(into, out)] as number;
        for (; full & (1 << level); held = at(into, out + (level + 1) * apart)) {
          value = join(into[held] as number, value);
          full &= ~(1 << level);
          if (level === FoldLevel.top) break;
          level++;
        }
        into[held] = value;
        full |= 1 << level;
      }
    }
    return full;
  };
}

function foldColumns(data: Tile, into = data): Fold {
  return (fold, rows, columns, x, xRow, out) => {
    const [identity, join] = FOLDS[fold];
    const q = at(into, out);
    const value = (r: number, c: number) => data[at(data, x + r * xRow) + c] as number;
    for (let c = 0; c < columns; c++) {
      let gathered = identity;
      let r = 0;
      for (; r <= rows - 4; r += 4) {
        const first = join(value(r, c), value(r + 1, c));
        gathered = join(gathered, join(first, join(value(r + 2, c), value(r + 3, c))));
      }
      for (; r < rows; r++) gathered = join(gathered, value(r, c));
      into[q + c] = gathered;
    }
  };
}
