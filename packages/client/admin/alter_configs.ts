// Configurations are altered key by key (KIP-339), and listed.

import { IncrementalAlterConfigs } from "@odradek/protocol/messages/incremental_alter_configs";
import { ListConfigResources } from "@odradek/protocol/messages/list_config_resources";
import type { Cluster } from "../cluster.ts";
import { BrokerRefused, refusalOf, throwIfRefused } from "../refused.ts";
import { type ConfigResource, RESOURCE_TYPES, targetKey, targetOf } from "./configs.ts";
import { isNotYetDone, type Outcome, settle } from "./outcome.ts";

export interface ConfigChange extends ConfigResource {
  readonly set?: Readonly<Record<string, string>>;
  /** Back to what counts without them. */
  readonly unset?: readonly string[];
  /** Entries, with commas between, that are added to lists. */
  readonly append?: Readonly<Record<string, string>>;
  /** As `append`: taken out of lists. */
  readonly subtract?: Readonly<Record<string, string>>;
}

export interface AlterOptions {
  /** Checks everything and changes nothing. */
  readonly validateOnly?: boolean;
}

const [SET, DELETE, APPEND, SUBTRACT] = [0, 1, 2, 3];

/** All of a change is done, or nothing. */
export function alterConfigs(
  cluster: Cluster,
  changes: readonly ConfigChange[],
  { validateOnly = false }: AlterOptions = {},
): Promise<Map<ConfigChange, Outcome<true>>> {
  const ask = async (items: readonly ConfigChange[]) => {
    const outcomes = new Map<ConfigChange, Outcome<true>>();
    for (const [target, some] of Map.groupBy(items, targetKey)) {
      const { responses } = await cluster.ask(targetOf(target), IncrementalAlterConfigs, {
        resources: some.map((change) => ({
          resourceType: RESOURCE_TYPES[change.type],
          resourceName: change.name,
          configs: operationsOf(change),
        })),
        validateOnly,
      });
      for (const change of some) {
        const told = responses.find(({ resourceType, resourceName }) =>
          resourceType === RESOURCE_TYPES[change.type] && resourceName === change.name
        );
        const refusal = told === undefined
          ? new BrokerRefused("UNKNOWN_SERVER_ERROR", "The broker does not say")
          : refusalOf(told.errorCode, told.errorMessage);
        outcomes.set(change, refusal ?? true);
      }
    }
    return outcomes;
  };
  return settle(cluster, { items: changes, ask, passes: isNotYetDone });
}

function operationsOf({ set = {}, unset = [], append = {}, subtract = {} }: ConfigChange) {
  const some = (values: Readonly<Record<string, string>>, configOperation: number) =>
    Object.entries(values).map(([name, value]) => ({ name, value, configOperation }));
  return [
    ...some(set, SET),
    ...unset.map((name) => ({ name, value: null, configOperation: DELETE })),
    ...some(append, APPEND),
    ...some(subtract, SUBTRACT),
  ];
}

/** What has a configuration, of these types. BrokerRefused if the brokers cannot tell. */
export function listConfigResources(
  cluster: Cluster,
  types: readonly ConfigResource["type"][],
): Promise<ConfigResource[]> {
  return cluster.persist(async () => {
    const answer = await cluster.ask("any", ListConfigResources, (version) =>
      version === 0 ? {} : { resourceTypes: types.map((type) => RESOURCE_TYPES[type]) });
    throwIfRefused(answer.errorCode);
    return answer.configResources.flatMap(({ resourceType, resourceName: name }) => {
      const type = types.find((one) => RESOURCE_TYPES[one] === resourceType);
      return type === undefined ? [] : [{ type, name }];
    });
  });
}
