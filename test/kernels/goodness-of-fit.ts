// How well counts fit probabilities.

/**
 * Pearson's chi-square of counts, as the normal number that is as rare (Wilson and Hilferty 1931):
 * above 4 in one of 30,000 cases if the probabilities are right.
 */
export function chiSquareScore(
  counts: readonly number[],
  probabilities: readonly number[],
): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const freedom = probabilities.length - 1;
  if (freedom === 0) return 0;
  const chiSquare = counts.reduce((sum, count, i) => {
    const expected = total * (probabilities[i] as number);
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(chiSquare / freedom) - (1 - spread)) / Math.sqrt(spread);
}
