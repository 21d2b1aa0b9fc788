/**
 * Requests that are not served, and why.
 *
 * @module
 */

/** The statuses of refusals. */
export type RefusalStatus = 400 | 403 | 404 | 413 | 415 | 421 | 503 | 504;

/** A request is not served. */
export class Refusal extends Error {
  /** The answer's status. */
  readonly status: RefusalStatus;

  /** Names the error. */
  constructor(status: RefusalStatus, message: string) {
    super(message);
    this.name = "Refusal";
    this.status = status;
  }
}
