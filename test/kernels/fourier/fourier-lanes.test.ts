// The transform of every kind of length against its definition, summed without rounding errors.
import { describe, expect, it } from "vitest";
import { rootOfUnity } from "../../../src/kernels/fourier/fourier-passes.js";
import { fourierPlan, passPlan } from "../../../src/kernels/fourier/fourier-plan.js";

/** A sum with the rounding errors of its additions carried along (Neumaier). */
function exactSum(terms: Iterable<number>): number {
  let [sum, lost] = [0, 0];
  for (const term of terms) {
    const next = sum + term;
    lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  }
  return sum + lost;
}

function definition(x: Float64Array): number[] {
  const n = x.length / 2;
  return Array.from({ length: n }, (_, k) => {
    const terms = Array.from({ length: n }, (_, j) => {
      const [c, s] = rootOfUnity((j * k) % n, n);
      const [re, im] = [x[2 * j] as number, x[2 * j + 1] as number];
      return [[re * c, -im * s] as const, [re * s, im * c] as const] as const;
    });
    return [exactSum(terms.flatMap(([re]) => re)), exactSum(terms.flatMap(([, im]) => im))];
  }).flat();
}

function signal(n: number): Float64Array {
  return Float64Array.from({ length: 2 * n }, (_, i) => Math.sin(i * i + 1) - 0.3);
}

const norm = (values: readonly number[]) => Math.sqrt(exactSum(values.map((v) => v * v)));

describe("Fourier plans", () => {
  it("compute what the definition says, to the last digits", () => {
    const lengths = [...Array(70).keys()].slice(1).concat([97, 128, 210, 243, 343, 509]);
    for (const n of lengths) {
      const plan = fourierPlan(n);
      plan.input.set(signal(n));
      const given = plan.run();
      const wanted = definition(signal(n));
      const error = norm(wanted.map((value, i) => value - (given[i] as number)));
      expect(error / norm(wanted), `length ${n}`).toBeLessThan(1e-15);
    }
  });

  it("have the same bits in WebAssembly and without", () => {
    for (const factors of [
      [4, 2],
      [4, 4],
      [4, 4, 4, 2],
      [4, 4, 4, 4, 4],
    ]) {
      const length = factors.reduce((product, factor) => product * factor, 1);
      const [fast, plain] = [passPlan(length, factors), passPlan(length, factors, () => undefined)];
      for (const run of [
        (plan: typeof fast) => plan.run(),
        (plan: typeof fast) => plan.runReal(false).subarray(0, 2 * length + 2),
        (plan: typeof fast) => plan.runReal(true),
      ]) {
        for (const plan of [fast, plain]) plan.input.set(signal(length));
        expect(Array.from(run(fast)), `length ${length}`).toEqual(Array.from(run(plain)));
      }
      expect(fast.input.buffer.byteLength).toBeGreaterThan(plain.input.buffer.byteLength);
    }
  });

  it("transform twice as many real numbers", () => {
    for (const half of [1, 2, 3, 8, 37, 45, 64]) {
      const values = signal(half);
      const whole = fourierPlan(2 * half);
      whole.input.set(Array.from(values).flatMap((value) => [value, 0]));
      const wanted = Array.from(whole.run());
      const plan = fourierPlan(half);
      for (const count of [half + 1, 2 * half]) {
        plan.input.set(values);
        const found = plan.runReal(count === 2 * half).subarray(0, 2 * count);
        const error = norm(Array.from(found, (value, i) => value - (wanted[i] as number)));
        expect(error / norm(wanted), `${2 * half} numbers`).toBeLessThan(2e-15);
      }
    }
  });

  it("keep infinities where they are", () => {
    const plan = fourierPlan(4);
    plan.input.set([Number.POSITIVE_INFINITY, 0, 0, 0, 0, 0, 0, 0]);
    expect(Array.from(plan.run())).toEqual([Infinity, 0, Infinity, 0, Infinity, 0, Infinity, 0]);
  });

  it("are made once per length, and forgotten when many were made since", () => {
    const first = fourierPlan(1000);
    expect(fourierPlan(1000)).toBe(first);
    fourierPlan(2 ** 21);
    expect(fourierPlan(1000)).not.toBe(first);
  });

  it("know the roots of unity exactly where they are simple", () => {
    const eighth = Math.SQRT1_2;
    const roots = Array.from({ length: 8 }, (_, k) => rootOfUnity(k, 8).map((v) => v + 0));
    const turned = [
      [1, 0],
      [eighth, -eighth],
      [0, -1],
      [-eighth, -eighth],
      [-1, 0],
      [-eighth, eighth],
      [0, 1],
      [eighth, eighth],
    ];
    roots.forEach(([re, im], k) => {
      expect(re).toBeCloseTo(turned[k]?.[0] as number, 15);
      expect(im).toBeCloseTo(turned[k]?.[1] as number, 15);
    });
    expect(rootOfUnity(2, 8).map((v) => v + 0)).toEqual([0, -1]);
    expect(rootOfUnity(6, 8).map((v) => v + 0)).toEqual([0, 1]);
    expect(rootOfUnity(4, 8).map((v) => v + 0)).toEqual([-1, 0]);
  });
});
