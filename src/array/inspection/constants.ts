// The constants of the Python array API; newAxis is parse-index.ts.

/** Euler's number, 2.718… */
export const e = Math.E;
/** Positive infinity. */
export const inf = Number.POSITIVE_INFINITY;
/** Not a number. */
export const nan = Number.NaN;
/** The circle's circumference over its diameter, 3.14159… */
export const pi = Math.PI;
