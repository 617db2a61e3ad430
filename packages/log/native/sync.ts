// fsync and fdatasync by way of the C library: Node's own are switched off for a process that runs
// under its permission model. They run on the process's thread pool, as Node's do.

import koffi from "koffi";
import { Fault } from "@odradek/base";

const libc = koffi.load(null);
const fsync = libc.func("int fsync(int fd)");
const fdatasync = process.platform === "linux" ? libc.func("int fdatasync(int fd)") : fsync;

/** Content and size are on disk. Fault "disk" if they could not be written. */
export function syncContent(fd: number): Promise<void> {
  return call(fdatasync, fd);
}

/** Everything about the file is on disk; of a directory, the names in it. */
export function syncWhole(fd: number): Promise<void> {
  return call(fsync, fd);
}

/** As `syncContent`, while this thread waits. */
export function syncContentNow(fd: number): void {
  check(fdatasync(fd) as number);
}

/** As `syncWhole`, while this thread waits. */
export function syncWholeNow(fd: number): void {
  check(fsync(fd) as number);
}

function check(result: number): void {
  if (result !== 0) throw new Fault("disk", REFUSED);
}

const REFUSED = "The disk did not take what was written";

interface Asynchronous {
  async(fd: number, done: (error: Error | null, result: number) => void): void;
}

function call(method: unknown, fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    (method as Asynchronous).async(fd, (error, result) => {
      if (error === null && result === 0) resolve();
      else reject(new Fault("disk", REFUSED, { cause: error }));
    });
  });
}
