// Asks which APIs, versions and features the other side has; clients send it first on a connection,
// before they authenticate.

import {
  api,
  array,
  boolean,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

/** An unknown version is answered in the form of version 0 (KIP-511). */
export const ApiVersions = api({
  key: 18,
  name: "ApiVersions",
  versions: [0, 5],
  flexibleSince: 3,
  request: {
    /** For metrics and logs, as the version. */
    clientSoftwareName: string.since(3).ignorable(),
    clientSoftwareVersion: string.since(3).ignorable(),
    /**
     * Where the client means to be, with `nodeId`: else REBOOTSTRAP_REQUIRED (KIP-1242). null: it
     * does not care.
     */
    clusterId: string.since(5).nullable().default(null).ignorable(),
    /** -1: it does not care. */
    nodeId: int32.since(5).default(-1).ignorable(),
  },
  response: {
    /** UNSUPPORTED_VERSION comes with the one entry of ApiVersions itself. */
    errorCode: int16,
    apiKeys: array({ apiKey: int16, minVersion: int16, maxVersion: int16 }),
    throttleTimeMs: int32.since(1).ignorable(),
    /** What this node can do (KIP-584). Below version 4 without features whose minimum is 0. */
    supportedFeatures: array({
      name: string,
      minVersion: int16,
      maxVersion: int16,
    }).since(3).tag(0).ignorable(),
    /** -1: not known; then `finalizedFeatures` means nothing. */
    finalizedFeaturesEpoch: int64.since(3).default(-1n).tag(1).ignorable(),
    /** What the cluster has switched on. */
    finalizedFeatures: array({
      name: string,
      maxVersionLevel: int16,
      minVersionLevel: int16,
    }).since(3).tag(2).ignorable(),
    /** Always false: ZooKeeper is gone. */
    zkMigrationReady: boolean.since(3).default(false).tag(3).ignorable(),
  },
});
export type ApiVersionsRequest = Request<typeof ApiVersions>;
export type ApiVersionsResponse = ResponseDraft<typeof ApiVersions>;
