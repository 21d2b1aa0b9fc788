/**
 * The moments at which a process can be killed: before each thing that it does to a file.
 *
 * @module
 */

/** What is about to be done, and to which file; of a write half is done by then. */
export type OnMoment = (what: string, path: string) => void;

/** Calls `on` before each change of a file by this process. */
export function watchFiles(on: OnMoment): void {
  const { open, rename, remove, mkdir, writeTextFile } = Deno;
  const { write, sync, tryLock } = Deno.FsFile.prototype;
  const paths = new WeakMap<Deno.FsFile, string>();
  const halved = new WeakSet<Deno.FsFile>();
  const pathOf = (file: Deno.FsFile) => paths.get(file) ?? "";
  Deno.open = async (path, options) => {
    if (options?.create || options?.createNew) on("open", String(path));
    const file = await open(path, options);
    paths.set(file, String(path));
    return file;
  };
  Deno.rename = (from, to) => {
    on("rename to", String(to));
    return rename(from, to);
  };
  Deno.remove = (path, options) => {
    on("remove", String(path));
    return remove(path, options);
  };
  Deno.mkdir = (path, options) => {
    on("make the folder", String(path));
    return mkdir(path, options);
  };
  Deno.writeTextFile = async (path, text, options) => {
    await writeTextFile(path, text, options);
    on("leave", String(path));
  };
  Deno.FsFile.prototype.write = async function (this: Deno.FsFile, bytes: Uint8Array) {
    if (halved.has(this)) return await write.call(this, bytes);
    halved.add(this);
    const written = await write.call(this, bytes.subarray(0, Math.ceil(bytes.length / 2)));
    on("write the second half of", pathOf(this));
    return written;
  };
  Deno.FsFile.prototype.sync = function (this: Deno.FsFile) {
    on("sync", pathOf(this));
    return sync.call(this);
  };
  Deno.FsFile.prototype.tryLock = function (this: Deno.FsFile, exclusive?: boolean) {
    on("lock", pathOf(this));
    return tryLock.call(this, exclusive);
  };
}
