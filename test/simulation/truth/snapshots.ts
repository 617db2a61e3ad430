// Which snapshots of the metadata are on a simulated disk, by their names alone.

import type { SimulatedDisk } from "@odradek/log/testing/simulated_disk";

const NAME = /^(\d{20})-\d{10}\.checkpoint$/;

/** Where the newest one ends that no loss of power can take a byte of; 0: there is none. */
export function newestSnapshotEnd(disk: SimulatedDisk, directory: string): number {
  const node = disk.find(directory);
  if (node?.kind !== "directory") return 0;
  const ends = [...node.entries].map(([name, file]) => {
    const end = NAME.exec(name)?.[1];
    const isWhole = file.kind === "file" && disk.syncedBytes(`${directory}/${name}`) === file.size;
    return end !== undefined && isWhole ? Number(end) : 0;
  });
  return Math.max(0, ...ends);
}
