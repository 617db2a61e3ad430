// How the members of a classic group agree on a protocol, and what the coordinator may know of
// their subscriptions.

import { assert } from "@odradek/base";
import { ConsumerProtocolSubscription } from "@odradek/protocol/schemas/group/mod";
import { Malformed } from "@odradek/protocol/wire/malformed";
import { Reader } from "@odradek/protocol/wire/reader";
import {
  type ClassicGroup,
  type ClassicMember,
  metadataFor,
  type OfferedProtocol,
} from "./group.ts";

const CONSUMER = "consumer";

/** Whether somebody who offers this could be a member. */
export function supports(
  group: ClassicGroup,
  protocolType: string,
  protocols: readonly Pick<OfferedProtocol, "name">[],
): boolean {
  if (group.state === "Empty") return protocolType !== "" && protocols.length > 0;
  if (group.protocolType !== protocolType) return false;
  const members = [...group.members.values()];
  return protocols.some(({ name }) => members.every((member) => offers(member, name)));
}

function offers({ protocols }: ClassicMember, wanted: string): boolean {
  return protocols.some(({ name }) => name === wanted);
}

/** Each votes for the first on its list that all support; the most votes win. */
export function chosenProtocol({ members }: ClassicGroup): string {
  const all = [...members.values()];
  const [first] = all;
  assert(first !== undefined, "A group that chooses a protocol has members");
  const candidates = new Set(
    first.protocols.map(({ name }) => name).filter((name) => all.every((one) => offers(one, name))),
  );
  const votes = new Map<string, number>();
  for (const { protocols } of all) {
    const vote = protocols.find(({ name }) => candidates.has(name))?.name;
    assert(vote !== undefined, "Members of a group have a protocol in common");
    votes.set(vote, (votes.get(vote) ?? 0) + 1);
  }
  const [winner] = [...votes].reduce((best, one) => (one[1] > best[1] ? one : best));
  return winner;
}

/** Whether a member says the same as before. */
export function isSame(
  ours: readonly OfferedProtocol[],
  theirs: readonly OfferedProtocol[],
): boolean {
  return ours.length === theirs.length && ours.every(({ name, metadata }, i) => {
    const other = theirs[i];
    return other !== undefined && other.name === name && isEqual(metadata, other.metadata);
  });
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** The topics of all members; undefined: they are no consumers, or say it in words of their own. */
export function subscribedTopics(group: ClassicGroup): ReadonlySet<string> | undefined {
  const { protocolType, protocol, members } = group;
  if (protocolType !== CONSUMER) return undefined;
  if (members.size === 0) return new Set();
  if (protocol === null) return undefined;
  try {
    const topics = [...members.values()].flatMap((member) =>
      topicsOf(metadataFor(member, protocol))
    );
    return new Set(topics);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** All versions begin as the first does. */
function topicsOf(metadata: Uint8Array): readonly string[] {
  const reader = new Reader(metadata);
  reader.int16();
  return ConsumerProtocolSubscription.read(reader, 0).topics;
}

/** Whether offsets of a topic are still wanted. Consumers who cannot be understood want all. */
export function isSubscribed({ subscribed, protocolType }: ClassicGroup, topic: string): boolean {
  return subscribed?.has(topic) ?? protocolType === CONSUMER;
}

export function isOfConsumers({ protocolType }: ClassicGroup): boolean {
  return protocolType === CONSUMER;
}
