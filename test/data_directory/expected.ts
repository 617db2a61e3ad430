// What clients must see on a data directory, as the reference's `expected*.json` say it. Keys and
// values are in base64. Facts that a file leaves out are undefined.

export interface ExpectedRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly timestampType: string;
  readonly leaderEpoch: number;
  readonly key: string | null;
  /** Of large values only length and SHA-256 are told. */
  readonly value?: string | null;
  readonly valueLength?: number;
  readonly valueSha256?: string;
  readonly headers: readonly (readonly [string, string | null])[];
}

export interface ExpectedOffset {
  /** -1: there is none. */
  readonly offset: number;
  readonly timestamp: number;
}

export interface ExpectedProducer {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly lastSequence: number;
  readonly lastTimestamp: number;
  readonly coordinatorEpoch?: number;
  readonly currentTransactionStartOffset?: number;
}

export interface ExpectedAborted {
  readonly producerId: number;
  readonly firstOffset: number;
  /** Of the marker. */
  readonly lastOffset: number;
}

export interface ExpectedSegment {
  readonly baseOffset: number;
  readonly logBytes: number;
}

export interface ExpectedPartition {
  readonly partition: number;
  readonly logStartOffset: number;
  /** The log's end: there is one replica. */
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly maxTimestamp?: ExpectedOffset;
  readonly offsetsForTimes?: readonly (ExpectedOffset & { readonly query: number })[];
  readonly activeProducers?: readonly ExpectedProducer[];
  readonly abortedTransactions?: readonly ExpectedAborted[];
  readonly leaderEpochs?: readonly { readonly epoch: number; readonly startOffset: number }[];
  readonly segments?: readonly ExpectedSegment[];
  /** Before the first start. */
  readonly segmentsAsLeft?: readonly ExpectedSegment[];
  readonly recordCount: number;
  readonly readCommittedCount: number;
  readonly records?: readonly ExpectedRecord[];
  readonly offsetsNotReadCommitted?: readonly number[];
  /** SHA-256 of a line for each record. */
  readonly digest?: string;
  readonly digestReadCommitted?: string;
  readonly first?: ExpectedRecord;
  readonly last?: ExpectedRecord;
}

export interface ExpectedTopic {
  readonly topicId: string;
  readonly internal?: boolean;
  /** Those that are set. */
  readonly configs: Readonly<Record<string, string>>;
  readonly partitions: readonly ExpectedPartition[];
}

export interface ExpectedMember {
  readonly memberId: string;
  readonly instanceId?: string | null;
  readonly clientId: string;
  readonly host: string;
  /** `topic-partition` each. */
  readonly assignment: readonly string[];
}

export interface ExpectedGroup {
  readonly type: "Classic" | "Consumer" | "Share";
  readonly protocol: string;
  readonly state: string;
  readonly assignor: string;
  readonly members: readonly ExpectedMember[];
  /** By `topic-partition`. */
  readonly offsets?: Readonly<
    Record<
      string,
      { readonly offset: number; readonly metadata: string; readonly leaderEpoch?: number }
    >
  >;
}

export interface Expected {
  readonly clusterId: string;
  readonly finalizedFeatures?: Readonly<Record<string, number>>;
  readonly topics: Readonly<Record<string, ExpectedTopic>>;
  readonly groups: Readonly<Record<string, ExpectedGroup>>;
  readonly transactions: readonly { readonly transactionalId: string }[];
  readonly acls?: readonly string[];
  readonly scram?: Readonly<Record<string, readonly string[]>>;
  readonly clientQuotas?: readonly {
    readonly entity: Readonly<Record<string, string | null>>;
    readonly quotas: Readonly<Record<string, number>>;
  }[];
  /** By `TYPE:name`. */
  readonly dynamicConfigs?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface PartitionName {
  readonly topic: string;
  readonly partition: number;
}

/** As in the names of directories and dumps. */
export function nameOf({ topic, partition }: PartitionName): string {
  return `${topic}-${partition}`;
}
