/**
 * Why a backend is not the one that runs.
 *
 * @module
 */

/** A backend that was asked for cannot run here. */
export class BackendError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "BackendError";
  }
}
