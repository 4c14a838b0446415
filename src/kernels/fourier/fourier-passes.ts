// The passes of a fast Fourier transform: one per factor of its length, each a generated loop in
// which a small transform of `radix` elements is written out. Which passes a length takes is
// fourier-plan.ts.

/**
 * One pass: groups of `radix` elements of `source` (complex, by turns), `span` apart, are
 * transformed, turned by `twiddles` and written to `target`, so that after all passes elements are
 * in order.
 *
 * @param span elements between those of a group, which are multiplied by twiddles when it is not 1
 * @param groups how many runs of `radix * span` elements there are
 */
export type FourierPass = (
  source: Float64Array,
  target: Float64Array,
  twiddles: Float64Array,
  span: number,
  groups: number,
) => void;

/** The largest radix that is written out; lengths with larger prime factors need another way. */
export const RADIX_MAX = 31;

const compiled = new Map<string, FourierPass>();

/** The pass for a radix of 2 to {@link RADIX_MAX}: 4 or a prime. */
export function passOf(radix: number, turned: boolean): FourierPass {
  const key = `${radix} ${turned}`;
  let pass = compiled.get(key);
  if (pass === undefined) {
    const text = `"use strict";\n${passCode(radix, turned)}`;
    pass = new Function("source", "target", "twiddles", "span", "groups", text) as FourierPass;
    compiled.set(key, pass);
  }
  return pass;
}

/**
 * The `k`-th of the `n`-th roots of unity, clockwise: exp(-2πi k / n). Angles are brought below an
 * eighth of a turn first, where sine and cosine are exact to the last digit.
 */
export function rootOfUnity(k: number, n: number): readonly [re: number, im: number] {
  if (2 * k > n) {
    const [re, im] = rootOfUnity(n - k, n);
    return [re, -im];
  }
  if (4 * k > n) {
    const [re, im] = rootOfUnity(n - 2 * k, 2 * n);
    return [-re, im];
  }
  if (8 * k > n) {
    const angle = (2 * Math.PI * (n - 4 * k)) / (4 * n);
    return [Math.sin(angle), -Math.cos(angle)];
  }
  const angle = (2 * Math.PI * k) / n;
  return [Math.cos(angle), -Math.sin(angle)];
}

function passCode(radix: number, turned: boolean): string {
  const loads = each(radix, (j) => {
    const at = j === 0 ? "at" : `at + ${2 * j} * span`;
    return `const r${j} = source[${at}], i${j} = source[${at} + 1];`;
  });
  const stores = each(radix, (m) => {
    const to = m === 0 ? "to" : `to + ${2 * m} * step`;
    if (!turned || m === 0) return `target[${to}] = x${m}; target[${to} + 1] = y${m};`;
    const w = `w + ${2 * (m - 1)}`;
    return (
      `const c${m} = twiddles[${w}], s${m} = twiddles[${w} + 1]; ` +
      `target[${to}] = x${m} * c${m} - y${m} * s${m}; ` +
      `target[${to} + 1] = x${m} * s${m} + y${m} * c${m};`
    );
  });
  const body = [...loads, ...smallTransform(radix), ...stores].join("\n");
  return `const step = span * groups;
for (let group = 0; group < groups; group++) {
  for (let i = 0; i < span; i++) {
    const at = 2 * (i + ${radix} * span * group), to = 2 * (i + span * group);
    const w = ${2 * (radix - 1)} * i;
    ${body}
  }
}`;
}

/** From `r0`, `i0`, `r1`, … to their transform `x0`, `y0`, `x1`, …. */
function smallTransform(radix: number): readonly string[] {
  if (radix === 2) return ["const x0 = r0 + r1, y0 = i0 + i1, x1 = r0 - r1, y1 = i0 - i1;"];
  if (radix === 4) {
    return [
      "const a = r0 + r2, b = i0 + i2, c = r0 - r2, d = i0 - i2;",
      "const e = r1 + r3, f = i1 + i3, g = r1 - r3, h = i1 - i3;",
      "const x0 = a + e, y0 = b + f, x2 = a - e, y2 = b - f;",
      "const x1 = c + h, y1 = d - g, x3 = c - h, y3 = d + g;",
    ];
  }
  return oddTransform(radix);
}

/**
 * Elements j and radix - j meet conjugate roots: their sums meet cosines, their differences sines.
 */
function oddTransform(radix: number): readonly string[] {
  const half = (radix - 1) / 2;
  const pairs = each(half, (n) => {
    const [j, k] = [n + 1, radix - n - 1];
    return (
      `const sr${j} = r${j} + r${k}, si${j} = i${j} + i${k}, ` +
      `dr${j} = r${j} - r${k}, di${j} = i${j} - i${k};`
    );
  });
  const sum = (lead: string, part: string, factor: (j: number) => number) =>
    each(half, (n) => `${factor(n + 1)} * ${part}${n + 1}`).reduce(
      (text, term) => (text === "" ? term : `${text} + ${term}`),
      lead,
    );
  const all = (lead: string, part: string) =>
    [lead, ...each(half, (n) => `${part}${n + 1}`)].join(" + ");
  const outputs = each(half, (n) => {
    const m = n + 1;
    const cosine = (j: number) => rootOfUnity((m * j) % radix, radix)[0];
    const sine = (j: number) => -rootOfUnity((m * j) % radix, radix)[1];
    return (
      `const tr${m} = ${sum("r0", "sr", cosine)}, ti${m} = ${sum("i0", "si", cosine)}, ` +
      `ur${m} = ${sum("", "di", sine)}, ui${m} = ${sum("", "dr", sine)};\n` +
      `const x${m} = tr${m} + ur${m}, y${m} = ti${m} - ui${m}, ` +
      `x${radix - m} = tr${m} - ur${m}, y${radix - m} = ti${m} + ui${m};`
    );
  });
  return [...pairs, `const x0 = ${all("r0", "sr")}, y0 = ${all("i0", "si")};`, ...outputs];
}

function each(count: number, text: (n: number) => string): string[] {
  return Array.from({ length: count }, (_, n) => text(n));
}
