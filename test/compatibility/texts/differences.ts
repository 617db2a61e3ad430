// In what our texts mean to differ from those of Kafka's tools. Each says how a recorded text
// becomes ours; the check fails where that changes nothing, or where the result is not ours.

import type { Text } from "./recording.ts";

/** The names of a list, which blanks and ends of lines part. */
export function namesOf(names: string): string[] {
  return names.trim().split(/\s+/);
}

export interface Difference {
  /** What we do. */
  readonly ours: string;
  readonly reason: string;
  /** Recordings, without `kafka-` and `.txt`. */
  readonly files: string;
  rewrite?(text: Text, file: string): Text;
  /** Beginnings of lines that one text has, or has otherwise. */
  readonly without?: readonly string[];
  /** Words of ours that make the texts the same. */
  readonly words?: readonly string[];
}

const NOISE = new RegExp([
  "^\\tat ",
  "^\\t\\.\\.\\. \\d+ more",
  "^Caused by: ",
  "^\\tSuppressed: ",
  "^ \\(org\\.apache\\.",
  "^\\[[^\\]]+\\] (?:WARN|ERROR) ",
  "^Error while executing config command with args ",
  "^$",
].join("|"));
const EXCEPTION = /^(?:Exception in thread "main" )?(?:(?:[a-z]+\.)+\w+(?:Exception|Error): )+/;

function errorsOf(change: (err: readonly string[]) => readonly string[]) {
  return ({ out, err, code }: Text): Text => ({ out, err: change(err), code });
}

function linesOf(change: (line: string) => string) {
  return ({ out, err, code }: Text): Text => ({ out: out.map(change), err: err.map(change), code });
}

/** By file, what its lines become; undefined: nothing. */
const OWN_WORDS: Readonly<Record<string, readonly (readonly [RegExp, string])[]>> = {
  "console-producer-plain": [[/^.*$/, "Compacted topics take no record without a key"]],
  "console-producer-unknown-topic": [[
    /^.*$/,
    'Cannot send to topic nosuch: Cannot use topic "nosuch": ' +
    "There is no such topic or partition here",
  ]],
  "console-consumer-unknown-topic": [
    [/^.*Timeout.*$/, ""],
    [
      /^(Processed .*)$/,
      '$1\nCannot use topic "nosuch": There is no such topic or partition here',
    ],
  ],
  "console-consumer-no-broker": [
    [/^Processed .*$/, ""],
    [/^.*Timeout.*$/, "Cannot connect to localhost:9999: refused"],
  ],
  "consumer-groups-delete-active": [[
    /org\.apache\S+: .*$/,
    "NON_EMPTY_GROUP: The group has members",
  ]],
  "consumer-groups-delete-unknown": [[
    /org\.apache\S+: .*$/,
    "GROUP_ID_NOT_FOUND: There is no such group",
  ]],
  "consumer-groups-describe-unknown": [[/^Error: Executing consumer group .*$/, ""]],
  "leader-election-unknown": [[/org\.apache\S+: /, ""]],
  "dump-log-missing": [[
    /^For input string: .*$/,
    'Cannot use "/tmp/kraft-logs/orders-0/nosuch.log": its name does not begin with an offset',
  ]],
  "storage-format-bad-uuid": [[
    /^Invalid cluster.id in: .*$/,
    '"not-a-uuid" is no uuid: the cluster is AAAAAAAAAAAAAAAAAAAAAA\n' +
    'Log directory "/tmp/kraft-logs" belongs to cluster AAAAAAAAAAAAAAAAAAAAAA, this node to ' +
    "AAAAAAAAAAAAAAAAAAAAAA: set cluster.id to AAAAAAAAAAAAAAAAAAAAAA, or empty the directory",
  ]],
};

