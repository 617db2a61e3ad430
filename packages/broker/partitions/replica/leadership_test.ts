// A leadership under random fetches, changes of the in-sync replicas and time: what it calls
// committed is on all who may count as in sync.

import { nodeId, type NodeId } from "@odradek/base";
import type { PartitionImage } from "@odradek/metadata";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { partitionImage } from "../../testing/images.ts";
import { refusalOf } from "../../testing/refusals.ts";
import type { Moment } from "./in_sync.ts";
import { type InSyncChange, Leadership } from "./leadership.ts";

const test = suite("replica/leadership");

const LAG_MS_MAX = 100;

function moment(more: Partial<Moment> = {}): Moment {
  return {
    nowMs: 0,
    lagMsMax: LAG_MS_MAX,
    endOffset: 10,
    highWatermark: 0,
    epochStartOffset: 0,
    isEligible: () => true,
    ...more,
  };
}

function leadership(isr: number[], partitionEpoch = 0): Leadership {
  const image = { ...partitionImage({ replicas: [1, 2, 3], isr, leaderEpoch: 4 }), partitionEpoch };
  return new Leadership(image, { self: nodeId(1), nowMs: 0, startOffset: 0, brokerEpoch: 70 });
}

function idsOf(change: InSyncChange | undefined): number[] | undefined {
  return change?.isr.map(({ id }) => Number(id));
}

const fetch = { offset: 10, startOffset: 0, brokerEpoch: 72, nowMs: 5, leaderEndOffset: 10 };

test("Leadership.wanted asks for who has caught up, once, with the epochs that count", () => {
  const led = leadership([1], 3);
  assert.is(led.isToJoin(nodeId(2), moment()), false);
  led.fetched(nodeId(2), fetch, 4);
  assert.is(led.isToJoin(nodeId(2), moment()), true);
  const change = led.wanted(moment());
  assert.equal(change, {
    leaderEpoch: 4,
    partitionEpoch: 3,
    isr: [{ id: nodeId(1), brokerEpoch: 70 }, { id: nodeId(2), brokerEpoch: 72 }],
  });
  led.fetched(nodeId(3), fetch, 4);
  assert.is(led.isToJoin(nodeId(3), moment()), false, "one change at a time");
  assert.is(led.wanted(moment()), change, "the same again until there is an answer");
  assert.is(led.inSyncCountMax, 2);
});

test("Leadership.ended takes what the controller has taken", () => {
  const led = leadership([1]);
  led.fetched(nodeId(2), fetch, 4);
  const change = led.wanted(moment());
  if (change === undefined) throw new Error("Nothing is wanted");
  led.ended(change, "taken", { isr: [1, 2].map(nodeId), partitionEpoch: 1 });
  assert.equal(led.image.isr.map(Number), [1, 2]);
  assert.is(led.image.partitionEpoch, 1);
  assert.is(led.wanted(moment()), undefined);
});

test("Leadership.ended falls back where nothing was applied, waits where it is behind", () => {
  for (const [end, count] of [["not applied", 1], ["refused", 2]] as const) {
    const led = leadership([1]);
    led.fetched(nodeId(2), fetch, 4);
    const change = led.wanted(moment());
    if (change === undefined) throw new Error("Nothing is wanted");
    led.ended(change, end);
    assert.is(led.inSyncCountMax, count, end);
    assert.is(led.wanted(moment()) === undefined, end === "refused");
    led.follow({ ...led.image, isr: [1, 3].map(nodeId), partitionEpoch: 1 }, 0);
    // As the leader sees it from then on: 3 has never fetched.
    assert.equal(idsOf(led.wanted(moment())), [1, 2]);
  }
});

test("Leadership.fetched refuses who is no replica", () => {
  const led = leadership([1]);
  assert.is(refusalOf(() => led.fetched(nodeId(4), fetch, -1)), "NOT_LEADER_OR_FOLLOWER");
  assert.is(refusalOf(() => led.fetched(nodeId(4), fetch, 4)), "UNKNOWN_LEADER_EPOCH");
});

