/**
 * Locks of files, on a disk of this machine or one that several machines share.
 *
 * Whoever creates the file, which only one can, has the lock. The file says who that is, and as long as it is held a thread raises
 * a number in it. Its owner has the system's lock on it too, which ends with the process: on the owner's machine that tells at
 * once that a process was killed. To other machines the system's lock may tell nothing, as many shared disks keep it to one. There a
 * lock counts as left when its number has stood still for a minute before the eyes of who waits, by the clock of who waits.
 *
 * Who takes over a lock that was left first creates a claim, which is named after the lock's last owner: of several that wait one
 * does. The claim then takes the lock's name. An owner that releases its lock claims it too, so that it never removes one that has
 * been taken from it. A process that stood still itself may find that out late: it has to ask before it writes.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { StoreError, writeAll } from "./files.ts";
import { flock, flockOwn } from "./flock.ts";
import { hostName } from "./host.ts";

/** How often an owner shows that it lives, and how long it is waited for. */
export interface Pace {
  /** Milliseconds between two signs of life. */
  readonly beat: number;
  /** Milliseconds without one after which a lock counts as left. */
  readonly still: number;
}

/** Ten signs of life may go missing before a lock is taken over. */
const PACE: Pace = { beat: 5000, still: 60_000 };

/** Milliseconds that a file may be empty before its creator has said who it is. */
const NEWBORN = 3000;

/** What a lock's file says. */
const CONTENT = /^([0-9a-f-]{36}) (.+)\n\d+\n$/;

const UUID = /^[0-9a-f-]{36}$/;

/** A lock that this process has. */
export interface Lock {
  /** Whether it still has it: a process that stood still for long may have lost it. */
  isOurs(): Promise<boolean>;
  /** Gives it up, and removes its file unless another process has taken it over. */
  release(): Promise<void>;
}

/** The machine, and what tells two places apart at which it has mounted one disk: its locks do not reach from one to the other. */
const placeOf = (host: string, { dev }: Deno.FileInfo) => `${host} ${dev}`;

/** Creates a lock's file or a claim, with its owner in it; nothing where there is one. */
async function create(path: string, id: string, host: string): Promise<Deno.FsFile | undefined> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { createNew: true, read: true, write: true });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return undefined;
    throw new StoreError(`Cannot lock "${path}": ${(error as Error).message}`);
  }
  try {
    await flockOwn(file);
    const content = `${id} ${placeOf(host, await file.stat())}\n${"0".repeat(10)}\n`;
    await writeAll(file, new TextEncoder().encode(content));
    await file.sync();
    return file;
  } catch (error) {
    file.close();
    await Deno.remove(path).catch(() => {});
    throw new StoreError(`Cannot lock "${path}": ${(error as Error).message}`);
  }
}

