// What nodes without access control and without authentication answer to those who would use them:
// the same for all, and no connection closes.

import { type Endpoint, endpoint } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { CreateAcls } from "@odradek/protocol/messages/create_acls";
import { CreateDelegationToken } from "@odradek/protocol/messages/create_delegation_token";
import { DeleteAcls } from "@odradek/protocol/messages/delete_acls";
import { DescribeAcls } from "@odradek/protocol/messages/describe_acls";
import { DescribeDelegationToken } from "@odradek/protocol/messages/describe_delegation_token";
import { ExpireDelegationToken } from "@odradek/protocol/messages/expire_delegation_token";
import { RenewDelegationToken } from "@odradek/protocol/messages/renew_delegation_token";
import { Refusal } from "@odradek/protocol/refusal";

export function withoutSecurityEndpoints(): Endpoint[] {
  return [...aclEndpoints(), ...tokenEndpoints()];
}

function aclEndpoints(): Endpoint[] {
  const handle = (): never => {
    throw new Refusal("SECURITY_DISABLED", "No Authorizer is configured.");
  };
  return [
    endpoint(DescribeAcls, {
      handle,
      refuse: (_, { code, message }) => ({
        errorCode: code,
        errorMessage: message,
        resources: [],
      }),
    }),
    endpoint(CreateAcls, {
      handle,
      refuse: ({ creations }, { code, message }) => ({
        results: creations.map(() => ({ errorCode: code, errorMessage: message })),
      }),
    }),
    endpoint(DeleteAcls, {
      handle,
      refuse: ({ filters }, { code, message }) => ({
        filterResults: filters.map(() => ({
          errorCode: code,
          errorMessage: message,
          matchingAcls: [],
        })),
      }),
    }),
  ];
}

/** Nobody who has not authenticated may have a token (KIP-48). */
function tokenEndpoints(): Endpoint[] {
  const handle = (): never => {
    throw new Refusal("DELEGATION_TOKEN_REQUEST_NOT_ALLOWED");
  };
  return [
    endpoint(CreateDelegationToken, {
      handle: (_, { version, connection: { principal: { type, name } } }) => ({
        errorCode: errors.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED.code,
        principalType: type,
        principalName: name,
        ...(version < REQUESTER_SINCE
          ? {}
          : { tokenRequesterPrincipalType: type, tokenRequesterPrincipalName: name }),
        ...NO_TOKEN,
      }),
      refuse: (_, { code: errorCode }) => ({
        errorCode,
        principalType: "",
        principalName: "",
        ...NO_TOKEN,
      }),
    }),
    endpoint(DescribeDelegationToken, {
      handle,
      refuse: (_, { code: errorCode }) => ({ errorCode, tokens: [] }),
    }),
    endpoint(RenewDelegationToken, {
      handle,
      refuse: (_, { code: errorCode }) => ({ errorCode, expiryTimestampMs: -1n }),
    }),
    endpoint(ExpireDelegationToken, {
      handle,
      refuse: (_, { code: errorCode }) => ({ errorCode, expiryTimestampMs: -1n }),
    }),
  ];
}

/** Of a token, who asked for it is told beside its owner. */
const REQUESTER_SINCE = 3;
const NO_TOKEN = {
  issueTimestampMs: -1n,
  expiryTimestampMs: -1n,
  maxTimestampMs: -1n,
  tokenId: "",
  hmac: new Uint8Array(0),
};
