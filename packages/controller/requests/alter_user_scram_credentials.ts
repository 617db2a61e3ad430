// AlterUserScramCredentials: from brokers that hand it on, or from tools that ask the controller.

import { createHash, createHmac } from "node:crypto";
import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import {
  AlterUserScramCredentials,
  type AlterUserScramCredentialsRequest,
} from "@odradek/protocol/messages/alter_user_scram_credentials";
import { Refusal } from "@odradek/protocol/refusal";
import type { Controller } from "../controller.ts";
import {
  decideAlterUserScramCredentials,
  type NewCredential,
} from "../decide/alter_user_scram_credentials.ts";

const HASHES = ["sha256", "sha512"] as const;

export function alterUserScramCredentialsEndpoint(
  controller: Controller,
  hooks: Hooks,
): Endpoint {
  return endpoint(AlterUserScramCredentials, {
    async handle({ deletions, upsertions }, context) {
      if (!hooks.authorize(context, "Alter", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      const command = { deletions, upsertions: upsertions.map(credentialOf) };
      const results = await controller.decide((next) =>
        decideAlterUserScramCredentials(next, command)
      );
      return { results };
    },
    refuse: ({ deletions, upsertions }, { code: errorCode, message: errorMessage }) => ({
      results: [...new Set([...deletions, ...upsertions].map(({ name }) => name))]
        .map((user) => ({ user, errorCode, errorMessage })),
    }),
  });
}

/** What a broker keeps of a password (RFC 5802, section 3). */
function credentialOf(
  upsertion: AlterUserScramCredentialsRequest["upsertions"][number],
): NewCredential {
  const { name, mechanism, iterations, salt, saltedPassword } = upsertion;
  const hash = HASHES[mechanism - 1];
  const named = { name, mechanism, iterations, salt: salt.slice() };
  if (hash === undefined || saltedPassword.length === 0) {
    return { ...named, storedKey: new Uint8Array(0), serverKey: new Uint8Array(0) };
  }
  const key = (what: string) => createHmac(hash, saltedPassword).update(what).digest();
  return {
    ...named,
    storedKey: createHash(hash).update(key("Client Key")).digest(),
    serverKey: key("Server Key"),
  };
}
