/** Locks on disks that several machines share: one owner at a time, whatever is killed, suspended or released meanwhile. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { LostError, RunFolder } from "../src/experiments/store.ts";
import { hostName } from "../src/platform/host.ts";
import { isLocked, tryLock } from "../src/platform/lock.ts";
import { testWith, withFolder } from "./needs.ts";
import { smallSpec } from "./small_run.ts";

const NEEDS = ["read", "write", "env", "run", "sys"] as const;

/** Quick enough for a test, and slow enough that a busy machine misses no ten signs of life. */
const PACE = { beat: 50, still: 2000 };

const sleep = (milliseconds: number) => new Promise((wake) => setTimeout(wake, milliseconds));

/** Tries for a lock as one who waits does, and says how many milliseconds it took. */
async function wait(path: string, host: string) {
  const begun = performance.now();
  for (;;) {
    const lock = await tryLock(path, host, PACE);
    if (lock !== undefined) return { lock, took: performance.now() - begun };
    assert(performance.now() - begun < 60_000, "it is never free");
    await sleep(20);
  }
}

/** Has the system's locks reach no other machine: here, nobody at all. */
async function withoutFlock(act: () => Promise<void>): Promise<void> {
  const own = Deno.FsFile.prototype.tryLock;
  Deno.FsFile.prototype.tryLock = () => Promise.resolve(true);
  try {
    await act();
  } finally {
    Deno.FsFile.prototype.tryLock = own;
  }
}

/** A process that takes a lock and computes: nothing but the lock's own thread shows that it lives. */
async function holder(path: string, host: string): Promise<Deno.ChildProcess> {
  const code = `
    import { tryLock } from ${JSON.stringify(import.meta.resolve("../src/platform/lock.ts"))};
    const lock = await tryLock(${JSON.stringify(path)}, ${JSON.stringify(host)}, ${JSON.stringify(PACE)});
    console.log(lock === undefined ? "none" : "held");
    for (;;);`;
  const child = new Deno.Command(Deno.execPath(), { args: ["eval", code], stdout: "piped" }).spawn();
  const reader = child.stdout.getReader();
  assertEquals(new TextDecoder().decode((await reader.read()).value).trim(), "held");
  reader.releaseLock();
  return child;
}

async function end(child: Deno.ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await child.stdout.cancel();
  await child.status;
}

testWith(NEEDS, "lock-shared: on the owner's machine a kill frees the lock at once", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "lock");
    const child = await holder(path, hostName());
    assertEquals(await tryLock(path, undefined, PACE), undefined);
    await end(child);
    // The first try that is not in the way of another gets it: no minute is waited for.
    const lock = await tryLock(path, hostName(), { ...PACE, still: 1e9 });
    assert(lock !== undefined && await lock.isOurs());
    await lock.release();
    assertEquals([...Deno.readDirSync(folder)], []);
  });
});

testWith(NEEDS, "lock-shared: who computes keeps its lock from another machine, who was killed loses it", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "lock");
    const child = await holder(path, "one");
    await withoutFlock(async () => {
      for (const late = performance.now() + 2 * PACE.still; performance.now() < late;) {
        assertEquals(await tryLock(path, "two", PACE), undefined);
        assertEquals(await isLocked(path, "three", PACE), true);
        await sleep(50);
      }
    });
    await end(child);
    const { lock, took } = await wait(path, "two");
    assert(took >= PACE.still - PACE.beat, `${took} ms`);
    await lock.release();
    assertEquals([...Deno.readDirSync(folder)], []);
  });
});

testWith(
  NEEDS,
  "lock-shared: of many that wait for a lock that was left, each on a machine of its own, one gets it",
  async () => {
    await withFolder(async (folder) => {
      const path = join(folder, "lock");
      await end(await holder(path, "dead"));
      await withoutFlock(async () => {
        let owners = 0;
        const work = async (host: number) => {
          const { lock } = await wait(path, String(host));
          assertEquals(++owners, 1);
          await sleep(30);
          assert(await lock.isOurs());
          assertEquals(owners--, 1);
          await lock.release();
        };
        await Promise.all(Array.from({ length: 6 }, (_, host) => work(host)));
        assertEquals([...Deno.readDirSync(folder)], []);
      });
    });
  },
);

testWith(NEEDS, "lock-shared: what kills leave between two steps of a takeover holds nobody up", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "lock");
    await end(await holder(path, hostName()));
    const content = await Deno.readTextFile(path);
    const id = content.slice(0, 36);
    // Its claim on itself, of a kill while it was released; and a claim that was not yet written.
    for (const claim of [content, ""]) {
      await Deno.writeTextFile(path, content);
      await Deno.writeTextFile(`${path}-${id}`, claim);
      const { lock } = await wait(path, hostName());
      await lock.release();
      assertEquals([...Deno.readDirSync(folder)], [], claim);
    }
    // Killed after the file was created.
    await Deno.writeTextFile(path, "");
    await (await wait(path, hostName())).lock.release();
    assertEquals([...Deno.readDirSync(folder)], []);
  });
});

