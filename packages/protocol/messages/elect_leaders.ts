// Elects leaders of partitions anew; admin clients send it to any broker, which forwards it to the
// controller, or to the controller itself.

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

export const ElectLeaders = api({
  key: 43,
  name: "ElectLeaders",
  versions: [0, 2],
  flexibleSince: 2,
  request: {
    /** 0: the preferred replica; 1: a live replica where no in-sync one is left (KIP-460). */
    electionType: int8.since(1),
    /** null: all. */
    topicPartitions: array({ topic: string, partitions: array(int32) }).nullable(),
    timeoutMs: int32.default(60000),
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16.since(1),
    replicaElectionResults: array({
      topic: string,
      partitionResult: array({
        partitionId: int32,
        errorCode: int16,
        errorMessage: string.nullable(),
      }),
    }),
  },
});
export type ElectLeadersRequest = Request<typeof ElectLeaders>;
export type ElectLeadersResponse = ResponseDraft<typeof ElectLeaders>;
