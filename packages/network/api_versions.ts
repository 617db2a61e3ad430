// Which APIs and versions this listener serves, made from what is registered (KIP-35), and which
// features the cluster has (KIP-584). The one API that is answered in a version it does not have.

import { apiByName } from "@odradek/protocol/apis";
import { errors } from "@odradek/protocol/errors";
import { ApiVersions, type ApiVersionsResponse } from "@odradek/protocol/messages/api_versions";
import { Refusal } from "@odradek/protocol/refusal";
import type { Versions } from "@odradek/protocol/schema/mod";
import { type Endpoint, endpoint } from "./endpoint.ts";

export interface ClusterFeatures {
  readonly supported: ReadonlyMap<string, { readonly min: number; readonly max: number }>;
  /** Levels. */
  readonly finalized: ReadonlyMap<string, number>;
  /** Of the metadata that they are from; -1: not known yet. */
  readonly epoch: number;
}

/** 5 is newer than the Kafka whose behaviour this has. */
const VERSIONS: Versions = [0, 4];
const SOFTWARE = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;
/** From here on clients can read a minimum of 0. */
const ZERO_MINIMUM_SINCE = 4;
const SOFTWARE_SINCE = 3;

/** `endpoints`: all of the listener, this one included once it is there. */
export function apiVersionsEndpoint(
  endpoints: () => readonly Endpoint[],
  features: () => ClusterFeatures,
): Endpoint {
  return endpoint(ApiVersions, {
    versions: VERSIONS,
    unknownVersion: () => ({
      errorCode: errors.UNSUPPORTED_VERSION.code,
      apiKeys: [entry(apiByName("ApiVersions").key, VERSIONS)],
    }),
    handle(request, context) {
      if (context.version >= SOFTWARE_SINCE) {
        const { clientSoftwareName: name, clientSoftwareVersion: version } = request;
        if (!SOFTWARE.test(name) || !SOFTWARE.test(version)) throw new Refusal("INVALID_REQUEST");
        context.connection.software = { name, version };
      }
      return {
        errorCode: errors.NONE.code,
        apiKeys: endpoints().map(({ api, advertised }) => entry(api.key, advertised))
          .sort((a, b) => a.apiKey - b.apiKey),
        ...featureFields(features(), context.version),
      };
    },
    refuse: (_, { code }) => ({ errorCode: code, apiKeys: [] }),
  });
}

function entry(apiKey: number, [minVersion, maxVersion]: Versions) {
  return { apiKey, minVersion, maxVersion };
}

function featureFields(
  { supported, finalized, epoch }: ClusterFeatures,
  version: number,
): Partial<ApiVersionsResponse> {
  return {
    supportedFeatures: [...supported]
      .filter(([, { min }]) => min > 0 || version >= ZERO_MINIMUM_SINCE)
      .map(([name, { min, max }]) => ({ name, minVersion: min, maxVersion: max })),
    finalizedFeatures: [...finalized].map(([name, level]) => ({
      name,
      maxVersionLevel: level,
      minVersionLevel: level,
    })),
    finalizedFeaturesEpoch: BigInt(epoch),
  };
}
