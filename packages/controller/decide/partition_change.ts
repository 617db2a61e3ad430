// The record of a change of a partition: who leads it then, who is in sync, and who is eligible to
// lead although it is not (KIP-966). Whatever changes a partition comes by here.
//
// Below the topic's minimum of in-sync replicas nothing more is committed. So whoever leaves them
// then has everything that is, and stays eligible until the minimum is reached again, or until it
// comes back from a stop in which it may have lost something. When nobody is left who is sure to
// have everything, the last leader is the one to wait for.

import { NO_NODE, type NodeId, type Uuid } from "@odradek/base";
import type { PartitionImage } from "@odradek/metadata";
import type { PartitionChangeDraft } from "@odradek/metadata/apply/topics";

/** `online`: whoever leads stays. `unclean`: rather lose records than have nobody lead. */
export type Election = "online" | "preferred" | "unclean";

export interface ElectionRules {
  readonly election: Election;
  readonly isAcceptable: (id: NodeId) => boolean;
  /** Of the topic, and never more than the partition has replicas. */
  readonly inSyncMin: number;
  /** Whether the cluster keeps eligible leaders. */
  readonly keepsEligible: boolean;
  /** Of a new replica; undefined: the cluster does not keep directories. */
  readonly directoryOf: ((id: NodeId) => Uuid) | undefined;
}

/** What the partition is to be. What is absent stays. */
export interface PartitionTarget {
  readonly isr?: readonly NodeId[];
  readonly replicas?: readonly NodeId[];
  readonly adding?: readonly NodeId[];
  readonly removing?: readonly NodeId[];
  readonly isRecovering?: boolean;
  /** Has come back, and may lack what it had. */
  readonly unclean?: NodeId;
  /** Of the replicas as they were, in their order. */
  readonly directories?: readonly Uuid[];
}

type Ids = readonly NodeId[];

interface Wanted {
  readonly isr: Ids;
  readonly replicas: Ids;
  readonly adding: Ids;
  readonly removing: Ids;
  readonly eligible: Ids;
}

interface Elected {
  readonly leader: NodeId;
  /** It may lack records that were committed. */
  readonly isUnclean: boolean;
}

/** The fields of a change record that differ. */
interface Fields {
  leader?: NodeId;
  isr?: NodeId[];
  replicas?: NodeId[];
  addingReplicas?: NodeId[];
  removingReplicas?: NodeId[];
  directories?: Uuid[];
  eligibleLeaderReplicas?: NodeId[];
  lastKnownElr?: NodeId[];
  leaderRecoveryState?: number;
}

const RECOVERED = 0;
const RECOVERING = 1;

/** Undefined: nothing changes. */
export function partitionChange(
  topicId: Uuid,
  before: PartitionImage,
  { target, rules }: { readonly target: PartitionTarget; readonly rules: ElectionRules },
): PartitionChangeDraft | undefined {
  const wanted = wantedOf(before, target, rules);
  const elected = elect(before, wanted, rules);
  const fields: Fields = {
    ...leadership(before, { wanted, elected, rules }),
    ...assignment({ ...before, directories: target.directories ?? before.directories }, {
      ...wanted,
      known: before.directories,
    }, rules),
    ...recovery(before, target, elected),
  };
  if (Object.keys(fields).length === 0) return undefined;
  return { type: "PartitionChangeRecord", partitionId: before.partition, topicId, ...fields };
}

/** A reassignment is complete when all that stay are in sync: then the others go (KIP-455). */
function wantedOf(before: PartitionImage, target: PartitionTarget, rules: ElectionRules): Wanted {
  const { isr, replicas, adding, removing } = { ...before, ...target };
  const staying = replicas.filter((id) => !removing.includes(id));
  const isComplete = adding.length + removing.length > 0 && staying.length > 0 &&
    staying.every((id) => isr.includes(id));
  const stayingIsr = isr.filter((id) => staying.includes(id));
  const settled = isComplete
    ? { isr: stayingIsr, replicas: staying, adding: [], removing: [] }
    : { isr, replicas, adding, removing };
  const eligible = eligibleOf(before, { ...settled, unclean: target.unclean }, rules);
  return { ...settled, eligible };
}

function eligibleOf(
  { isr, eligibleLeaderReplicas }: PartitionImage,
  wanted: Pick<Wanted, "isr" | "replicas"> & { readonly unclean: NodeId | undefined },
  { inSyncMin, keepsEligible }: ElectionRules,
): Ids {
  if (!keepsEligible) return eligibleLeaderReplicas;
  if (wanted.isr.length >= inSyncMin) return [];
  const all = new Set([...eligibleLeaderReplicas, ...isr]);
  return [...all]
    .filter((id) =>
      !wanted.isr.includes(id) && wanted.replicas.includes(id) && id !== wanted.unclean
    )
    .sort((a, b) => a - b);
}

