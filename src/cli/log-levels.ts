// Levels that `--log-level` takes; apart from logging.ts, so that `--help` need not load a logger.

/** From all to nothing. */
export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
