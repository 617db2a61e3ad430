// A broker's way to the active controller: one connection, over which requests go in order. In a
// combined node it is a port between two threads.

import { type Clock, Fault, type Socket } from "@odradek/base";
import { Peer, type Principal } from "@odradek/network";
import { errorName } from "@odradek/protocol/errors";
import { RequestHeader, ResponseHeader } from "@odradek/protocol/header";
import { Envelope } from "@odradek/protocol/messages/envelope";
import { Refusal } from "@odradek/protocol/refusal";
import type { AnyApi, RequestDraft, Response } from "@odradek/protocol/schema/mod";
import { DefaultPrincipal } from "@odradek/protocol/schemas/principal";
import { Reader } from "@odradek/protocol/wire/reader";
import { Writer } from "@odradek/protocol/wire/writer";

/** Who asks, and from where, of a request that is handed on. */
export interface ForwardedFor {
  readonly principal: Principal;
  readonly clientAddress: string;
  readonly clientId: string | null;
}

export interface ControllerLinkOptions {
  readonly clock: Clock;
  /** A new connection whenever there is none, or the last one has ended. */
  readonly connect: () => Promise<Socket>;
  readonly clientId: string;
  readonly timeoutMs: number;
  /**
   * Resolves when what has come of the metadata is applied. A controller tells what it has decided
   * before it answers: so whoever asked finds it here. Of another node's it may come later.
   */
  readonly caughtUp?: () => Promise<void> | undefined;
}

export class ControllerLink {
  readonly #options: ControllerLinkOptions;
  #peer: Promise<Peer> | undefined;

  constructor(options: ControllerLinkOptions) {
    this.#options = options;
  }

  /** Fault "network" if there is no answer: then it is not known whether it was carried out. */
  async ask<A extends AnyApi>(
    api: A,
    version: number,
    body: RequestDraft<A>,
  ): Promise<Response<A>> {
    const { timeoutMs } = this.#options;
    return await (await this.#connected()).ask(api, { version, body }, { timeoutMs });
  }

  /** Hands a client's request on (KIP-590). Refuses with what the envelope is refused with. */
  async forward<A extends AnyApi>(
    api: A,
    request: { readonly version: number; readonly body: RequestDraft<A> },
    asked: ForwardedFor,
  ): Promise<Response<A>> {
    const { version, body } = request;
    const answer = await this.ask(Envelope, 0, {
      requestData: encodeRequest(api, version, { body, clientId: asked.clientId }),
      requestPrincipal: encodePrincipal(asked.principal),
      clientHostAddress: encodeAddress(asked.clientAddress),
    });
    if (answer.errorCode !== 0 || answer.responseData === null) {
      throw new Refusal(errorName(answer.errorCode));
    }
    const reader = new Reader(answer.responseData);
    ResponseHeader.read(reader, api.responseHeaderVersion(version));
    const response = api.response.read(reader, version) as Response<A>;
    await this.#options.caughtUp?.();
    return response;
  }

  async close(): Promise<void> {
    (await this.#peer)?.close();
  }

  async #connected(): Promise<Peer> {
    const known = this.#peer;
    if (known !== undefined && (await known).isOpen) return await known;
    const { clock, clientId, connect } = this.#options;
    const connecting = connect().then((socket) => new Peer(socket, { clock, clientId }));
    this.#peer = connecting;
    try {
      return await connecting;
    } catch (error) {
      this.#peer = undefined;
      throw new Fault("network", "Cannot reach the controller", { cause: error });
    }
  }
}

function encodeRequest<A extends AnyApi>(
  api: A,
  version: number,
  { body, clientId }: { readonly body: RequestDraft<A>; readonly clientId: string | null },
): Uint8Array {
  const writer = new Writer();
  const header = {
    requestApiKey: api.key,
    requestApiVersion: version,
    correlationId: 0,
    clientId,
  };
  RequestHeader.codec(api.requestHeaderVersion(version)).write(writer, header);
  api.request.codec(version).write(writer, body as never);
  return writer.finishWhole();
}

/** Behind its version, int16. */
function encodePrincipal({ type, name }: Principal): Uint8Array {
  const writer = new Writer();
  writer.int16(0);
  DefaultPrincipal.codec(0).write(writer, { type, name, tokenAuthenticated: false });
  return writer.finishWhole();
}

/** 4 or 16 bytes; what is no address counts as the unspecified one. */
export function encodeAddress(text: string): Uint8Array {
  const parts = text.split(".").map(Number);
  if (parts.length === 4 && parts.every((part) => part >= 0 && part <= 255)) {
    return Uint8Array.from(parts);
  }
  return text.includes(":") ? encodeIPv6(text) : new Uint8Array(4);
}

function encodeIPv6(text: string): Uint8Array {
  const [head = "", tail] = (text.split("%")[0] ?? "").split("::");
  const groups = (half: string): number[] =>
    half === "" ? [] : half.split(":").map((group) => Number.parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail ?? "")];
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  const all = [...first, ...Array.from({ length: Math.max(0, zeros) }, () => 0), ...last];
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  all.slice(0, 8).forEach((group, i) => view.setUint16(i * 2, group));
  return bytes;
}
