// The statistics of Cressie and Read's family that have names of their own, and their powers.

/** A statistic of frequencies that `powerDivergence` knows by its name. */
export type FrequencyStatistic =
  | "pearson"
  | "log-likelihood"
  | "freeman-tukey"
  | "mod-log-likelihood"
  | "neyman"
  | "cressie-read";

/** The power of each statistic. */
export const POWERS: Readonly<Record<FrequencyStatistic, number>> = {
  pearson: 1,
  "log-likelihood": 0,
  "freeman-tukey": -0.5,
  "mod-log-likelihood": -1,
  neyman: -2,
  "cressie-read": 2 / 3,
};
