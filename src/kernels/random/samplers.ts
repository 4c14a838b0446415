// Every distribution whose parameters are one number each, by name.
import type { DistributionName } from "../../graph/model/distribution.js";
import { CONTINUOUS } from "./continuous-samplers.js";
import { DISCRETE } from "./discrete-samplers.js";
import { GAMMA_FAMILY } from "./gamma.js";
import type { Sampler } from "./sampler.js";

/** How numbers are drawn, by distribution. */
export const SAMPLERS: { readonly [N in DistributionName]: Sampler } = {
  ...CONTINUOUS,
  ...GAMMA_FAMILY,
  ...DISCRETE,
};
