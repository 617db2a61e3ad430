// Lists the transactional ids that a broker coordinates (KIP-664); admin clients send it to every
// broker.

import {
  api,
  array,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

export const ListTransactions = api({
  key: 66,
  name: "ListTransactions",
  versions: [0, 2],
  flexibleSince: 0,
  request: {
    /** As DescribeTransactions names them; empty: all. */
    stateFilters: array(string),
    /** Empty: all. */
    producerIdFilters: array(int64),
    /** Only those that have been open for longer, in ms (KIP-994); -1: all. */
    durationFilter: int64.since(1).default(-1n),
    /** A regular expression (KIP-1152); null or empty: all. */
    transactionalIdPattern: string.since(2).nullable().default(null),
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    /** Those of the request that name no state. */
    unknownStateFilters: array(string),
    transactionStates: array({
      transactionalId: string,
      producerId: int64,
      transactionState: string,
    }),
  },
});
export type ListTransactionsRequest = Request<typeof ListTransactions>;
export type ListTransactionsResponse = ResponseDraft<typeof ListTransactions>;
