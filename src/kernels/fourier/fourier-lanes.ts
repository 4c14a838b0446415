// Discrete Fourier transforms of lanes: complex to complex, real to half of a spectrum, and back.
// Blocks have all of the axis; lanes are cut or filled up with zeros to the transform's length. All
// is computed in double precision. How a length is transformed is fourier-plan.ts.
import type { Block } from "../../base/block.js";
import { isComplex } from "../../base/dtype.js";
import type { FourierKind } from "../../graph/model/routine.js";
import { eachLane, type Lane, operandOf } from "../blocks/block-lanes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { fourierPlan, rootsOf } from "./fourier-plan.js";

/** The Fourier transform of every lane along an axis, times a scale. */
export const fourier: RoutineCompiler<"fourier"> = ({ kind, axis, length, inverse, scale }) => {
  const transform = TRANSFORMS[kind](length, inverse);
  return (operands, output) => {
    const x = operandOf(operands, 0);
    eachLane([x, output], axis, ([source, target]) => {
      transform({ block: x, lane: source }, { block: output, lane: target }, scale);
    });
  };
};

/** A lane and the block it is of. */
interface Place {
  readonly block: Block;
  readonly lane: Lane;
}
type LaneTransform = (from: Place, to: Place, scale: number) => void;

const TRANSFORMS: {
  readonly [K in FourierKind]: (length: number, inverse: boolean) => LaneTransform;
} = {
  complex: (length, inverse) => {
    let [ofReal, ofComplex]: (LaneTransform | undefined)[] = [];
    return (from, to, scale) => {
      if (length % 2 === 0 && !isComplex(from.block.dtype)) {
        ofReal ??= evenReal(length, inverse, true);
        ofReal(from, to, scale);
      } else {
        ofComplex ??= complexLane(length, inverse);
        ofComplex(from, to, scale);
      }
    };
  },
  real: (length) => (length % 2 === 0 ? evenReal(length, false, false) : oddReal(length)),
  hermitian: (length) => (length % 2 === 0 ? evenHermitian(length) : oddHermitian(length)),
};

function complexLane(length: number, inverse: boolean): LaneTransform {
  const plan = fourierPlan(length);
  return (from, to, scale) => {
    // The inverse is a transform with real and imaginary parts exchanged, before and after.
    loadComplex(from, plan.input, length, inverse);
    storeComplex(plan.run(), to, scale, inverse);
  };
}

/** The spectrum of real numbers, or its first half, by a transform of half the length. */
function evenReal(length: number, inverse: boolean, whole: boolean): LaneTransform {
  const half = length / 2;
  const plan = fourierPlan(half);
  return (from, to, scale) => {
    loadReal(from, plan.input, length);
    const spectrum = plan.runReal(whole);
    // The spectrum of real numbers is real at both its ends.
    spectrum[1] = 0;
    spectrum[length + 1] = 0;
    if (inverse) for (let i = 1; i < 2 * length; i += 2) spectrum[i] = -at(spectrum, i);
    storeComplex(spectrum, to, scale, false);
  };
}

function oddReal(length: number): LaneTransform {
  const plan = fourierPlan(length);
  return (from, to, scale) => {
    loadComplex(from, plan.input, length, false);
    const spectrum = plan.run();
    spectrum[1] = 0;
    storeComplex(spectrum, to, scale, false);
  };
}

/** The inverse of {@link evenReal}. */
function evenHermitian(length: number): LaneTransform {
  const half = length / 2;
  const plan = fourierPlan(half);
  const roots = rootsOf(length, half);
  const spectrum = new Float64Array(length + 2);
  return (from, to, scale) => {
    loadComplex(from, spectrum, half + 1, false);
    spectrum[1] = 0;
    spectrum[length + 1] = 0;
    const { input } = plan;
    for (let k = 0; k < half; k++) {
      const [j, m] = [2 * k, 2 * (half - k)];
      const [a, b] = [at(spectrum, j), at(spectrum, j + 1)];
      const [c, d] = [at(spectrum, m), at(spectrum, m + 1)];
      const [wr, wi] = [at(roots, j), at(roots, j + 1)];
      const [dr, di] = [a - c, b + d];
      input[j] = b - d + dr * wr + di * wi;
      input[j + 1] = a + c - (di * wr - dr * wi);
    }
    const mixed = plan.run();
    const { data } = to.block;
    const { offset, stride } = to.lane;
    for (let k = 0; k < half; k++) {
      data[offset + 2 * k * stride] = at(mixed, 2 * k + 1) * scale;
      data[offset + (2 * k + 1) * stride] = at(mixed, 2 * k) * scale;
    }
  };
}

/** The other half of the spectrum is the first one's mirror image, conjugated. */
function oddHermitian(length: number): LaneTransform {
  const plan = fourierPlan(length);
  const { input } = plan;
  return (from, to, scale) => {
    loadComplex(from, input, (length + 1) / 2, true);
    input[0] = 0;
    for (let k = 1; 2 * k < length; k++) {
      input[2 * (length - k)] = -at(input, 2 * k);
      input[2 * (length - k) + 1] = at(input, 2 * k + 1);
    }
    const values = plan.run();
    const { data } = to.block;
    const { offset, stride } = to.lane;
    for (let i = 0; i < length; i++) data[offset + i * stride] = at(values, 2 * i + 1) * scale;
  };
}

/**
 * The first `count` elements as (re, im), or (im, re) when `swapped`; zeros after the lane's end.
 */
function loadComplex(from: Place, to: Float64Array, count: number, swapped: boolean): void {
  const { data, dtype } = from.block;
  const { offset, stride, length } = from.lane;
  const given = Math.min(length, count);
  const [re, im] = swapped ? [1, 0] : [0, 1];
  if (stride === 1 && !swapped && dtype === "complex128") {
    to.set((data as Float64Array).subarray(2 * offset, 2 * (offset + given)));
  } else if (isComplex(dtype)) {
    for (let i = 0, j = 2 * offset; i < given; i++, j += 2 * stride) {
      to[2 * i + re] = data[j] as number;
      to[2 * i + im] = data[j + 1] as number;
    }
  } else {
    for (let i = 0, j = offset; i < given; i++, j += stride) {
      to[2 * i + re] = data[j] as number;
      to[2 * i + im] = 0;
    }
  }
  to.fill(0, 2 * given, 2 * count);
}

function loadReal(from: Place, to: Float64Array, count: number): void {
  const { data } = from.block;
  const { offset, stride, length } = from.lane;
  const given = Math.min(length, count);
  if (stride === 1 && data instanceof Float64Array) to.set(data.subarray(offset, offset + given));
  else for (let i = 0, j = offset; i < given; i++, j += stride) to[i] = data[j] as number;
  to.fill(0, given, count);
}

function storeComplex(from: Float64Array, to: Place, scale: number, swapped: boolean): void {
  const { data } = to.block;
  const { offset, stride, length } = to.lane;
  if (stride === 1 && scale === 1 && !swapped && data instanceof Float64Array) {
    data.set(from.subarray(0, 2 * length), 2 * offset);
    return;
  }
  const [re, im] = swapped ? [1, 0] : [0, 1];
  for (let i = 0, j = 2 * offset; i < length; i++, j += 2 * stride) {
    data[j] = at(from, 2 * i + re) * scale;
    data[j + 1] = at(from, 2 * i + im) * scale;
  }
}

const at = (values: Float64Array, i: number) => values[i] as number;
