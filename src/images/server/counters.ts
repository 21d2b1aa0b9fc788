/**
 * What a server counts, as Prometheus reads it.
 *
 * @module
 */

/** Upper bounds of the buckets of seconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Counters of requests, images and seconds. */
export class Counters {
  readonly #requests = new Map<number, number>();
  readonly #buckets = SECONDS.map(() => 0);
  #seconds = 0;
  #count = 0;
  #images = 0;
  #anomalous = 0;

  /** Counts a request to score. */
  request(status: number, seconds: number): void {
    this.#requests.set(status, (this.#requests.get(status) ?? 0) + 1);
    this.#seconds += seconds;
    this.#count++;
    SECONDS.forEach((bound, i) => {
      if (seconds <= bound) this.#buckets[i]!++;
    });
  }

  /** Counts a scored image. */
  image(anomalous: boolean): void {
    this.#images++;
    if (anomalous) this.#anomalous++;
  }

  /** The counts in Prometheus's text format. */
  text(waiting: number): string {
    const metric = (
      name: string,
      type: string,
      help: string,
      ...lines: string[]
    ) => [`# HELP memgan_${name} ${help}`, `# TYPE memgan_${name} ${type}`, ...lines.map((line) => `memgan_${line}`)];
    return [
      ...metric(
        "requests_total",
        "counter",
        "Requests to score, by HTTP status.",
        ...[...this.#requests].sort().map(([status, count]) => `requests_total{status="${status}"} ${count}`),
      ),
      ...metric(
        "request_seconds",
        "histogram",
        "Seconds from a request to its answer.",
        ...SECONDS.map((bound, i) => `request_seconds_bucket{le="${bound}"} ${this.#buckets[i]}`),
        `request_seconds_bucket{le="+Inf"} ${this.#count}`,
        `request_seconds_sum ${this.#seconds}`,
        `request_seconds_count ${this.#count}`,
      ),
      ...metric("images_total", "counter", "Images scored.", `images_total ${this.#images}`),
      ...metric("anomalies_total", "counter", "Images found anomalous.", `anomalies_total ${this.#anomalous}`),
      ...metric("images_waiting", "gauge", "Images waiting to be scored.", `images_waiting ${waiting}`),
    ].join("\n") + "\n";
  }
}
