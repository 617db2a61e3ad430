// A topic that is deleted and made again at once, when another reactor owns the new one: they share
// the log directories, and one name is one directory.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Uuid } from "@odradek/base";
import { readTopicId } from "@odradek/log";
import { clusterImage, type ImageDraft, testUuid } from "../testing/images.ts";
import { type Owned, ownedPartitions } from "../testing/owned.ts";
import { batchOf, simulatedWorld, valuesIn, type World } from "../testing/world.ts";
import type { Drops } from "./log_directories.ts";

const test = suite("partitions/drops");

const [FIRST, SECOND] = [1, 2].map(testUuid) as [Uuid, Uuid];

/** As of reactors that share memory. */
class SharedDrops {
  readonly #reached: number[];
  #waiting: { readonly endOffset: number; readonly resolve: () => void }[] = [];

  constructor(reactors: number) {
    this.#reached = Array.from({ length: reactors }, () => -1);
  }

  of(reactor: number): Drops {
    return {
      dropped: (endOffset) => {
        this.#reached[reactor] = endOffset;
        const lowest = Math.min(...this.#reached);
        for (const one of this.#waiting) if (one.endOffset <= lowest) one.resolve();
        this.#waiting = this.#waiting.filter((one) => one.endOffset > lowest);
      },
      untilDropped: (endOffset) => {
        if (Math.min(...this.#reached) >= endOffset) return Promise.resolve();
        return new Promise((resolve) => this.#waiting.push({ endOffset, resolve }));
      },
    };
  }
}

interface Pair {
  readonly world: World;
  /** Owns the first topic. */
  readonly first: Owned;
  readonly second: Owned;
}

/** Two reactors over one disk. */
function pair(): Pair {
  const world = simulatedWorld();
  const drops = new SharedDrops(2);
  const [first, second] = [FIRST, SECOND].map((own, i) =>
    ownedPartitions({ world, owns: (id) => id === own, drops: drops.of(i) })
  ) as [Owned, Owned];
  return { world, first, second };
}

/** The metadata at three times: a topic, without it, another of its name. */
const [MADE, DELETED, AGAIN] = [
  { endOffset: 1, topics: [{ name: "t", id: FIRST }] },
  { endOffset: 2, topics: [] },
  { endOffset: 3, topics: [{ name: "t", id: SECOND }] },
] as const satisfies readonly ImageDraft[];

async function write({ world, find }: Owned, id: Uuid, value: string): Promise<void> {
  await world.settle(find(id).append(batchOf([value]), 1));
}

/** What is in the directory of the name, whose it is, and what lies beside it. */
async function check({ world, second }: Pair): Promise<void> {
  const { files } = world.context;
  await write(second, SECOND, "new");
  assert.equal(await valuesIn(world, second.find(SECOND).log), ["new"]);
  assert.is(await world.settle(readTopicId(files, "/data/t-0")), SECOND);
  assert.is((await world.settle(files.list("/data/t-0")) ?? []).find(({ name }) =>
    name === "00000000000000000000.log"
  )?.size, second.find(SECOND).log.sizeBytes);
  const { clock } = world;
  await clock.runUntil(clock.monotonic() + 120_000);
  const names = (await world.settle(files.list("/data")) ?? []).map(({ name }) => name);
  assert.equal(names, ["t-0"], "the old one's bytes are removed, and only they");
}

test("Partitions.apply makes a replica when another reactor has dropped the old one", async () => {
  const both = pair();
  const { world, first, second } = both;
  await world.settle(Promise.all([first, second].map(({ partitions }) =>
    partitions.apply(clusterImage(MADE))
  )));
  await write(first, FIRST, "old");
  const again = clusterImage(AGAIN);
  // The new one's owner is the first to hear of it.
  await world.settle(Promise.all([second, first].map(({ partitions }) => partitions.apply(again))));
  assert.equal([...first.warnings, ...second.warnings], []);
  await check(both);
});

test("Partitions.apply waits for a reactor that has yet to make the old one", async () => {
  const both = pair();
  const { world, first, second } = both;
  const lagging = async (): Promise<void> => {
    for (const draft of [MADE, DELETED, AGAIN]) await first.partitions.apply(clusterImage(draft));
  };
  await world.settle(Promise.all([second.partitions.apply(clusterImage(AGAIN)), lagging()]));
  assert.equal([...first.warnings, ...second.warnings], []);
  await check(both);
});

test.run();
