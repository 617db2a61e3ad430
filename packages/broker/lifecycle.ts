// A broker's life in the cluster: it registers, says at intervals that it lives, is unfenced when
// it has caught up, and hands over what it leads before it stops.

import { type Clock, Fault, type NodeId, reason, sleep, type Uuid } from "@odradek/base";
import { SUPPORTED_FEATURES } from "@odradek/metadata";
import { type ErrorName, errorName, errors } from "@odradek/protocol/errors";
import { BrokerHeartbeat } from "@odradek/protocol/messages/broker_heartbeat";
import { BrokerRegistration } from "@odradek/protocol/messages/broker_registration";
import type { Response } from "@odradek/protocol/schema/mod";
import type { Logger } from "@odradek/network";
import type { ControllerLink } from "./controller_link.ts";

export interface AdvertisedListener {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL. */
  readonly securityProtocol: number;
}

export interface LifecycleOptions {
  readonly nodeId: NodeId;
  readonly clusterId: string;
  /** New for each process. */
  readonly incarnationId: Uuid;
  readonly rack: string | null;
  readonly listeners: readonly AdvertisedListener[];
  readonly directoryIds: readonly Uuid[];
  /** Of those that have failed. */
  readonly offlineDirectoryIds: () => readonly Uuid[];
  /** From the file of a clean stop; -1: there was none. */
  readonly previousBrokerEpoch: number;
  readonly heartbeatMs: number;
  readonly registrationTimeoutMs: number;
  readonly controller: ControllerLink;
  /** What all threads of this node have applied of the metadata. */
  readonly appliedEndOffset: () => number;
  /** Told the epoch of each registration. */
  readonly registered: (brokerEpoch: number) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const REGISTRATION_VERSION = 4;
const HEARTBEAT_VERSION = 1;
const RETRY_MS = 50;
/** While the broker waits to be unfenced, or to be let go. */
const IMPATIENT_MS = 5;

/** Trying again cannot help: what is the matter, and what to do. */
const FINAL: Readonly<Partial<Record<ErrorName, string>>> = {
  INCONSISTENT_CLUSTER_ID:
    "its controllers belong to another cluster; look at cluster.id, log.dirs and the controllers " +
    "that are configured",
  UNSUPPORTED_VERSION:
    "it does not know the features that are finalized there; run the version that the cluster runs",
  INVALID_REGISTRATION: "its registration makes no sense; the controller's log says why",
};
/** It may pass, and until then somebody should know. */
const PASSING: Readonly<Partial<Record<ErrorName, string>>> = {
  DUPLICATE_BROKER_REGISTRATION:
    "another process is this broker, and alive: if it stays, give this one another node.id",
};

export class Lifecycle {
  readonly #options: LifecycleOptions;
  #brokerEpoch = -1;
  #isFenced = true;

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  /** Of the registration; -1 before. */
  get brokerEpoch(): number {
    return this.#brokerEpoch;
  }

  /**
   * Resolves when the broker is unfenced. Fault "configuration" if the cluster does not want it.
   */
  async join(): Promise<void> {
    await this.#register();
    while (this.#isFenced) {
      await this.#beat({ wantShutDown: false });
      if (this.#isFenced) await this.#pause(IMPATIENT_MS);
    }
  }

  /** Says that it lives until the signal aborts. */
  async keepAlive(): Promise<void> {
    const { heartbeatMs, signal, logger } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#pause(heartbeatMs);
        await this.#beat({ wantShutDown: false });
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ err: error }, `No heartbeat: ${reason(error)}`);
      }
    }
  }

  /** Hands over what this broker leads. Resolves when it may stop, or the time is up. */
  async leave(timeoutMs: number): Promise<void> {
    const { clock, logger } = this.#options;
    const deadline = clock.monotonic() + timeoutMs;
    try {
      while (clock.monotonic() < deadline) {
        const { shouldShutDown, errorCode } = await this.#beat({ wantShutDown: true });
        if (shouldShutDown) return;
        // It has been looked for: who could let this broker go is not there.
        if (errorCode === errors.NOT_CONTROLLER.code) {
          return logger.warn("Stopping without the controller: none leads at the moment");
        }
        await sleep(clock, IMPATIENT_MS);
      }
      logger.warn(`The controller did not let this broker go within ${timeoutMs} ms`);
    } catch (error) {
      logger.warn({ err: error }, `Stopping without the controller: ${reason(error)}`);
    }
  }

  async #register(): Promise<void> {
    const { clock, registrationTimeoutMs, nodeId, logger } = this.#options;
    const deadline = clock.monotonic() + registrationTimeoutMs;
    let told: string | undefined;
    for (;;) {
      const problem = await this.#tryRegister();
      if (problem === undefined) return;
      const why = PASSING[problem as ErrorName];
      if (why !== undefined && problem !== told) {
        logger.warn({ error: problem }, `Cannot register broker ${nodeId} yet: ${why}`);
      }
      told = problem;
      if (clock.monotonic() > deadline) {
        throw new Fault("network", `Cannot register broker ${nodeId}: ${problem}`);
      }
      await this.#pause(RETRY_MS);
    }
  }

  /** Undefined: it is registered. Else why not, this time. */
  async #tryRegister(): Promise<string | undefined> {
    const options = this.#options;
    let answer: Response<typeof BrokerRegistration>;
    try {
      answer = await options.controller.ask(BrokerRegistration, REGISTRATION_VERSION, {
        brokerId: options.nodeId,
        clusterId: options.clusterId,
        incarnationId: options.incarnationId,
        listeners: options.listeners,
        features: [...SUPPORTED_FEATURES].map(([name, { min, max }]) => ({
          name,
          minSupportedVersion: min,
          maxSupportedVersion: max,
        })),
        rack: options.rack,
        logDirs: options.directoryIds,
        previousBrokerEpoch: BigInt(options.previousBrokerEpoch),
      });
    } catch (error) {
      return reason(error);
    }
    if (answer.errorCode === 0) {
      this.#brokerEpoch = Number(answer.brokerEpoch);
      options.registered(this.#brokerEpoch);
      return undefined;
    }
    const error = errorName(answer.errorCode);
    const why = FINAL[error];
    if (why !== undefined) {
      const message = `The cluster does not take broker ${options.nodeId} (${error}): ${why}`;
      throw new Fault("configuration", message);
    }
    return error;
  }

  async #beat({ wantShutDown }: { readonly wantShutDown: boolean }) {
    const { controller, nodeId, appliedEndOffset } = this.#options;
    const answer = await controller.ask(BrokerHeartbeat, HEARTBEAT_VERSION, {
      brokerId: nodeId,
      brokerEpoch: BigInt(this.#brokerEpoch),
      currentMetadataOffset: BigInt(appliedEndOffset() - 1),
      wantFence: false,
      wantShutDown,
      offlineLogDirs: this.#options.offlineDirectoryIds(),
    });
    if (answer.errorCode === 0) this.#isFenced = answer.isFenced;
    return answer;
  }

  #pause(ms: number): Promise<void> {
    return sleep(this.#options.clock, ms, this.#options.signal);
  }
}
