// Properties are tried on the same values in every run, so that what fails is what changed.
// `FC_SEED=7 npm test` tries others.
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });
