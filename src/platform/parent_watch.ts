/**
 * A thread that kills its process when standard input ends: the other end of that pipe is the parent's.
 *
 * @module
 */

const byte = new Uint8Array(1);
while (Deno.stdin.readSync(byte) !== null);
Deno.kill(Deno.pid, "SIGKILL");
