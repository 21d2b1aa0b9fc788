/**
 * The error for a backend that cannot run.
 *
 * @module
 */

/** A requested backend cannot run here. */
export class BackendError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "BackendError";
  }
}
