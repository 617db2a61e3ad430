// DescribeUserScramCredentials: which mechanisms users have, never their keys (KIP-554).

import { scramCredentialsOf } from "@odradek/metadata";
import { CLUSTER, type Endpoint, endpoint } from "@odradek/network";
import { type ErrorName, errors } from "@odradek/protocol/errors";
import {
  DescribeUserScramCredentials,
  type DescribeUserScramCredentialsResponse,
} from "@odradek/protocol/messages/describe_user_scram_credentials";
import { Refusal } from "@odradek/protocol/refusal";
import type { Services } from "./services.ts";

type Answer = DescribeUserScramCredentialsResponse["results"][number];

export function describeUserScramCredentialsEndpoint(
  { image, hooks }: Pick<Services, "image" | "hooks">,
): Endpoint {
  return endpoint(DescribeUserScramCredentials, {
    handle({ users }, context) {
      if (!hooks.authorize(context, "Describe", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      const byUser = Map.groupBy(scramCredentialsOf(image()), ({ name }) => name);
      const isAll = users === null || users.length === 0;
      const asked = isAll ? [...byUser.keys()] : users.map(({ name }) => name);
      const results = [...Map.groupBy(asked, (name) => name)].map(([user, times]): Answer => {
        const credentials = byUser.get(user);
        if (times.length > 1) {
          const what = "Cannot describe SCRAM credentials for the same user twice";
          return refused(user, "DUPLICATE_RESOURCE", `${what} in a single request: ${user}`);
        }
        if (credentials === undefined) {
          const what = "Attempt to describe a user credential that does not exist";
          return refused(user, "RESOURCE_NOT_FOUND", `${what}: ${user}`);
        }
        const credentialInfos = credentials
          .map(({ mechanism, iterations }) => ({ mechanism, iterations }));
        return { user, errorCode: errors.NONE.code, errorMessage: null, credentialInfos };
      });
      return { errorCode: errors.NONE.code, errorMessage: "", results };
    },
    refuse: (_, { code, message }) => ({ errorCode: code, errorMessage: message, results: [] }),
  });
}

function refused(user: string, error: ErrorName, errorMessage: string): Answer {
  return { user, errorCode: errors[error].code, errorMessage, credentialInfos: [] };
}