/** What a file says and whether the system's lock on it can be had; nothing where there is none. */
async function look(path: string): Promise<{ content: string; free: boolean | undefined; place: string } | undefined> {
  // Without `using`, which is no syntax to Node 20: the package imports this.
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { read: true, write: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  try {
    const bytes = new Uint8Array(1000);
    const content = new TextDecoder().decode(bytes.subarray(0, await file.read(bytes) ?? 0));
    return { content, free: await flock(file), place: placeOf("", await file.stat()) };
  } finally {
    file.close();
  }
}

const ownerIn = (content: string | undefined) => CONTENT.exec(content ?? "")?.[1] ?? "";

/** How long files have stood still before this process's eyes. */
const watched = new Map<string, { content: string; last: number; still: number }>();

/** Looks at a file again, and says for how many milliseconds it has been seen as it is. */
function stillFor(path: string, content: string, most: number): number {
  const [before, last] = [watched.get(path), performance.now()];
  // A disk or a machine that stood still itself has shown nothing meanwhile.
  const still = before?.content === content ? before.still + Math.min(last - before.last, most) : 0;
  watched.set(path, { content, last, still });
  return still;
}

/** Who has left a lock or a claim; `undefined` while somebody holds it, and where there is none. */
async function leftBy(path: string, host: string, { still }: Pace): Promise<string | undefined> {
  const seen = await look(path);
  if (seen === undefined) return undefined;
  const { content, free, place } = seen;
  const [, id = "", owner] = CONTENT.exec(content) ?? [];
  const isHere = owner === host + place;
  if (free === false && (isHere || id === "")) return undefined;
  if (free && isHere) return id;
  const patience = id === "" ? Math.min(NEWBORN, still) : still;
  if (stillFor(path, content, patience / 6) < patience) return undefined;
  watched.delete(path);
  return id;
}

/** Takes over a lock that was left, unless another process does; the file whose name it then may have. */
async function takeOver(path: string, id: string, host: string, pace: Pace): Promise<Deno.FsFile | undefined> {
  const dead = await leftBy(path, host, pace);
  if (dead === undefined) return undefined;
  const claim = `${path}-${dead}`;
  let file = await create(claim, id, host);
  // Whoever claimed it may have been killed before it took over.
  if (file === undefined && await leftBy(claim, host, pace) !== undefined) {
    await Deno.remove(claim).catch(() => {});
    file = await create(claim, id, host);
  }
  if (file === undefined) return undefined;
  try {
    // Only who has the claim changes what is under the lock's name, so that it can still be left by the same.
    const isLeft = ownerIn((await look(path))?.content) === dead;
    await (isLeft ? Deno.rename(claim, path) : Deno.remove(claim)).catch(() => {});
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Removes the claims on a lock that killed processes have left; whoever has one now finds the lock taken in any case. */
async function forgetClaims(path: string): Promise<void> {
  const start = `${basename(path)}-`;
  for await (const { name } of Deno.readDir(dirname(path))) {
    if (name.startsWith(start) && UUID.test(name.slice(start.length))) {
      await Deno.remove(join(dirname(path), name)).catch(() => {});
    }
  }
}

/**
 * Takes a lock, which another process gets at once if this one is killed, and on another machine after a minute.
 *
 * @param path Its file; it is there as long as the lock is held.
 * @param host This machine.
 * @param pace How often owners show that they live.
 * @returns The lock; `undefined` if another process has it.
 */
export async function tryLock(path: string, host: string = hostName(), pace: Pace = PACE): Promise<Lock | undefined> {
  const id = crypto.randomUUID();
  const file = await create(path, id, host) ?? await takeOver(path, id, host, pace);
  const isOurs = async () => ownerIn((await look(path))?.content) === id;
  if (file === undefined) return undefined;
  try {
    // Whoever is under the lock's name has it, however it came there.
    if (!await isOurs()) {
      file.close();
      return undefined;
    }
    await forgetClaims(path);
  } catch (error) {
    // Open it would be held as long as this process lives; closed it is one that was left.
    file.close();
    throw error;
  }
  // Training computes for minutes, in which this thread shows nothing.
  const thread = new Worker(import.meta.resolve("./heartbeat.ts"), { type: "module" });
  thread.postMessage({ path, id, every: pace.beat });
  return {
    isOurs,
    async release() {
      thread.terminate();
      const name = `${path}-${id}`;
      // A full disk takes no claim: nobody else can have one there either.
      const claim = await create(name, id, host).catch(() => null);
      try {
        if (claim !== undefined && await isOurs()) await Deno.remove(path).catch(() => {});
      } finally {
        if (claim) {
          await Deno.remove(name).catch(() => {});
          claim.close();
        }
        file.close();
      }
    },
  };
}

/**
 * Whether another process has a lock; one that was left is removed.
 *
 * @param path Its file.
 * @param host This machine.
 * @param pace How often owners show that they live.
 */
export async function isLocked(path: string, host: string = hostName(), pace: Pace = PACE): Promise<boolean> {
  if (await look(path) === undefined) return false;
  const lock = await tryLock(path, host, pace);
  await lock?.release();
  return lock === undefined;
}

/**
 * Does something while no other process does it.
 *
 * @param path The lock's file.
 * @param act What to do.
 * @returns What `act` returns.
 */
export async function locked<T>(path: string, act: () => Promise<T>): Promise<T> {
  for (;;) {
    const lock = await tryLock(path);
    if (lock === undefined) {
      await new Promise((wake) => setTimeout(wake, 50));
      continue;
    }
    try {
      return await act();
    } finally {
      await lock.release();
    }
  }
}