function ownWords({ out, err, code }: Text, file: string): Text {
  const changes = OWN_WORDS[file] ?? [];
  const change = (lines: readonly string[]) =>
    lines.flatMap((line) => {
      const found = changes.find(([from]) => from.test(line));
      if (found === undefined) return [line];
      const changed = line.replace(found[0], found[1]);
      return changed === "" ? [] : changed.split("\n");
    });
  const results = change(out);
  return { out: results.some((line) => line !== "") ? results : [], err: change(err), code };
}

const BROKER_SETTINGS = namesOf(`allow.everyone.if.no.acl.found authorizer.class.name super.users
  sasl.enabled.mechanisms errors.deadletterqueue.auto.create.topics.enable
  errors.deadletterqueue.topic.name.prefix group.streams.assignors
  group.streams.rack.aware.assignment.tags group.streams.topology.description.plugin.class
  log.remote.copy.lag.bytes log.remote.copy.lag.ms max.decompressed.message.bytes
  odradek.connection.queued.max.request.bytes odradek.connection.queued.max.response.bytes
  odradek.connection.stalled.max.ms odradek.early.fencing odradek.fsync
  odradek.group.lag.metrics odradek.log.format
  odradek.metrics.listener odradek.reactors sasl.oauthbearer.allow.unverified.audience
  sasl.oauthbearer.allow.unverified.issuer`);
const OTHER_APIS = namesOf(`Produce SaslHandshake AddPartitionsToTxn AddOffsetsToTxn EndTxn
  WriteTxnMarkers TxnOffsetCommit SaslAuthenticate DescribeTransactions ListTransactions
  ConsumerGroupHeartbeat ConsumerGroupDescribe ShareGroupHeartbeat ShareGroupDescribe ShareFetch
  ShareAcknowledge InitializeShareGroupState ReadShareGroupState
  WriteShareGroupState DeleteShareGroupState ReadShareGroupStateSummary StreamsGroupHeartbeat
  StreamsGroupDescribe DescribeShareGroupOffsets AlterShareGroupOffsets DeleteShareGroupOffsets
  StreamsGroupTopologyDescriptionUpdate UnregisterController`);

const UNLISTED = /^(?:console-consumer-N|live848)(?: |$)|'console-consumer-N'/;