function elect(
  { leader, lastKnownElr: [last, ...more] }: PartitionImage,
  { isr, replicas, eligible }: Wanted,
  { election, isAcceptable, keepsEligible }: ElectionRules,
): Elected {
  const isClean = (id: NodeId): boolean =>
    (isr.includes(id) || (isr.length === 0 && eligible.includes(id))) && isAcceptable(id);
  const [preferred] = replicas;
  if (election === "preferred" && preferred !== undefined && isClean(preferred)) {
    return { leader: preferred, isUnclean: false };
  }
  const clean = isClean(leader) ? leader : replicas.find(isClean);
  if (clean !== undefined) return { leader: clean, isUnclean: false };
  const isLast = keepsEligible && isr.length + eligible.length + more.length === 0;
  if (isLast && last !== undefined && isAcceptable(last)) return { leader: last, isUnclean: true };
  const living = election === "unclean" ? replicas.find(isAcceptable) : undefined;
  return { leader: living ?? NO_NODE, isUnclean: living !== undefined };
}

function leadership(
  before: PartitionImage,
  { wanted, elected: { leader, isUnclean }, rules: { keepsEligible } }: {
    readonly wanted: Wanted;
    readonly elected: Elected;
    readonly rules: ElectionRules;
  },
): Fields {
  const isNew = leader !== before.leader;
  // Who is gone must not be followed in that epoch: the same leader begins another one.
  const isAgain = before.replicas.some((id) => !wanted.replicas.includes(id));
  const isFromEligible = isNew && wanted.eligible.includes(leader);
  const isAlone = isNew && (isUnclean || isFromEligible);
  const isr = isAlone ? [leader] : wanted.isr;
  const eligible = isNew && isUnclean
    ? []
    : wanted.eligible.filter((id) => keepsEligible && !(isFromEligible && id === leader));
  // Without eligible leaders the last one stays in sync, for it has everything.
  const mayBeEmpty = keepsEligible || isr.length > 0;
  return {
    ...(isNew || isAgain ? { leader } : {}),
    ...(mayBeEmpty && !isSameSet(isr, before.isr) ? { isr: [...isr] } : {}),
    ...(isSameSet(eligible, before.eligibleLeaderReplicas)
      ? {}
      : { eligibleLeaderReplicas: [...eligible] }),
    ...(keepsEligible ? lastKnown(before, isNew || isAgain ? leader : undefined) : {}),
  };
}

/** Who led when nobody was left to; nothing while somebody leads. `leader`: the one that is set. */
function lastKnown(before: PartitionImage, leader: NodeId | undefined): Fields {
  const { lastKnownElr, leader: last } = before;
  if (leader === undefined) return {};
  if (leader === NO_NODE) {
    return lastKnownElr.length === 0 && last !== NO_NODE ? { lastKnownElr: [last] } : {};
  }
  return lastKnownElr.length > 0 ? { lastKnownElr: [] } : {};
}

function assignment(
  before: PartitionImage,
  { replicas, adding, removing, known }: Wanted & { readonly known: readonly Uuid[] },
  { directoryOf }: ElectionRules,
): Fields {
  const directories = directoryOf && replicas.map((id) =>
    before.directories[before.replicas.indexOf(id)] ?? directoryOf(id)
  );
  return {
    ...(directories && !isSame(directories, known) ? { directories } : {}),
    ...(isSame(replicas, before.replicas) ? {} : { replicas: [...replicas] }),
    ...(isSame(removing, before.removing) ? {} : { removingReplicas: [...removing] }),
    ...(isSame(adding, before.adding) ? {} : { addingReplicas: [...adding] }),
  };
}

function recovery(
  before: PartitionImage,
  { isRecovering = before.isRecovering }: PartitionTarget,
  { leader, isUnclean }: Elected,
): Fields {
  if (isRecovering !== before.isRecovering) {
    return { leaderRecoveryState: isRecovering ? RECOVERING : RECOVERED };
  }
  const begins = isUnclean && leader !== before.leader && !before.isRecovering;
  return begins ? { leaderRecoveryState: RECOVERING } : {};
}

function isSame<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((each, i) => each === other[i]);
}

function isSameSet(one: Ids, other: Ids): boolean {
  return one.length === other.length && one.every((id) => other.includes(id));
}
