// Fences brokers whose sessions are over: carries out what `broker_sessions.ts` finds due, while
// this controller is the active one.

import type { Address, Clock, NodeId, Timer, Transport } from "@odradek/base";
import { addressText, reason, sleep } from "@odradek/base";
import type { ClusterImage } from "@odradek/metadata";
import type { Logger, RequestContext } from "@odradek/network";
import type { Controller } from "../controller.ts";
import { decideFenceBroker } from "../decide/fence_broker.ts";
import { BrokerSessions, type SessionKey, type SessionLimits } from "./broker_sessions.ts";

export interface FencingOptions {
  readonly limits: SessionLimits;
  /** Of the listener that brokers use among themselves; undefined: their first. */
  readonly listener: string | undefined;
  readonly controller: Pick<Controller, "decide" | "image" | "isActive">;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How often and at which intervals somebody is looked for. */
const PROBES = 3;
const PROBE_MS = 100;

export class Fencing {
  readonly #options: FencingOptions;
  readonly #sessions: BrokerSessions;
  /** Of connections that heartbeats have come on: told once when they end. */
  readonly #watched = new Map<AbortSignal, number>();
  readonly #stopping = new AbortController();
  #connections = 0;
  #timer: Timer | undefined;
  #isActive = false;

  constructor(options: FencingOptions) {
    this.#options = options;
    this.#sessions = new BrokerSessions(options.limits);
  }

  /** This node has become the active controller, or is it no more. */
  activity(isActive: boolean): void {
    this.#isActive = isActive;
    this.#timer?.cancel();
    if (!isActive) return;
    const { controller: { image }, clock } = this.#options;
    this.#sessions.activate(image.brokers.values(), clock.monotonic());
    this.#schedule();
  }

  /** A heartbeat, or a registration, has been accepted. */
  heard(key: SessionKey, context: Pick<RequestContext, "signal">): void {
    if (!this.#isActive) return;
    const connection = this.#connectionOf(context.signal);
    this.#sessions.heard(key, connection, this.#options.clock.monotonic());
    this.#schedule();
  }

  /** It has been let go. */
  left(key: SessionKey): void {
    this.#sessions.ended(key);
  }

  isAlive(key: SessionKey): boolean {
    return this.#sessions.isAlive(key, this.#options.clock.monotonic());
  }

  isOver(key: SessionKey): boolean {
    return this.#sessions.isOver(key, this.#options.clock.monotonic());
  }

  stop(): void {
    this.#isActive = false;
    this.#timer?.cancel();
    this.#stopping.abort();
  }

  #connectionOf(signal: AbortSignal): number {
    const known = this.#watched.get(signal);
    if (known !== undefined) return known;
    const connection = ++this.#connections;
    this.#watched.set(signal, connection);
    signal.addEventListener("abort", () => {
      this.#watched.delete(signal);
      this.#sessions.broke(connection, this.#options.clock.monotonic());
      this.#schedule();
    }, { once: true });
    return connection;
  }

  #schedule(): void {
    if (!this.#isActive) return;
    const { clock } = this.#options;
    this.#timer?.cancel();
    const { nextMs } = this.#sessions;
    if (nextMs === Infinity) return;
    const inMs = Math.max(Math.ceil(nextMs - clock.monotonic()), 0);
    this.#timer = clock.schedule(inMs, () => this.#carryOut());
  }

  #carryOut(): void {
    const nowMs = this.#options.clock.monotonic();
    for (const key of this.#sessions.toProbe(nowMs)) void this.#probe(key);
    for (const key of this.#sessions.expired(nowMs)) {
      void this.#fence(key, `it has not been heard for ${this.#options.limits.sessionMs} ms`);
    }
    this.#schedule();
  }

  /** Nobody there, each of the times: then its process has ended, and not only a connection. */
  async #probe(key: SessionKey): Promise<void> {
    const { clock, controller } = this.#options;
    const address = addressOf(controller.image, key.id, this.#options.listener);
    if (address === undefined) return;
    for (let i = 0; i < PROBES; i++) {
      if (i > 0) await sleep(clock, PROBE_MS, this.#stopping.signal).catch(() => undefined);
      if (this.#stopping.signal.aborted || await this.#isThere(address)) return;
    }
    if (!this.#isActive || !this.#sessions.isGone(key, clock.monotonic())) return;
    await this.#fence(key, `nobody listens on ${addressText(address)}`);
  }

  async #isThere(address: Address): Promise<boolean> {
    const { clock, transport } = this.#options;
    const silence = new AbortController();
    const timer = clock.schedule(PROBE_MS, () => silence.abort());
    try {
      const signal = AbortSignal.any([this.#stopping.signal, silence.signal]);
      (await transport.connect(address, signal)).destroy();
      return true;
    } catch {
      // Refused, unreachable, unknown: nobody. A silence of this length says nothing.
      return silence.signal.aborted;
    } finally {
      timer.cancel();
    }
  }

  async #fence(key: SessionKey, why: string): Promise<void> {
    const { controller, logger } = this.#options;
    this.#sessions.ended(key);
    try {
      const isFenced = await controller.decide((next, given) =>
        decideFenceBroker(next, key, given)
      );
      if (isFenced) logger.info(`Broker ${key.id} is fenced: ${why}`);
    } catch (error) {
      // Whoever is the active controller next grants it a session, and sees for itself.
      logger.warn({ err: error }, `Broker ${key.id} could not be fenced: ${reason(error)}`);
    }
  }
}

function addressOf(
  image: ClusterImage,
  id: NodeId,
  listener: string | undefined,
): Address | undefined {
  const broker = image.brokers.get(id);
  if (broker === undefined || broker.isFenced || broker.isInControlledShutdown) return undefined;
  return broker.endpoints.find(({ name }) => name === listener) ?? broker.endpoints[0];
}
