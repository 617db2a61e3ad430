// A connection to one broker that knows which versions the broker offers (KIP-35): every request
// leaves in the highest version that both sides have.

import {
  type Address,
  addressText,
  type Clock,
  Fault,
  type Socket,
  type Transport,
} from "@odradek/base";
import { Peer } from "@odradek/network/peer";
import { ApiVersions } from "@odradek/protocol/messages/api_versions";
import type { AnyApi, RequestDraft, Response, Versions } from "@odradek/protocol/schema/mod";
import { Malformed } from "@odradek/protocol/wire/malformed";
import { BrokerRefused, throwIfRefused } from "../refused.ts";

/** What clients call themselves in ApiVersions (KIP-511). */
const SOFTWARE = { clientSoftwareName: "odradek", clientSoftwareVersion: "0.1.0" };
/** What is tried first: 5 adds nothing but checks of where the client means to be (KIP-1242). */
const API_VERSIONS_FIRST = 4;

export interface LinkOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly clientId: string;
  /** For the connection alone. */
  readonly connectTimeoutMs: number;
  /** Of requests that say no other. */
  readonly requestTimeoutMs: number;
}

/** A request body, or what makes one for the version that is spoken. */
export type DraftFor<A extends AnyApi> = RequestDraft<A> | ((version: number) => RequestDraft<A>);

export interface LinkAskOptions {
  readonly timeoutMs?: number;
  /** Versions above it are not spoken. */
  readonly versionMax?: number;
}

/** What a broker says of itself. */
export interface Offer {
  /** By API key. */
  readonly versions: ReadonlyMap<number, Versions>;
  /** Levels of the features that the cluster has finalized (KIP-584). */
  readonly finalizedFeatures: ReadonlyMap<string, number>;
  /** What the broker could run with. */
  readonly supportedFeatures: ReadonlyMap<string, Versions>;
  /** Of the metadata that the levels are from; -1: not told. */
  readonly featuresEpoch: number;
}

export class Link {
  readonly address: Address;
  readonly offer: Offer;
  readonly #peer: Peer;
  readonly #requestTimeoutMs: number;

  private constructor(peer: Peer, offer: Offer, to: { address: Address; timeoutMs: number }) {
    this.#peer = peer;
    this.offer = offer;
    this.address = to.address;
    this.#requestTimeoutMs = to.timeoutMs;
  }

  /** Connects and asks for versions. Fault "network". */
  static async open(address: Address, options: LinkOptions): Promise<Link> {
    const { clock, clientId, requestTimeoutMs: timeoutMs } = options;
    const peer = new Peer(await connect(address, options), { clock, clientId });
    try {
      return new Link(peer, await askOffer(peer, timeoutMs), { address, timeoutMs });
    } catch (error) {
      peer.destroy();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.#peer.isOpen;
  }

  /** Requests without an answer so far. */
  get askedCount(): number {
    return this.#peer.askedCount;
  }

  /** Undefined: the broker does not offer the API in any version that we speak. */
  versionOf(api: AnyApi, versionMax = Number.POSITIVE_INFINITY): number | undefined {
    const offered = this.offer.versions.get(api.key);
    if (offered === undefined) return undefined;
    const version = Math.min(offered[1], api.versions[1], versionMax);
    return version < Math.max(offered[0], api.versions[0]) ? undefined : version;
  }

  /**
   * Sends at once, so that requests leave in the order of the calls. Fault "network";
   * BrokerRefused UNSUPPORTED_VERSION if there is no version in common.
   */
  async ask<A extends AnyApi>(
    api: A,
    draft: DraftFor<A>,
    { timeoutMs = this.#requestTimeoutMs, versionMax }: LinkAskOptions = {},
  ): Promise<Response<A>> {
    return await this.#peer.ask(api, this.#request(api, draft, versionMax), { timeoutMs });
  }

  /** Sends a request that has no answer. Throws as `ask`. */
  tell<A extends AnyApi>(api: A, draft: DraftFor<A>, versionMax?: number): void {
    this.#peer.tell(api, this.#request(api, draft, versionMax));
  }

  close(): void {
    this.#peer.close();
  }

  #request<A extends AnyApi>(api: A, draft: DraftFor<A>, versionMax: number | undefined) {
    const version = this.versionOf(api, versionMax);
    if (version === undefined) {
      const where = addressText(this.address);
      throw new BrokerRefused("UNSUPPORTED_VERSION", `${where} does not offer ${api.name}`);
    }
    return { version, body: typeof draft === "function" ? draft(version) : draft };
  }
}

function connect(address: Address, options: LinkOptions): Promise<Socket> {
  const { transport, clock, connectTimeoutMs } = options;
  const abort = new AbortController();
  return new Promise((resolve, reject) => {
    const timer = clock.schedule(connectTimeoutMs, () => {
      const where = addressText(address);
      const late = `Cannot connect to ${where}: no answer within ${connectTimeoutMs} ms`;
      reject(new Fault("network", late));
      abort.abort();
    });
    transport.connect(address, abort.signal).then((socket) => {
      timer.cancel();
      if (abort.signal.aborted) socket.destroy();
      else resolve(socket);
    }, (error: unknown) => {
      timer.cancel();
      reject(error);
    });
  });
}

/** A broker that does not know our version answers in the form of version 0, which is no other. */
async function askOffer(peer: Peer, timeoutMs: number): Promise<Offer> {
  const ask = (version: number) =>
    peer.ask(ApiVersions, { version, body: SOFTWARE }, { timeoutMs });
  const answer = await ask(API_VERSIONS_FIRST).catch((error: unknown) => {
    if (error instanceof Malformed) return ask(0);
    throw error;
  });
  throwIfRefused(answer.errorCode);
  return {
    versions: new Map(
      answer.apiKeys.map((one) => [one.apiKey, [one.minVersion, one.maxVersion] as const]),
    ),
    supportedFeatures: new Map(
      answer.supportedFeatures.map((one) => [one.name, [one.minVersion, one.maxVersion]]),
    ),
    featuresEpoch: Number(answer.finalizedFeaturesEpoch),
    finalizedFeatures: new Map(
      answer.finalizedFeatures.map((one) => [one.name, one.maxVersionLevel]),
    ),
  };
}
