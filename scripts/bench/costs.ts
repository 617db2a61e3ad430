// What a process costs, by Linux's /proc: processor time and anonymous memory.

import { readFileSync } from "node:fs";

/** Of /proc/PID/stat: 100 a second on every Linux. */
const TICK_MS = 10;

/** User and system time of all threads so far, in ms. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the name in brackets, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return (user + system) * TICK_MS;
}

/** Memory that is no file's, in bytes: mapped segments do not count. */
export function anonymousBytes(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const found = /^Anonymous:\s+(\d+) kB$/m.exec(text)?.[1];
  if (found === undefined) throw new Error(`/proc/${pid}/smaps_rollup has no line "Anonymous"`);
  return Number(found) * 1024;
}
