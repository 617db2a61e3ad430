// This node's replica of the metadata quorum: the metadata log on disk, the driver of the raft core
// over it, the controller on top, and whoever asks it. An object; the quorum thread is its host.

import { type Bug, METADATA_TOPIC, NO_NODE, type Socket } from "@odradek/base";
import { LiveConfig } from "@odradek/metadata/configs/mod";
import { allowAll, RareLines } from "@odradek/network";
import { ControllerRegistration } from "@odradek/protocol/messages/controller_registration";
import { Refusal } from "@odradek/protocol/refusal";
import { Controller } from "./controller.ts";
import { ControllerListeners } from "./listeners.ts";
import { ledQuorum } from "./quorum/led.ts";
import { KRAFT_VERSIONS } from "./quorum/first_voters.ts";
import { memberOf } from "./quorum/member.ts";
import { keepOwnVote } from "./quorum/own_vote.ts";
import { takeOwnVoteStep } from "./quorum/own_vote_request.ts";
import type { QuorumGauges } from "./gauges/quorum_gauges.ts";
import {
  type ControllerPlace,
  openParts,
  type Parts,
  type QuorumReplicaOptions,
} from "./quorum_parts.ts";
import { registerController } from "./registration.ts";
import { controllerDispatch, type ControllerServices, localDispatch } from "./requests/mod.ts";
import type { ActiveController } from "./requests/relayed.ts";

/** Of the time that a broker waits for its answer, a request looks for the controller so long. */
const LOOKING_PART = 0.75;

export class QuorumReplica {
  readonly #options: QuorumReplicaOptions;
  readonly controller: Controller;
  readonly #parts: Parts;
  readonly #lines: RareLines;
  readonly #listeners: ControllerListeners;
  readonly #stopping = new AbortController();
  #registered: Promise<void> = Promise.resolve();
  #voting: Promise<void> = Promise.resolve();

  private constructor(options: QuorumReplicaOptions, parts: Parts) {
    this.#options = options;
    this.controller = parts.controller;
    this.#parts = parts;
    this.#lines = new RareLines(options.clock, options.logger);
    this.#listeners = this.#makeListeners();
  }

  #makeListeners(): ControllerListeners {
    const { node, bounds, transport, lookup, clock, logger } = this.#options;
    const live = new LiveConfig(node.config, node.nodeId);
    const services = this.#services();
    return new ControllerListeners({
      node,
      config: () => {
        live.follow(this.controller.image);
        return live.current;
      },
      dispatch: controllerDispatch(services),
      localDispatch: localDispatch(services, this.#active()),
      bounds,
      transport,
      lookup,
      clock,
      logger,
    });
  }

  /** Opens what is on disk. It does nothing yet: see `start`. */
  static async open(
    options: QuorumReplicaOptions,
    places: readonly ControllerPlace[],
  ): Promise<QuorumReplica> {
    return new QuorumReplica(options, await openParts(options, places));
  }

  /**
   * Resolves when others can reach this node; where it is the whole quorum, when it serves as the
   * active controller.
   */
  async start(places: readonly ControllerPlace[]): Promise<void> {
    const { snapshots, quorum } = this.#parts;
    const { node: { nodeId: id, roles }, directoryId } = this.#options;
    await snapshots.start();
    await this.#listeners.open(places);
    await quorum.start();
    if (quorum.state.voters.isOnlyVoter({ id, directoryId })) await this.controller.whenActive;
    else if (roles.controller) this.#registered = this.#register();
    if (roles.controller) this.#voting = this.#vote();
  }

  /** For whoever asks how this node is. */
  tellOf(gauges: QuorumGauges): void {
    const { controller, quorum } = this.#parts;
    const { node: { nodeId: id }, directoryId } = this.#options;
    const { state, endOffset } = quorum;
    const { image, isActive } = controller;
    gauges.tell({ self: { id, directoryId }, state, image, endOffset, isActive });
  }

  /** A connection from another thread of this process. */
  accept(socket: Socket): void {
    this.#listeners.accept(socket);
  }

  async stop(): Promise<void> {
    const { elections, snapshots, quorum, replicas, fencing } = this.#parts;
    this.#stopping.abort();
    fencing.stop();
    elections.stop();
    await this.#registered;
    await this.#voting;
    await this.#listeners.close();
    await snapshots.stop();
    await quorum.stop();
    await replicas.stop();
    this.#listeners.destroy();
  }

  #register(): Promise<void> {
    const { clock, node: { nodeId: controllerId } } = this.#options;
    const { incarnationId, endpoints } = this.#parts;
    const active = this.#active();
    return registerController({
      controllerId,
      incarnationId,
      endpoints,
      image: () => this.controller.image,
      ask: (body) => {
        const request = { api: ControllerRegistration, version: 0, body };
        return active.ask(request, active.timeoutMs);
      },
      clock,
      lines: this.#lines,
      signal: this.#stopping.signal,
    });
  }

  #vote(): Promise<void> {
    const { clock, clusterId, directoryId, node: { nodeId: id, config } } = this.#options;
    const { endpoints: all, quorum, replicas, voterChanges } = this.#parts;
    const endpoints = all.map(({ name, host, port }) => ({ name, host, port }));
    return keepOwnVote({
      self: { id, directoryId, endpoints, kraftVersions: KRAFT_VERSIONS },
      joins: config.value("controller.quorum.auto.join.enable"),
      voters: () => quorum.state.voters,
      take: (step) => takeOwnVoteStep(step, { clusterId, quorum, replicas, voterChanges }),
      clock,
      lines: this.#lines,
      signal: this.#stopping.signal,
    });
  }

  #active(): ActiveController {
    const { clock, node: { nodeId: own, roles, config } } = this.#options;
    const { quorum, replicas } = this.#parts;
    // A broker alone is not the controller of the same number.
    const isHere = (): boolean => roles.controller && quorum.leaderId === own;
    return {
      isHere,
      ask: async ({ api, version, body }, timeoutMs) => {
        const { leaderId } = quorum;
        if (leaderId === NO_NODE || isHere()) {
          throw quorum.refusal ?? new Refusal("NOT_CONTROLLER");
        }
        const call = { api, version, body: body as never };
        const answer = await replicas.relay(leaderId, call, timeoutMs);
        return answer as { readonly errorCode: number };
      },
      clock,
      timeoutMs: LOOKING_PART * config.value("controller.quorum.request.timeout.ms"),
    };
  }

  #services(): ControllerServices {
    const { node: { config, nodeId: own }, clusterId, clock, logger, fatal } = this.#options;
    const { controller, fencing: sessions, quorum, replicas } = this.#parts;
    const { files, directoryId, loggers } = this.#options;
    const directory = `${this.#options.metadataLogDir}/${METADATA_TOPIC}-0`;
    const self = { id: own, directoryId };
    return {
      controller,
      sessions,
      nodeId: own,
      quorum: {
        image: () => controller.image,
        leaderId: () => quorum.leaderId,
        led: () => controller.isActive ? ledQuorum(quorum.state, { self, clock }) : undefined,
        leadership: () => ({ leaderId: quorum.leaderId, leaderEpoch: quorum.epoch }),
        voterChanges: this.#parts.voterChanges,
        ...memberOf({ clusterId, nodeId: own, quorum, replicas, files, directory }),
      },
      config,
      loggers,
      hooks: allowAll,
      logger,
      lines: this.#lines,
      counters: this.#options.counters,
      fatal: (bug: Bug) => fatal(bug),
    };
  }
}

export type { ControllerPlace, QuorumReplicaOptions };
