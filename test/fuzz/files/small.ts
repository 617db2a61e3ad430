// The small files of data directories: checkpoints, identities, quorum state, producer snapshots,
// snapshots of the metadata log. Damaged, they are corrupt or say something else; nothing else may
// come of it. And server.properties.

import { type Files, type Random, seededRandom } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { encodeCheckpoint, readCheckpoint } from "@odradek/controller";
import { readQuorumState } from "@odradek/controller/quorum/quorum_state_file";
import { readCheckpoints, readIdentity, readTopicId, takeCleanShutdown } from "@odradek/log";
import { loadEpochs } from "@odradek/log/epoch_file";
import { encodeSnapshot } from "@odradek/log/producers/snapshot";
import { loadSnapshot } from "@odradek/log/producers/snapshot_files";
import { SimulatedDisk } from "@odradek/log/testing/simulated_disk";
import { readNodeConfig } from "@odradek/metadata/configs/mod";
import { brokerRecord, topicRecords } from "@odradek/metadata/testing/image_of";
import { pick, type Target } from "../target.ts";
import { damaged } from "./damage.ts";

interface SmallFile {
  readonly name: string;
  readonly content: Uint8Array;
  read(files: Files, directory: string): Promise<unknown>;
}

const UUID = "wth7N4-czkL6f4TxvwEjqQ";
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const offsets = bytesOf("0\n3\nt 0 17\nletters 1 9007199254740993\ngreetings-2 2 0\n");
const identity = `#\n#Sun Nov 22 16:13:55 UTC 2026\nnode.id=1\ndirectory.id=${UUID}\nversion=1\n` +
  `cluster.id=${UUID}\n`;
const quorumState =
  `{"leaderId":1,"leaderEpoch":4,"votedId":1,"votedDirectoryId":"${UUID}","data_version":1}`;
const lastBatch = {
  firstSequence: 2,
  lastSequence: 4,
  firstOffset: 5,
  lastOffset: 7,
  timestamp: 900,
};

const FILES: readonly SmallFile[] = [
  { name: "recovery-point-offset-checkpoint", content: offsets, read: readCheckpoints },
  { name: "log-start-offset-checkpoint", content: offsets, read: readCheckpoints },
  { name: "replication-offset-checkpoint", content: offsets, read: readCheckpoints },
  { name: "leader-epoch-checkpoint", content: bytesOf("0\n2\n0 0\n3 17\n"), read: loadEpochs },
  {
    name: "partition.metadata",
    content: bytesOf(`version: 0\ntopic_id: ${UUID}`),
    read: readTopicId,
  },
  { name: "meta.properties", content: bytesOf(identity), read: readIdentity },
  {
    name: ".kafka_cleanshutdown",
    content: bytesOf('{"version":0,"brokerEpoch":17}'),
    read: takeCleanShutdown,
  },
  { name: "quorum-state", content: bytesOf(quorumState), read: readQuorumState },
  {
    name: "00000000000000000012.snapshot",
    content: encodeSnapshot([1, 2, 3].map((producerId) => ({
      producerId,
      epoch: 1,
      batches: [lastBatch],
      coordinatorEpoch: 0,
      lastTimestamp: 900,
      transactionFirstOffset: producerId === 2 ? 5 : -1,
    }))),
    read: (files, directory) =>
      loadSnapshot(files, directory, { logStartOffset: 0, endOffset: 12 }),
  },
  {
    name: "bootstrap.checkpoint",
    content: encodeCheckpoint({
      control: [{ type: "KRAFT_VERSION", version: 0, kRaftVersion: 1 }],
      records: [brokerRecord({ id: 1 }), ...topicRecords("t", 7, [{ replicas: [1] }])],
      now: 900,
    }),
    read: (files, directory) => readCheckpoint(files, `${directory}/bootstrap.checkpoint`),
  },
];

export const smallFileTargets: readonly Target[] = [
  { name: "small file", weight: 45, run: readDamaged },
  { name: "server.properties", weight: 10, run: readConfiguration },
];

async function readDamaged(random: Random): Promise<void> {
  const file = pick(random, FILES);
  const clock = new SimulatedClock();
  const disk = new SimulatedDisk({ clock, random: seededRandom(1) });
  disk.latencyMsMax = 0;
  const files = disk.mount();
  const use = async (): Promise<void> => {
    await files.makeDirectory("/data");
    await files.writeWhole(`/data/${file.name}`, damaged(random, file.name, file.content));
    await file.read(files, "/data");
  };
  await clock.runFor(use());
}

const PROPERTIES = bytesOf(`process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093
advertised.listeners=PLAINTEXT://localhost:9092
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:9093
log.dirs=/tmp/a,\\
  /tmp/b
log.retention.ms : 1000
odradek.fsync group:5
sasl.enabled.mechanisms=
`);

function readConfiguration(random: Random): void {
  const properties = new TextDecoder().decode(damaged(random, "server.properties", PROPERTIES));
  readNodeConfig({ properties, environment: {}, overrides: [] });
}
