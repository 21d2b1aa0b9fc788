/**
 * A thread that shows that the owner of a lock lives: it raises the number in the lock's file.
 *
 * @module
 */

/** Where the number begins, if the lock is still the owner's. */
function placeOfNumber(file: Deno.FsFile, id: string): number | undefined {
  const bytes = new Uint8Array(1000);
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, file.readSync(bytes) ?? 0));
  return text.startsWith(id) ? text.indexOf("\n") + 1 : undefined;
}

addEventListener("message", (event) => {
  const { path, id, every }: { path: string; id: string; every: number } = (event as MessageEvent).data;
  let beats = 0;
  setInterval(() => {
    try {
      using file = Deno.openSync(path, { read: true, write: true });
      const place = placeOfNumber(file, id);
      if (place === undefined) return close();
      file.seekSync(place, Deno.SeekMode.Start);
      file.writeSync(new TextEncoder().encode(String(++beats).padStart(10, "0")));
      // Other machines see it once it is written to the disk that they share.
      file.syncDataSync();
    } catch {
      // The disk may be away or full for a while.
    }
  }, every);
});
