// What of a simulated disk no loss of power can take away.

import type { SimulatedDisk } from "@odradek/log/testing/simulated_disk";

/** Whether all names of the path are on the disk for good. */
export function isNameDurable(disk: SimulatedDisk, path: string): boolean {
  let node = disk.find("/");
  for (const name of path.split("/").filter((part) => part !== "")) {
    if (node?.kind !== "directory") return false;
    const child = node.entries.get(name);
    if (child === undefined || node.synced.get(name) !== child) return false;
    node = child;
  }
  return true;
}

/** Bytes of a file, from its beginning, that stay. */
export function durableBytes(disk: SimulatedDisk, path: string): number {
  return isNameDurable(disk, path) ? disk.syncedBytes(path) : 0;
}
