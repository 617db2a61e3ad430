// Blocks of producer ids: no id is given out twice.

import { brokerRecord, imageOf } from "@odradek/metadata/testing/image_of";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { refuses } from "../testing/circumstances.ts";
import { decideAllocateProducerIds } from "./allocate_producer_ids.ts";

const test = suite("decideAllocateProducerIds");

const request = { brokerId: 1, brokerEpoch: 101n };

test("decideAllocateProducerIds gives blocks of a thousand, one after the other", () => {
  let image = imageOf([brokerRecord({ id: 1 }), brokerRecord({ id: 2 })]);
  const blocks: number[][] = [];
  for (const asked of [request, { brokerId: 2, brokerEpoch: 102n }, request]) {
    const { records, reply } = decideAllocateProducerIds(image, asked);
    blocks.push([reply.start, reply.length]);
    image = imageOf(records, image);
  }
  assert.equal(blocks, [[0, 1000], [1000, 1000], [2000, 1000]]);
  assert.is(image.nextProducerId, 3000);
});

test("decideAllocateProducerIds goes on behind what another controller gave out", () => {
  const taken = { type: "ProducerIdsRecord", brokerId: 2, nextProducerId: 7300n } as const;
  const image = imageOf([brokerRecord({ id: 1 }), taken]);
  assert.equal(decideAllocateProducerIds(image, request), {
    records: [{ type: "ProducerIdsRecord", ...request, nextProducerId: 8300n }],
    reply: { start: 7300, length: 1000 },
  });
});

test("decideAllocateProducerIds refuses a broker of another life", () => {
  const image = imageOf([brokerRecord({ id: 1 })]);
  const stale = { ...request, brokerEpoch: 100n };
  refuses(() => decideAllocateProducerIds(image, stale), "STALE_BROKER_EPOCH");
  const unknown = { ...request, brokerId: 3 };
  refuses(() => decideAllocateProducerIds(image, unknown), "STALE_BROKER_EPOCH");
});

test.run();