test("Leadership asks to be recovered after an unclean election", () => {
  const image = { ...partitionImage({ replicas: [1, 2], isr: [1] }), isRecovering: true };
  const options = { self: nodeId(1), nowMs: 0, startOffset: 0, brokerEpoch: 70 };
  assert.equal(idsOf(new Leadership(image, options).wanted(moment())), [1]);
});

type Step =
  | { readonly type: "append" | "ask" | "taken" | "not applied" | "lost" | "metadata" }
  | { readonly type: "fetch"; readonly id: number; readonly count: number }
  | { readonly type: "time"; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("append" as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("fetch" as const),
      id: fc.integer({ min: 2, max: 3 }),
      count: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("time" as const),
      ms: fc.integer({ min: 1, max: 200 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constantFrom("ask", "taken", "not applied", "lost", "metadata"),
    }) as fc.Arbitrary<Step>,
  },
);

/** The controller's truth beside the leader's belief; answers may be lost, metadata may be late. */
class World {
  readonly led: Leadership;
  readonly ends = new Map<NodeId, number>([[nodeId(2), 0], [nodeId(3), 0]]);
  /** As the controller has it. */
  image: PartitionImage;
  asked: InSyncChange | undefined;
  endOffset = 0;
  nowMs = 0;
  highWatermark = 0;

  constructor(isr: number[]) {
    this.led = leadership(isr);
    this.image = this.led.image;
  }

  take(step: Step): void {
    const { led } = this;
    if (step.type === "append") this.endOffset++;
    else if (step.type === "time") this.nowMs += step.ms;
    else if (step.type === "fetch") this.#fetch(nodeId(step.id), step.count);
    else if (step.type === "metadata") led.follow(this.image, this.nowMs);
    else if (step.type === "ask") this.asked = led.wanted(this.moment);
    else this.#answer(step.type);
    this.highWatermark = Math.max(this.highWatermark, led.commonEnd(this.moment));
  }

  get moment(): Moment {
    const { nowMs, endOffset, highWatermark } = this;
    return moment({ nowMs, endOffset, highWatermark });
  }

  #fetch(id: NodeId, count: number): void {
    const { nowMs, endOffset: leaderEndOffset } = this;
    const offset = this.ends.get(id) ?? 0;
    this.led.fetched(id, { offset, startOffset: 0, brokerEpoch: 1, nowMs, leaderEndOffset }, 4);
    // What it gets arrives: it says so with its next fetch.
    this.ends.set(id, Math.min(leaderEndOffset, offset + count));
  }

  #answer(end: "taken" | "not applied" | "lost"): void {
    const { asked } = this;
    if (asked === undefined) return;
    const isValid = asked.partitionEpoch === this.image.partitionEpoch;
    if (end === "not applied") {
      if (isValid) this.led.ended(asked, "not applied");
      this.asked = undefined;
      return;
    }
    if (isValid) {
      const isr = asked.isr.map(({ id }) => id);
      this.image = { ...this.image, isr, partitionEpoch: this.image.partitionEpoch + 1 };
    }
    if (end === "lost") return;
    const { isr, partitionEpoch } = this.image;
    this.led.ended(asked, isValid ? "taken" : "refused", { isr, partitionEpoch });
    this.asked = undefined;
  }
}

const SETS = [[1], [1, 2], [1, 2, 3]];

test("Leadership calls committed only what everybody has who may be elected", () => {
  fc.assert(
    fc.property(fc.constantFrom(...SETS), fc.array(step, { maxLength: 60 }), (isr, steps) => {
      const world = new World(isr);
      for (const one of steps) {
        world.take(one);
        for (const id of world.image.isr) {
          const end = world.ends.get(id) ?? world.endOffset;
          assert.ok(
            world.highWatermark <= end,
            `${world.highWatermark} is committed, ${id} has ${end}, after ${JSON.stringify(one)}`,
          );
        }
      }
    }),
    { numRuns: 2000 },
  );
});

test.run();
