// Envelope: a client's request that a broker hands on, with who asked and from where (KIP-590).

import { assert } from "@odradek/base";
import {
  ANONYMOUS,
  CLUSTER,
  type Dispatch,
  type Endpoint,
  endpoint,
  type Hooks,
  type Principal,
  type RequestContext,
  writeAnswer,
} from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { Envelope, type EnvelopeRequest } from "@odradek/protocol/messages/envelope";
import { Refusal } from "@odradek/protocol/refusal";
import { DefaultPrincipal } from "@odradek/protocol/schemas/principal";
import { Malformed } from "@odradek/protocol/wire/malformed";
import { Reader } from "@odradek/protocol/wire/reader";
import { Writer } from "@odradek/protocol/wire/writer";

/**
 * `inner` serves what may come in an envelope. What is refused with NOT_CONTROLLER there is the
 * envelope's own error, by which the broker knows to look for the controller: see `handedOn`.
 */
export function envelopeEndpoint(inner: Dispatch, hooks: Hooks): Endpoint {
  return endpoint(Envelope, {
    async handle(request, context) {
      if (!hooks.authorize(context, "ClusterAction", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      return { errorCode: errors.NONE.code, responseData: await carryOut(inner, request, context) };
    },
    refuse: (_, { code: errorCode }) => ({ errorCode, responseData: null }),
  });
}

/** An endpoint as `inner` has it: it refuses with NOT_CONTROLLER by throwing. */
export function handedOn(one: Endpoint): Endpoint {
  return {
    ...one,
    refuse(request, refusal) {
      if (refusal.error === "NOT_CONTROLLER") throw refusal;
      return one.refuse(request, refusal);
    },
  };
}

async function carryOut(
  inner: Dispatch,
  request: EnvelopeRequest,
  context: RequestContext,
): Promise<Uint8Array> {
  try {
    const opened = inner.open(request.requestData);
    const { correlationId, clientId, version } = opened;
    const connection = {
      ...context.connection,
      principal: principalOf(request.requestPrincipal),
      clientAddress: addressText(request.clientHostAddress),
    };
    const outcome = await inner.run(opened, {
      connection,
      correlationId,
      clientId,
      version,
      receivedAtMs: context.receivedAtMs,
      signal: context.signal,
      hold: (lease) => context.hold(lease),
      closeConnection: () => context.closeConnection(),
    });
    assert(outcome.answer !== undefined, "What comes in an envelope has an answer");
    const writer = new Writer();
    writeAnswer(writer, opened, outcome);
    return writer.finishWhole();
  } catch (error) {
    if (error instanceof Malformed) throw new Refusal("INVALID_REQUEST", error.message);
    throw error;
  }
}

function principalOf(bytes: Uint8Array | null): Principal {
  if (bytes === null) return ANONYMOUS;
  try {
    const reader = new Reader(bytes);
    const version = reader.int16();
    if (version !== 0) throw new Malformed(`Cannot read principal: version ${version}`);
    const { type, name } = DefaultPrincipal.read(reader, version);
    return { type, name };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Refusal("PRINCIPAL_DESERIALIZATION_FAILURE", error.message);
  }
}

/** Of 4 or 16 bytes. */
function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) throw new Refusal("INVALID_REQUEST", "The client has no address");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: 8 }, (_, i) => view.getUint16(i * 2).toString(16)).join(":");
}
