// Shows the configuration of topics, brokers, groups and others; admin clients send it to any
// broker, for one broker's own values to that broker.

import {
  api,
  array,
  boolean,
  int16,
  int32,
  int8,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

const describedConfig = {
  name: string,
  /** null: secret, or not set. */
  value: string.nullable(),
  readOnly: boolean,
  /**
   * 1: topic, 2: broker, 3: cluster-wide default of brokers, 4: the broker's file, 5: built in, 6:
   * broker's loggers, 7: client metrics, 8: group; -1: not known.
   */
  configSource: int8.default(-1).ignorable(),
  isSensitive: boolean,
  /** The strongest first, what is in effect among them. */
  synonyms: array({ name: string, value: string.nullable(), source: int8 }).ignorable(),
  /**
   * 0: not known, 1: boolean, 2: string, 3: int, 4: short, 5: long, 6: double, 7: list, 8: class,
   * 9: password.
   */
  configType: int8.since(3).default(0).ignorable(),
  documentation: string.since(3).nullable().ignorable(),
};

const describedResource = {
  errorCode: int16,
  errorMessage: string.nullable(),
  resourceType: int8,
  resourceName: string,
  configs: array(describedConfig),
};

export const DescribeConfigs = api({
  key: 32,
  name: "DescribeConfigs",
  versions: [1, 4],
  flexibleSince: 4,
  request: {
    resources: array({
      /** 2: topic, 4: broker, 8: broker's loggers, 16: client metrics, 32: group. */
      resourceType: int8,
      /** Empty with type broker: the cluster-wide default. */
      resourceName: string,
      /** null: all. */
      configurationKeys: array(string).nullable(),
    }),
    /** The whole chain of places that a value may come from. */
    includeSynonyms: boolean.default(false),
    includeDocumentation: boolean.since(3).default(false),
  },
  response: { throttleTimeMs: int32.default(0), results: array(describedResource) },
});
export type DescribeConfigsRequest = Request<typeof DescribeConfigs>;
export type DescribeConfigsResponse = ResponseDraft<typeof DescribeConfigs>;
