// Kernels over tiles: some rows of some columns, in SIMD. Every array is a pointer and the bytes
// from one row to the next, 0 where all rows are one; elements of a row are side by side.
// tiles/tile-codes.ts lists the numbers of operations, tile-programs/run-tiles.ts calls the
// kernels; test/kernels/js-kernels does the same in JavaScript, bit for bit.
export { binary32, binary64, unary32, unary64 } from "./tiles/float-arithmetic";
export { magnitude32, magnitude64 } from "./tiles/complex";
export { function64, sinCos64 } from "./tiles/elementary";
export { power64 } from "./tiles/powers";
export { binaryInteger, castInteger, testInteger, where16, where8, wholes } from "./tiles/integers";
export { logic, test32, test64, where32, where64 } from "./tiles/truths";
export { gather, narrow, transpose32, transpose64, widen } from "./tiles/moving";
export { joinMoments, momentsAll, momentsColumns, momentsRows } from "./tiles/moments";
export {
  find64, foldAll, foldColumns, foldRows, sumAll32, sumColumns32, sumRows32,
} from "./tiles/folding";
export { foldTiles, sumTiles32 } from "./tiles/fold-tiles";
