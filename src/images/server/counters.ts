/**
 * What a server counts, as Prometheus reads it.
 *
 * @module
 */

/** Upper bounds of the buckets of seconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Counters of requests, images and seconds. */
export class Counters {
  readonly #requests = new Map<string, number>();
  readonly #buckets = SECONDS.map(() => 0);
  #seconds = 0;
  #count = 0;
  #images = 0;
  #anomalous = 0;

  /** Counts a request with images. */
  request(path: "/score" | "/map", status: number, seconds: number): void {
    const labels = `path="${path}",status="${status}"`;
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
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

  /** The counts in Prometheus's text format, with the images in work and the bytes of memory taken now. */
  text(inWork: number, resident: number): string {
    const metric = (name: string, type: string, help: string, ...samples: string[]) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...samples.map((sample) => `${name}${sample}`),
    ];
    const requests = [...this.#requests].sort().map(([labels, count]) => `{${labels}} ${count}`);
    return [
      ...metric("memgan_requests_total", "counter", "Requests with images, by path and HTTP status.", ...requests),
      ...metric(
        "memgan_request_seconds",
        "histogram",
        "Seconds from a request with images to its answer.",
        ...SECONDS.map((bound, i) => `_bucket{le="${bound}"} ${this.#buckets[i]}`),
        `_bucket{le="+Inf"} ${this.#count}`,
        `_sum ${this.#seconds}`,
        `_count ${this.#count}`,
      ),
      ...metric("memgan_images_total", "counter", "Images scored.", ` ${this.#images}`),
      ...metric("memgan_anomalies_total", "counter", "Images found anomalous.", ` ${this.#anomalous}`),
      ...metric("memgan_images_in_work", "gauge", "Images that are read, unpacked or scored.", ` ${inWork}`),
      // By the name that all programs have it under.
      ...metric("process_resident_memory_bytes", "gauge", "Memory taken.", ` ${resident}`),
    ].join("\n") + "\n";
  }
}