testWith(NEEDS, "lock-shared: who finds its lock taken leaves it to the other", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "lock");
    await withoutFlock(async () => {
      // An owner whose signs of life stay away: it stands still, as far as others see.
      const first = await tryLock(path, "one", { ...PACE, beat: 1e9 });
      const { lock: second } = await wait(path, "two");
      assertEquals([await first!.isOurs(), await second.isOurs()], [false, true]);
      await first!.release();
      assertEquals(await second.isOurs(), true);
      await second.release();
    });
    assertEquals([...Deno.readDirSync(folder)], []);
  });
});

testWith(NEEDS, "lock-shared: a run that was taken over stops in a line, and writes nothing more", async () => {
  await withFolder(async (root) => {
    const run = new RunFolder(root, smallSpec(1));
    await run.open();
    await run.write("curve.csv", "mine\n");
    const lock = run.file("lock");
    const content = await Deno.readTextFile(lock);
    await Deno.remove(lock);
    await Deno.writeTextFile(lock, content.replace(/^\S+/, crypto.randomUUID()));
    for (const file of ["curve.csv", "metrics.json"]) {
      const { message } = await assertRejects(() => run.write(file, "late\n"), LostError);
      assertEquals(
        message,
        `Cannot go on with run ${run.hash}: this process stood still for so long that another has taken it over`,
      );
    }
    await run.close();
    assertEquals(await run.readText("curve.csv"), "mine\n");
    assertEquals(await Deno.stat(lock).then(() => true), true);
    assertEquals(await run.isDone(), false);
  });
});

testWith(NEEDS, "lock-shared: where the disk has no system's locks, signs of life serve", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "lock");
    const own = Deno.FsFile.prototype.tryLock;
    Deno.FsFile.prototype.tryLock = () => Promise.reject(new Error("Function not implemented (os error 38)"));
    try {
      const first = await tryLock(path, "one", PACE);
      for (let i = 0; i < 10; i++) assertEquals(await tryLock(path, "one", PACE), undefined);
      await first!.release();
      const { lock, took } = await wait(path, "one");
      assert(took < PACE.still, `${took} ms`);
      await lock.release();
    } finally {
      Deno.FsFile.prototype.tryLock = own;
    }
  });
});

testWith(NEEDS, "lock-shared: a disk that takes a few bytes at a time is no other owner", async () => {
  await withFolder(async (folder) => {
    const own = Deno.FsFile.prototype.write;
    Deno.FsFile.prototype.write = function (this: Deno.FsFile, bytes: Uint8Array) {
      return own.call(this, bytes.subarray(0, 7));
    };
    try {
      const lock = await tryLock(join(folder, "lock"), undefined, PACE);
      assertEquals(await lock?.isOurs(), true);
      await lock!.release();
    } finally {
      Deno.FsFile.prototype.write = own;
    }
    assertEquals([...Deno.readDirSync(folder)], []);
  });
});

testWith(NEEDS, "lock-shared: a lock is released where no claim can be made, as on a full disk", async () => {
  await withFolder(async (folder) => {
    // The claim's name would be longer than a file's may be.
    const path = join(folder, "l".repeat(230));
    const lock = await tryLock(path, hostName(), PACE);
    await lock!.release();
    assertEquals([...Deno.readDirSync(folder)], []);
  });
});

testWith(NEEDS, "lock-shared: claims that killed processes have left go with the next lock", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "results.json.lock");
    await Deno.writeTextFile(`${path}-${crypto.randomUUID()}`, "");
    await Deno.writeTextFile(`${path}-mine`, "");
    const lock = await tryLock(path, hostName(), PACE);
    await lock!.release();
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["results.json.lock-mine"]);
  });
});

testWith(
  NEEDS,
  "lock-shared: a disk that fails in the middle leaves no lock that this process holds for ever",
  async () => {
    await withFolder(async (folder) => {
      const path = join(folder, "lock");
      const readDir = Deno.readDir;
      Deno.readDir = () => {
        throw new Error("Input/output error");
      };
      try {
        await assertRejects(() => tryLock(path), Error, "Input/output error");
      } finally {
        Deno.readDir = readDir;
      }
      const lock = await tryLock(path);
      assert(lock !== undefined, "what was left is taken");
      await lock.release();
    });
  },
);
