/**
 * The system's locks on files, which end with the process that has them, however it ends.
 *
 * @module
 */

/**
 * Takes the system's lock on a file, if nobody has it.
 *
 * @param file The file.
 * @returns Whether it is ours now; `undefined` where the disk has no such locks, or they would keep others from reading.
 */
export async function flock(file: Deno.FsFile): Promise<boolean | undefined> {
  if (Deno.build.os === "windows") return undefined;
  try {
    return await file.tryLock(true);
  } catch {
    return undefined;
  }
}

/** The same for a file of one's own: whoever looks whether it is locked has its lock for a moment. */
export async function flockOwn(file: Deno.FsFile): Promise<void> {
  while (await flock(file) === false) await new Promise((wake) => setTimeout(wake, 1));
}
