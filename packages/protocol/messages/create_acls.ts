// Creates ACLs; admin clients send it to any broker, which forwards it to the controller, or to the
// controller itself.

import {
  api,
  array,
  int16,
  int32,
  int8,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

const creation = {
  /**
   * 2: topic, 3: group, 4: cluster, 5: transactional id, 6: delegation token, 7: user (version 3).
   */
  resourceType: int8,
  /** `*`: all of the type; of the cluster always `kafka-cluster`. */
  resourceName: string,
  /** 3: literal, 4: prefixed (KIP-290). */
  resourcePatternType: int8.default(3),
  /** `User:name`; `User:*`: everybody. */
  principal: string,
  /** Address of the client, or `*`. */
  host: string,
  /**
   * 2: all, 3: read, 4: write, 5: create, 6: delete, 7: alter, 8: describe, 9: cluster action, 10:
   * describe configs, 11: alter configs, 12: idempotent write, 13: create tokens, 14: describe
   * tokens, 15: two-phase commit.
   */
  operation: int8,
  /** 2: deny, 3: allow. */
  permissionType: int8,
};

export const CreateAcls = api({
  key: 30,
  name: "CreateAcls",
  versions: [1, 3],
  flexibleSince: 2,
  request: { creations: array(creation) },
  response: {
    throttleTimeMs: int32.default(0),
    /** In the order of the request. */
    results: array({ errorCode: int16, errorMessage: string.nullable() }),
  },
});
export type CreateAclsRequest = Request<typeof CreateAcls>;
export type CreateAclsResponse = ResponseDraft<typeof CreateAcls>;
