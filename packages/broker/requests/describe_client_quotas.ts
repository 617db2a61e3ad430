// DescribeClientQuotas: which quotas are set for users, client ids and addresses (KIP-546).

import { quotasOf } from "@odradek/metadata";
import { CLUSTER, type Endpoint, endpoint } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import {
  DescribeClientQuotas,
  type DescribeClientQuotasRequest,
  type DescribeClientQuotasResponse,
} from "@odradek/protocol/messages/describe_client_quotas";
import { Refusal } from "@odradek/protocol/refusal";
import type { Services } from "./services.ts";

type Reached = Pick<Services, "image" | "hooks">;
type Component = DescribeClientQuotasRequest["components"][number];
type Entry = NonNullable<DescribeClientQuotasResponse["entries"]>[number];
type Entity = Entry["entity"];

const TYPES: readonly string[] = ["user", "client-id", "ip"];
const [EXACT, DEFAULT, ANY] = [0, 1, 2];

export function describeClientQuotasEndpoint({ image, hooks }: Reached): Endpoint {
  return endpoint(DescribeClientQuotas, {
    handle(request, context) {
      if (!hooks.authorize(context, "DescribeConfigs", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      checkFilter(request.components);
      const entries = grouped(quotasOf(image())).filter(({ entity }) => matches(entity, request));
      return { errorCode: errors.NONE.code, errorMessage: "", entries };
    },
    refuse: (_, { code, message }) => ({ errorCode: code, errorMessage: message, entries: null }),
  });
}

function checkFilter(components: readonly Component[]): void {
  for (const { entityType, matchType, match } of components) {
    if (entityType === "") throw invalid("Invalid empty entity type.");
    if (!TYPES.includes(entityType)) {
      throw new Refusal("UNSUPPORTED_VERSION", `Unsupported entity type ${entityType}`);
    }
    if (matchType !== EXACT && matchType !== DEFAULT && matchType !== ANY) {
      throw invalid(`Unknown match type ${matchType}`);
    }
    if (matchType === EXACT && match === null) {
      throw invalid("Request specified MATCH_TYPE_EXACT, but set match string to null.");
    }
  }
  const types = new Set<string>();
  for (const { entityType: type } of components) {
    if (types.has(type)) {
      throw invalid(`Entity type ${type} cannot appear more than once in the filter.`);
    }
    types.add(type);
  }
  if (types.has("ip") && types.size > 1) {
    const why = "IP filter component should not be used with user or clientId filter component.";
    throw invalid(`Invalid entity filter component combination. ${why}`);
  }
}

function grouped(quotas: ReturnType<typeof quotasOf>): Entry[] {
  const byEntity = Map.groupBy(quotas, ({ entity }) =>
    JSON.stringify(entity.map(({ entityType, entityName }) => [entityType, entityName]).sort()));
  return [...byEntity.values()].map((some) => ({
    entity: some[0]?.entity ?? [],
    values: some.map(({ key, value }) => ({ key, value })),
  }));
}

function matches(entity: Entity, { components, strict }: DescribeClientQuotasRequest): boolean {
  const isMatched = components.every(({ entityType, matchType, match }) => {
    const part = entity.find((one) => one.entityType === entityType);
    if (part === undefined) return false;
    if (matchType === ANY) return true;
    return part.entityName === (matchType === DEFAULT ? null : match);
  });
  return isMatched && !(strict && entity.length > components.length);
}

function invalid(message: string): Refusal {
  return new Refusal("INVALID_REQUEST", message);
}
