// Metrics for Prometheus by prom-client, which is loaded with the first request: gauges and
// counters that are set when they are read, beside those of the process.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";

/** Text of all metrics, in Prometheus' format. */
export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  close(): void;
}

/** Gauges that prom-client names like counters; it has others with the same figures, by type. */
const MISNAMED = ["handles", "requests", "resources"].map((what) => `nodejs_active_${what}_total`);

type Labels = Readonly<Record<string, string>>;
type Setter = (name: string, help: string, value: number, labels?: Labels) => void;

/** Set gauges and counters by name. */
export interface Setters {
  readonly gauge: Setter;
  readonly counter: Setter;
}

/**
 * Metrics of which `read` sets all whenever they are asked for.
 *
 * @param read is given the delay of the event loop, 99th percentile since the first request
 */
export function collectedMetrics(read: (set: Setters, lagSeconds: number) => void): Metrics {
  const registry = new Registry();
  // Those count on by themselves.
  const ofProcess = new Registry();
  collectDefaultMetrics({ register: ofProcess });
  for (const name of MISNAMED) ofProcess.removeSingleMetric(name);
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const set = setters(registry);
  return {
    contentType: registry.contentType,
    text: async () => {
      registry.resetMetrics();
      read(set, delay.percentile(99) / 1e9);
      return `${await ofProcess.metrics()}\n${await registry.metrics()}`;
    },
    close: () => delay.disable(),
  };
}

/** Sets gauges and counters by name, which are made with their first value. */
function setters(registry: Registry): Setters {
  const gauge: Setter = (name, help, value, labels = {}) => {
    const known = registry.getSingleMetric(name) as Gauge | undefined;
    const labelNames = Object.keys(labels);
    const metric = known ?? new Gauge({ name, help, labelNames, registers: [registry] });
    metric.set(labels, value);
  };
  const counter: Setter = (name, help, value, labels = {}) => {
    const known = registry.getSingleMetric(name) as Counter | undefined;
    const labelNames = Object.keys(labels);
    const metric = known ?? new Counter({ name, help, labelNames, registers: [registry] });
    metric.inc(labels, value);
  };
  return { gauge, counter };
}
