// The lock on a log directory's `.lock`: a record lock of the open file, as Kafka's own lock is one
// of the process, so that the two exclude each other. It ends with the process, however that ends.

import koffi from "koffi";

const libc = koffi.load(null);
const flock = koffi.struct("flock", {
  l_type: "short",
  l_whence: "short",
  l_start: "long",
  l_len: "long",
  l_pid: "int",
});
const fcntl = libc.func("fcntl", "int", ["int", "int", koffi.pointer(flock)]);

const F_WRLCK = process.platform === "darwin" ? 3 : 1;
/** Linux: locks of the open file description, which another close in this process cannot end. */
const SET_LOCK = process.platform === "darwin" ? 8 : 37;

/** Whether the lock was free. It is held until the descriptor is closed. */
export function tryLock(fd: number): boolean {
  const whole = {
    l_type: F_WRLCK,
    l_whence: 0,
    l_start: 0,
    l_len: 0,
    l_pid: 0,
  };
  return fcntl(fd, SET_LOCK, whole) === 0;
}
