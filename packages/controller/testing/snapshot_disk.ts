// A metadata log's directory on a simulated disk that can fail at a chosen operation, and images to
// be put into snapshots.

import { type DataFile, Fault, type Files, seededRandom } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { SimulatedDisk } from "@odradek/log/testing/simulated_disk";
import type { ClusterImage } from "@odradek/metadata";
import { imageOf, topicRecords } from "@odradek/metadata/testing/image_of";

export class SnapshotDisk {
  readonly directory = "/data/__cluster_metadata-0";
  readonly clock = new SimulatedClock();
  readonly disk: SimulatedDisk;
  files: Files;

  constructor(seed = 1) {
    this.disk = new SimulatedDisk({ clock: this.clock, random: seededRandom(seed) });
    this.files = this.disk.mount();
  }

  /** Lets simulated time pass until the promise has settled. */
  settle<T>(promise: Promise<T>): Promise<T> {
    return this.clock.runFor(promise);
  }

  async format(): Promise<void> {
    await this.settle(this.files.makeDirectory(this.directory));
    for (const path of ["/", "/data"]) await this.settle(this.files.syncDirectory(path));
  }

  async names(): Promise<string[]> {
    return (await this.settle(this.files.list(this.directory)) ?? []).map(({ name }) => name);
  }

  /** The machine loses power, and comes back. */
  losePower(): void {
    this.disk.losePower();
    this.files = this.disk.mount();
  }

  /** Files whose changing operations fail from the `count`th on, the first being 0. */
  failingFrom(count: number): { files: Files; hasFailed: () => boolean } {
    let left = count;
    const spend = (): void => {
      if (left-- <= 0) throw new Fault("disk", "Cannot use the disk: it is gone");
    };
    return { files: failing(this.files, spend), hasFailed: () => left < 0 };
  }
}

const CHANGING = new Set(["open", "writeWhole", "makeDirectory", "rename", "remove", "write"]);
const ASKED_OF_DISK = new Set([...CHANGING, "sync", "syncDirectory", "truncate"]);

function failing<T extends Files | DataFile>(target: T, spend: () => void): T {
  return new Proxy(target, {
    get(from, name) {
      const member: unknown = Reflect.get(from, name);
      if (typeof member !== "function") return member;
      return (...given: unknown[]) => {
        if (ASKED_OF_DISK.has(String(name))) spend();
        const result: unknown = Reflect.apply(member, from, given);
        if (name !== "open") return result;
        return (result as Promise<DataFile>).then((file) => failing(file, spend));
      };
    },
  });
}

/** With so many topics of one partition each. */
export function imageWithTopics(count: number, endOffset: number): ClusterImage {
  const records = Array.from({ length: count }, (_, i) =>
    topicRecords(`t${i}`, i, [{ replicas: [1] }])
  );
  return { ...imageOf(records.flat()), endOffset, epoch: 3 };
}
