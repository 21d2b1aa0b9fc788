/**
 * Loads a data set by its name.
 *
 * @module
 */

import { loadCifar10 } from "./cifar10.ts";
import type { Dataset, DatasetName, Protocol } from "./dataset.ts";
import { ABOUT, DataError } from "./dataset.ts";
import { loadMnist } from "./mnist.ts";

/**
 * Loads a data set.
 *
 * @param name Which.
 * @param protocol What to train on and what to test on.
 * @param folder Where its files are; otherwise the data set's own loader searches for them.
 * @returns Both parts.
 * @throws {DataError} If a file is missing, truncated or not the official one, or the data set has no such protocol.
 */
export async function loadDataset(name: DatasetName, protocol: Protocol, folder?: string): Promise<Dataset> {
  const { title, protocols } = ABOUT[name];
  if (!protocols.includes(protocol)) {
    throw new DataError(
      `Cannot load ${title}: the protocol must be ${protocols.join(" or ")}, it is ${protocol}`,
    );
  }
  return name === "mnist" ? await loadMnist(folder) : await loadCifar10(protocol, folder);
}
