// The inverse of the normal distribution function: turns a uniform number into a normal one, one for
// one, so that normal streams are keyed by position as uniform ones are. Algorithm AS 241 (Wichura
// 1988), about 16 digits.

/** Ratio of two polynomials of degree 7 in `r`, coefficients of ascending powers. */
type Rational = readonly [readonly number[], readonly number[]];

const CENTRAL: Rational = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946,
    45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597,
    39307.89580009271, 28729.085735721943, 5226.495278852854,
  ],
];
const MIDDLE: Rational = [
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045,
    1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008,
    0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9,
  ],
];
const FAR: Rational = [
  [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
    0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
];

/** The text of a polynomial in `r` by Horner's rule: written out, it runs several times faster. */
function horner(coefficients: readonly number[]): string {
  return coefficients.reduceRight((text, c) => (text === "" ? `${c}` : `(${text}) * r + ${c}`), "");
}
const ratio = ([upper, lower]: Rational) => `((${horner(upper)}) / (${horner(lower)}))`;

/**
 * The standard normal number that belongs to the uniform number `u` on [0, 1). Numbers are taken at
 * the middle of their interval of 2^-53, so that 0 stays finite and both tails are alike.
 */
export const normalQuantile = new Function(
  "u",
  `"use strict";
  const q = u - 0.5 + ${2 ** -54};
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return q * ${ratio(CENTRAL)};
  }
  const tail = Math.sqrt(-Math.log(0.5 - Math.abs(q)));
  let r = tail - 1.6;
  let x;
  if (tail <= 5) x = ${ratio(MIDDLE)};
  else {
    r = tail - 5;
    x = ${ratio(FAR)};
  }
  return q < 0 ? -x : x;`,
) as (u: number) => number;