export const DIFFERENCES: readonly Difference[] = [
  {
    ours: "A failure is one line that says what is wrong, without names and stacks of Java and " +
      "without lines of a log.",
    reason: "The line is what people look for.",
    files: `topics-create-exists topics-create-bad-replication topics-create-zero-partitions
      topics-create-bad-name topics-create-bad-config topics-create-bad-config-value
      topics-describe-unknown topics-alter-fewer topics-delete-unknown configs-alter-bad-config
      configs-alter-unknown-topic configs-alter-broker-readonly cluster-unregister-unknown
      console-producer-headers console-producer-no-separator console-producer-plain
      console-producer-unknown-topic console-consumer-all-fields console-consumer-keys
      console-consumer-old-property console-consumer-partition-offset console-consumer-group
      console-consumer-unknown-topic console-consumer-offsets-formatter
      console-consumer-no-broker storage-format-bad-uuid consumer-groups-describe-unknown
      dump-log-missing leader-election-unknown`,
    rewrite: errorsOf((err) => [
      ...new Set(
        err.filter((line) => !NOISE.test(line)).map((line) => line.replace(EXCEPTION, "")),
      ),
    ]),
  },
  {
    ours: "Wrong usage is one line; `--help` shows the flags.",
    reason: "A hundred lines of flags hide it.",
    files: "topics-create-no-topic topics-no-action",
    rewrite: errorsOf((err) => err.slice(0, 1)),
  },
  {
    ours: "Nothing is advertised.",
    reason: "The newer group protocol is not there yet, and a tool is no place for it.",
    files: `console-consumer-all-fields console-consumer-keys console-consumer-old-property
      console-consumer-group console-consumer-unknown-topic console-consumer-max-messages
      console-consumer-offsets-formatter console-consumer-no-broker`,
    rewrite: errorsOf((err) => err.filter((line) => !line.includes("(KIP-848)"))),
  },
  {
    ours: "A consumer that ends by `--timeout-ms` says so.",
    reason: "It is no error, and the exception's name explains nothing.",
    files: `console-consumer-all-fields console-consumer-keys console-consumer-old-property
      console-consumer-partition-offset console-consumer-group
      console-consumer-offsets-formatter`,
    rewrite: linesOf((line) =>
      line.endsWith(".TimeoutException")
        ? "Nothing has come for N ms: no more is waited for"
        : line
    ),
  },
  {
    ours: "Old spellings of flags work without a remark.",
    reason: "Runbooks go on working, and what they print is read by other programs.",
    files: `console-producer-keyed-old-flag console-consumer-old-property
      producer-perf-test-old-flag`,
    rewrite: ({ out, err, code }) => ({
      out: out.filter((line) => !/ (?:is|has been) deprecated /.test(line)),
      err,
      code,
    }),
  },
  {
    ours: "Its own words, where Kafka's are an exception's.",
    reason: "They name the thing and, where there is one, the remedy.",
    files: Object.keys(OWN_WORDS).join(" "),
    rewrite: ownWords,
  },
  {
    ours: "What failed exits with 1.",
    reason: "Scripts look at the exit status.",
    files: `console-producer-unknown-topic console-consumer-no-broker
      console-consumer-unknown-topic consumer-groups-describe-unknown
      consumer-groups-reset-active consumer-groups-delete-active consumer-groups-delete-unknown`,
    rewrite: ({ out, err }) => ({ out, err, code: 1 }),
  },
  {
    ours: "No broker: the line comes at once, exit status 1.",
    reason: "Kafka's tool goes on trying until it is stopped (124 is who stopped it).",
    files: "topics-list-broker-down",
    rewrite: () => ({
      out: ["Error while executing topic command : Cannot connect to localhost:9092: refused"],
      err: [],
      code: 1,
    }),
  },
  {
    ours: "`Configs:` is in the order of names.",
    reason: "It is the same whatever way they were set.",
    files: "topics-describe-all topics-describe-overrides",
    rewrite: linesOf((line) =>
      line.replace(/(?<=Configs: )\S+$/, (all) => all.split(",").sort().join(","))
    ),
  },
  {
    ours: "On one node every topic has the least of in-sync replicas.",
    reason: "The recorded topic had three replicas.",
    files: "topics-at-min-isr",
    rewrite: ({ out, err, code }) => ({
      out: [
        ...out,
        ...["orders 0", "orders 1", "orders 2", "placed 1"].map((name) =>
          `\tTopic: ${name.replace(" ", "\tPartition: ")}\tLeader: 1\tReplicas: 1\tIsr: 1` +
          "\tElr: \tLastKnownElr: "
        ),
      ],
      err,
      code,
    }),
  },
  {
    ours: "`print.epoch` shows the leader epoch of the record's batch.",
    reason: "It is known.",
    files: "console-consumer-all-fields",
    rewrite: linesOf((line) => line.replace("Epoch:NOT_PRESENT", "Epoch:0")),
  },
  {
    ours: "LEADER-EPOCH is the one that was committed.",
    reason: "It is known.",
    files: "consumer-groups-describe-live-verbose",
    rewrite: linesOf((line) => line.replace(/( \d {10})- /, "$10 ")),
  },
  {
    ours: "A line for each record, and for the groups that are there.",
    reason: "Documents that follow each other without a line's end can't be cut apart; the " +
      "recorded session had groups of the newer protocol.",
    files: "console-consumer-offsets-formatter",
    rewrite: ({ out, err, code }) => ({
      out: out.join("").replaceAll("}{", "}\n{").split("\n").filter((line) =>
        line.includes('"group":"reporting"')
      ),
      err,
      code,
    }),
  },
  {
    ours: "A consumer without `--group` leaves no group behind; no groups of the newer protocol.",
    reason: "It reads partitions as they are, and commits nothing.",
    files: `consumer-groups-list consumer-groups-list-state consumer-groups-list-type
      consumer-groups-describe-all`,
    rewrite: withoutUnlisted,
  },
  {
    ours: "All groups are classic ones.",
    reason: "KIP-848 is later.",
    files: "consumer-groups-list-type",
    rewrite: linesOf((line) => line.replace(/Consumer  /, "Classic   ")),
  },
  {
    ours: "Settings, features and versions of Kafka 4.4 are known.",
    reason: "The recorded tools are of Kafka 4.3.",
    files: "features-bad features-describe",
    rewrite: linesOf((line) =>
      line.replace("versions 7-30", "versions 7-33")
        .replace(/(metadata\.version .*MaxVersion: )4\.3-IV0/, "$14.4-IV2")
        .replace(/(share\.version .*MaxVersion: )1/, "$12")
    ),
  },
  {
    ours: "Settings of Kafka 4.4 are shown.",
    reason: "The recorded tools are of Kafka 4.3.",
    files: "configs-describe-topic-all",
    without: [
      "  errors.deadletterqueue.group.enable=",
      "  max.decompressed.message.bytes=",
      "  remote.copy.lag.bytes=",
      "  remote.copy.lag.ms=",
    ],
  },
  {
    ours: "Settings of Kafka 4.4 and our own are shown; no SASL mechanism is on by default.",
    reason: "The recorded tools are of Kafka 4.3, and its node had an authorizer. GSSAPI, " +
      "Kafka's default, there is none here.",
    files: "configs-describe-broker-all",
    without: BROKER_SETTINGS.map((name) => `  ${name}=`),
  },
  {
    ours: "Requests of parts that are not there yet are UNSUPPORTED.",
    reason: "Each comes with its part: transactions (Produce 12 and 13, too), SASL, groups of " +
      "the newer protocols. The last two are of Kafka 4.4.",
    files: "broker-api-versions",
    without: OTHER_APIS.map((name) => `\t${name}(`),
  },
  {
    ours: "Features of parts that are not there yet are not finalized.",
    reason: "Groups of the newer protocols and transactions are later.",
    files: "features-describe",
    rewrite: linesOf((line) =>
      line.replace(/^(Feature: (?!kraft|eligible).*FinalizedVersionLevel: )[12] /, "$10 ")
    ),
  },
  {
    ours: "On one node every partition has its preferred leader.",
    reason: "The recorded cluster had lost a broker before.",
    files: "leader-election-all leader-election-topic",
    rewrite: ({ out, err, code }, file) => ({
      out: file.endsWith("all")
        ? []
        : out.map((line) => line.replace(/^Success.*\) /, "Valid replica already elected ")),
      err,
      code,
    }),
  },
  {
    ours: "No dump of the bootstrap records.",
    reason: "It is a trace of the tool's own.",
    files: "storage-format",
    rewrite: ({ out, err, code }) => ({
      out: out.filter((line) => !line.startsWith("Bootstrap metadata: ")),
      err,
      code,
    }),
  },
  {
    ours: "Texts of Kafka 3, and those of Kafka 4 with `--format 4`.",
    reason: "Scripts that read dumps were written for them.",
    files: "dump-log dump-log-print-data dump-log-metadata dump-log-offsets-0",
    words: ["--format", "4"],
  },
];

/** Describing has a blank line before each group, also on standard error. */
function withoutUnlisted({ out, err, code }: Text): Text {
  const keep = (lines: readonly string[]) => {
    const blocks: string[][] = [[]];
    for (const line of lines.filter((one) => !UNLISTED.test(one))) {
      if (line === "") blocks.push([]);
      blocks.at(-1)?.push(line);
    }
    const isEmpty = (block: readonly string[]) =>
      block[0] === "" && block.slice(1).every((line) => line.startsWith("GROUP "));
    return blocks.filter((block) => !isEmpty(block)).flat();
  };
  return { out: keep(out), err: keep(err), code };
}
