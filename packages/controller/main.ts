// The host of the quorum replica: a worker thread that keeps the metadata log and, when elected, is
// the active controller. The node's main thread starts it and hands it its ports.

import { type MessagePort, parentPort } from "node:worker_threads";
import { assert, systemClock, systemRandom, type Uuid } from "@odradek/base";
import { diskFiles } from "@odradek/log/disk/files";
import { trimMemory } from "@odradek/log/native/trim";
import { type NodeConfigSources, readNodeConfig } from "@odradek/metadata/configs/mod";
import {
  acceptOnPort,
  collectAtRest,
  createLogger,
  type LoggingOptions,
  LogLevels,
  lookupAddress,
  NodeBounds,
  portCalls,
  startPulse,
  tcpTransport,
  ThreadCounters,
} from "@odradek/network";
import { QuorumGauges } from "./gauges/quorum_gauges.ts";
import { type ControllerPlace, QuorumReplica } from "./quorum_replica.ts";

/** What the main thread hands to the quorum's. */
export interface QuorumThreadOptions {
  readonly sources: NodeConfigSources;
  readonly clusterId: string;
  readonly metadataLogDir: string;
  readonly directoryId: Uuid;
  readonly wasClean: boolean;
  readonly places: readonly ControllerPlace[];
  readonly logging: LoggingOptions;
  /** Connections from the other threads of this node. */
  readonly local: readonly MessagePort[];
  /** Whoever follows the metadata. */
  readonly followers: readonly MessagePort[];
  /** One int64: below this offset everything has been sent to them. */
  readonly fed: SharedArrayBuffer;
  /** `NodeBounds` of the controller. */
  readonly bounds: SharedArrayBuffer;
  /** `ThreadCounters` of this thread. */
  readonly counters: SharedArrayBuffer;
  /** `QuorumGauges`. */
  readonly gauges: SharedArrayBuffer;
}

function host(data: QuorumThreadOptions): void {
  assert(parentPort !== null, "The quorum's host runs on a thread of its own");
  const { node } = readNodeConfig(data.sources);
  const files = diskFiles({ clock: systemClock });
  const fed = new BigInt64Array(data.fed);
  const counters = new ThreadCounters(data.counters);
  const opening = QuorumReplica.open({
    node,
    clusterId: data.clusterId,
    metadataLogDir: data.metadataLogDir,
    directoryId: data.directoryId,
    wasClean: data.wasClean,
    files,
    clock: systemClock,
    random: systemRandom,
    // The metadata log is checked before anything else can be done: there is nothing to overlap.
    jobs: { run: async (job, arguments_) => await job.run(arguments_, files) },
    transport: tcpTransport(),
    lookup: lookupAddress,
    bounds: new NodeBounds(data.bounds),
    counters,
    logger: createLogger(data.logging),
    loggers: new LogLevels(data.logging.levels),
    followers: data.followers.map((port) => ({
      follow: (bytes, endOffset) => {
        // Messages of different ports overtake each other: answers are never ahead of this.
        Atomics.store(fed, 0, BigInt(endOffset));
        port.postMessage({ bytes, endOffset });
      },
      restore: (snapshot) => {
        Atomics.store(fed, 0, BigInt(snapshot.endOffset));
        port.postMessage({ snapshot });
      },
    })),
    // The main thread sees it, and ends the process.
    fatal: (error) => {
      queueMicrotask(() => {
        throw error;
      });
    },
  }, data.places);
  const rest = collectAtRest({ clock: systemClock, trim: trimMemory });
  const gauges = new QuorumGauges(data.gauges);
  let replica: QuorumReplica | undefined;
  const pulse = startPulse(systemClock, counters, () => replica?.tellOf(gauges));
  portCalls(parentPort, {
    start: async () => {
      const opened = await opening;
      replica = opened;
      for (const port of data.local) acceptOnPort(port, (socket) => opened.accept(socket));
      await opened.start(data.places);
    },
    stop: async () => {
      rest.cancel();
      pulse.cancel();
      await (await opening).stop();
      for (const port of [...data.local, ...data.followers]) port.close();
    },
  });
}

assert(parentPort !== null, "The quorum's host runs on a thread of its own");
// The thread is there before anybody knows what it is to do; null: nothing, and it ends.
parentPort.once("message", (data: QuorumThreadOptions | null) => {
  if (data !== null) host(data);
});
