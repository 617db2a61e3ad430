// Records of the topics that brokers and controllers keep for themselves, in the form in which they
// are stored, and the folds that take them in.

import type { Random } from "@odradek/base";
import { groupsFold } from "@odradek/broker/groups/fold";
import { applyBatch, EMPTY_STATE } from "@odradek/metadata";
import { decodeControlRecord } from "@odradek/protocol/schemas/control/mod";
import { decodeGroupRecord } from "@odradek/protocol/schemas/group/mod";
import type { KeyValue } from "@odradek/protocol/schemas/key_value";
import { decodeMetadataRecord } from "@odradek/protocol/schemas/metadata/mod";
import { decodeRemoteLogRecord } from "@odradek/protocol/schemas/remote_log/mod";
import { decodeShareRecord } from "@odradek/protocol/schemas/share/mod";
import { decodeTransactionRecord } from "@odradek/protocol/schemas/transaction/mod";
import { mutated } from "../mutation.ts";
import { checkWeight, isLawful, pick, type Target } from "../target.ts";
import type { Sample } from "./messages.ts";

/** Keys and values of coordinators' records. */
interface Stored {
  readonly keys: readonly Uint8Array[];
  readonly values: readonly Uint8Array[];
}

export function storedTargets(samples: readonly Sample[]): Target[] {
  const records = samples.filter(({ vector: { type } }) => type === "record");
  const stored = storedOf(records);
  const metadata = framed(records.filter(({ vector: { name } }) => name.endsWith("Record")));
  return [
    { name: "stored record", weight: 10, run: (random) => decodeStored(random, stored) },
    { name: "metadata records", weight: 5, run: (random) => foldMetadata(random, metadata) },
    { name: "group records", weight: 5, run: (random) => foldGroups(random, stored) },
  ];
}

function storedOf(records: readonly Sample[]): Stored {
  const named = (ending: string) => records.filter(({ vector: { name } }) => name.endsWith(ending));
  return { keys: framed(named("Key")), values: framed(named("Value")) };
}

function framed(records: readonly Sample[]): Uint8Array[] {
  return records.flatMap(({ vector: { framedHex } }) =>
    framedHex === undefined ? [] : [Uint8Array.fromHex(framedHex)]
  );
}

const DECODERS: readonly ((record: KeyValue) => unknown)[] = [
  decodeGroupRecord,
  decodeTransactionRecord,
  decodeShareRecord,
  decodeControlRecord,
  ({ key }) => decodeRemoteLogRecord(key),
  ({ value }) => decodeMetadataRecord(value ?? new Uint8Array(0)),
];

function decodeStored(random: Random, stored: Stored): void {
  const record = keyValue(random, stored);
  const bytes = record.key.length + (record.value?.length ?? 0);
  checkWeight(pick(random, DECODERS)(record), bytes);
}

function keyValue(random: Random, { keys, values }: Stored): KeyValue & { key: Uint8Array } {
  const value = random.below(16) === 0 ? null : mutated(pick(random, values), random);
  const key = pick(random, keys);
  return { key: random.below(2) === 0 ? key : mutated(key, random), value };
}

/** Records that decode, in an order in which no controller wrote them. */
function foldMetadata(random: Random, stored: readonly Uint8Array[]): void {
  let state = EMPTY_STATE;
  for (let endOffset = 1; endOffset <= 20; endOffset++) {
    const bytes = pick(random, stored);
    state = orBefore(state, () => {
      const record = decodeMetadataRecord(random.below(3) > 0 ? bytes : mutated(bytes, random));
      return applyBatch(state, { endOffset, epoch: 1, records: [record] });
    });
  }
}

/** What cannot be taken in leaves the state as it was: the next may still make sense. */
function orBefore<State>(state: State, next: () => State): State {
  try {
    return next();
  } catch (thrown) {
    if (isLawful(thrown)) return state;
    throw thrown;
  }
}

const groups = groupsFold({
  initialRebalanceDelayMs: 0,
  membersMax: 100,
  metadataLengthMax: 4096,
  retentionMs: 1000,
  expiryCheckMs: 1000,
});

/** What a coordinator does when it loads its partition, and when it goes on from there. */
function foldGroups(random: Random, stored: Stored): void {
  let state = groups.empty;
  for (let offset = 0; offset < 10; offset++) {
    state = orBefore(state, () => {
      const record = groups.decode(keyValue(random, stored));
      const place = { offset, producerId: random.below(3) - 1 };
      return record === undefined ? state : groups.apply(state, record, place);
    });
  }
  for (const command of groups.resume(state)) {
    state = groups.decide(state, command, { now: 1, call: 0, nextOffset: 9 }).state;
  }
}
