// What brokers tell of quotas and SCRAM users, what they hand on, and what they have not.

import { allowAll } from "@odradek/network";
import { imageOf } from "@odradek/metadata/testing/image_of";
import { errorName } from "@odradek/protocol/errors";
import { CreateAcls } from "@odradek/protocol/messages/create_acls";
import { CreateDelegationToken } from "@odradek/protocol/messages/create_delegation_token";
import { DescribeAcls } from "@odradek/protocol/messages/describe_acls";
import { DescribeClientQuotas } from "@odradek/protocol/messages/describe_client_quotas";
import {
  DescribeUserScramCredentials,
} from "@odradek/protocol/messages/describe_user_scram_credentials";
import { UnregisterBroker } from "@odradek/protocol/messages/unregister_broker";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ControllerLink } from "../controller_link.ts";
import { answerOf, versionsOf } from "../testing/requests.ts";
import { describeClientQuotasEndpoint } from "./describe_client_quotas.ts";
import { describeUserScramCredentialsEndpoint } from "./describe_user_scram_credentials.ts";
import { forwardedEndpoints } from "./forwarded.ts";
import { withoutSecurityEndpoints } from "./without_security.ts";

const test = suite("kept requests");

const bytes = new Uint8Array([1]);
const keys = { salt: bytes, storedKey: bytes, serverKey: bytes, iterations: 4096 };
const quota = (key: string, value: number, parts: Record<string, string | null>) => ({
  type: "ClientQuotaRecord" as const,
  entity: Object.entries(parts).map(([entityType, entityName]) => ({ entityType, entityName })),
  key,
  value,
  remove: false,
});
const image = imageOf([
  quota("producer_byte_rate", 1, { user: "u" }),
  quota("consumer_byte_rate", 2, { user: "u" }),
  quota("producer_byte_rate", 3, { user: "u", "client-id": "c" }),
  quota("producer_byte_rate", 4, { user: null }),
  { type: "UserScramCredentialRecord", name: "alice", mechanism: 1, ...keys },
  { type: "UserScramCredentialRecord", name: "alice", mechanism: 2, ...keys },
]);
const services = { image: () => image, hooks: allowAll };

test("DescribeClientQuotas tells the quotas of the entities that match", async () => {
  const endpoint = describeClientQuotasEndpoint(services);
  const find = async (matchType: number, match: string | null, strict: boolean) => {
    const body = { components: [{ entityType: "user", matchType, match }], strict };
    const { entries } = await answerOf(DescribeClientQuotas, endpoint, { version: 1, body });
    return entries?.map(({ values }) => values.map(({ value }) => value));
  };
  assert.equal(await find(0, "u", false), [[1, 2], [3]]);
  assert.equal(await find(0, "u", true), [[1, 2]]);
  assert.equal(await find(1, null, false), [[4]]);
  assert.equal(await find(2, null, false), [[1, 2], [3], [4]]);
});

test("DescribeClientQuotas refuses filters that mean nothing", async () => {
  const endpoint = describeClientQuotasEndpoint(services);
  const user = { entityType: "user", matchType: 2, match: null };
  const cases: [typeof user[], string][] = [
    [[{ ...user, entityType: "" }], "Invalid empty entity type."],
    [[{ ...user, entityType: "nope" }], "Unsupported entity type nope"],
    [[{ ...user, matchType: 9 }], "Unknown match type 9"],
    [[{ ...user, matchType: 0 }], "set match string to null"],
    [[user, user], "Entity type user cannot appear more than once"],
    [[user, { ...user, entityType: "ip" }], "Invalid entity filter component combination"],
  ];
  for (const version of versionsOf(endpoint)) {
    for (const [components, message] of cases) {
      const body = { components, strict: false };
      const answer = await answerOf(DescribeClientQuotas, endpoint, { version, body });
      assert.match(answer.errorMessage ?? "", message);
      assert.is(answer.entries, null);
    }
  }
});

test("DescribeUserScramCredentials tells mechanisms, of all or of those asked for", async () => {
  const endpoint = describeUserScramCredentialsEndpoint(services);
  const ask = async (names: string[] | null) => {
    const users = names?.map((name) => ({ name })) ?? null;
    const asking = { version: 0, body: { users } };
    const { results } = await answerOf(DescribeUserScramCredentials, endpoint, asking);
    return results.map(({ user, errorCode, credentialInfos }) => [
      user,
      errorName(errorCode),
      credentialInfos.map(({ mechanism }) => mechanism),
    ]);
  };
  assert.equal(await ask(null), [["alice", "NONE", [1, 2]]]);
  assert.equal(await ask(["bob", "alice", "bob"]), [
    ["bob", "DUPLICATE_RESOURCE", []],
    ["alice", "NONE", [1, 2]],
  ]);
  assert.equal(await ask(["bob"]), [["bob", "RESOURCE_NOT_FOUND", []]]);
});

test("forwardedEndpoints hand on the request and give back the answer", async () => {
  const asked: unknown[] = [];
  const answer = { errorCode: 102, errorMessage: "Who?" };
  const forward = (...all: unknown[]) => Promise.resolve((asked.push(all[1]), answer));
  const controller = { forward } as unknown as ControllerLink;
  const endpoint = forwardedEndpoints({ controller }).find(({ api }) => api === UnregisterBroker);
  assert.ok(endpoint);
  const body = { brokerId: 7 };
  const given = await answerOf(UnregisterBroker, endpoint, { version: 0, body });
  assert.equal([given.errorCode, given.errorMessage], [102, "Who?"]);
  assert.equal(asked, [{ version: 0, body }]);
});

test("withoutSecurityEndpoints say that there is neither access control nor login", async () => {
  const find = (api: unknown) => {
    const endpoint = withoutSecurityEndpoints().find((one) => one.api === api);
    assert.ok(endpoint);
    return endpoint;
  };
  const filter = { resourceTypeFilter: 1, operation: 1, permissionType: 1 };
  const nobody = { resourceNameFilter: null, principalFilter: null, hostFilter: null };
  const acls = await answerOf(DescribeAcls, find(DescribeAcls), {
    version: 1,
    body: { ...filter, ...nobody },
  });
  assert.is(errorName(acls.errorCode), "SECURITY_DISABLED");
  const creation = { resourceType: 2, resourceName: "t", principal: "User:a", host: "*" };
  const creations = [{ ...creation, operation: 3, permissionType: 3 }];
  const created = await answerOf(CreateAcls, find(CreateAcls), { version: 1, body: { creations } });
  assert.equal(created.results.map(({ errorCode }) => errorName(errorCode)), ["SECURITY_DISABLED"]);
  const endpoint = find(CreateDelegationToken);
  for (const version of versionsOf(endpoint)) {
    const body = { renewers: [], maxLifetimeMs: 1000n };
    const token = await answerOf(CreateDelegationToken, endpoint, { version, body });
    assert.is(errorName(token.errorCode), "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED");
    assert.is(token.principalName, "ANONYMOUS");
  }
});

test.run();
