// What is committed is the same on all nodes, for ever: each batch of the metadata log that any
// node says to be committed is what the first one has said that stands at this offset (Raft figure
// 3, state machine safety), and each node is told of all of them, in order.

import type { MetadataFollower } from "@odradek/controller/controller";
import { readBatches } from "@odradek/protocol/records/batch";
import type { World } from "../world/world.ts";

const NAME = "committed_agrees";

interface Known {
  readonly nextOffset: number;
  readonly content: string;
  readonly who: string;
}

export class CommittedAgrees {
  readonly #world: World;
  readonly #batches = new Map<number, Known>();
  endOffset = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** A process, from its start to its end. */
  follower(who: string, told: (what: "follows" | "restores") => void): MetadataFollower {
    let end: number | undefined;
    return {
      follow: (bytes, endOffset) => {
        for (const batch of readBatches(bytes)) {
          const { baseOffset, nextOffset, leaderEpoch, crc } = batch;
          this.#world.expect(baseOffset === (end ?? baseOffset), NAME, () =>
            `${who} is told of ${baseOffset}, after what is below ${end}`);
          end = nextOffset;
          this.#check(baseOffset, { nextOffset, content: `${leaderEpoch}:${crc}`, who });
        }
        this.#world.expect(end === undefined || end === endOffset, NAME, () =>
          `${who} is told that ${endOffset} is the end of batches up to ${end}`);
        told("follows");
      },
      restore: (snapshot) => {
        this.#world.expect(snapshot.endOffset >= (end ?? 0), NAME, () =>
          `${who} is given a snapshot of ${snapshot.endOffset}, it had all below ${end}`);
        this.#world.expect(snapshot.endOffset <= this.endOffset, NAME, () =>
          `${who} is given a snapshot of ${snapshot.endOffset}: nobody had more committed than ` +
          this.endOffset);
        end = snapshot.endOffset;
        told("restores");
      },
    };
  }

  #check(offset: number, found: Known): void {
    const known = this.#batches.get(offset);
    if (known === undefined) {
      this.#world.expect(offset >= this.endOffset, NAME, () =>
        `${found.who} has a batch at ${offset} in the middle of one that was committed`);
      this.#batches.set(offset, found);
      this.endOffset = Math.max(this.endOffset, found.nextOffset);
      return;
    }
    const isSame = known.nextOffset === found.nextOffset && known.content === found.content;
    this.#world.expect(isSame, NAME, () =>
      `At ${offset}, ${found.who} has ${found.content} up to ${found.nextOffset}, ` +
      `${known.who} had ${known.content} up to ${known.nextOffset}`);
  }
}
