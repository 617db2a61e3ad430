// The topics that a regular expression, to which members of a consumer group subscribe, has
// matched.

import { array, int64, type MessageOf, string } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

export const ConsumerGroupRegularExpression = coordinatorRecord({
  type: 16,
  name: "ConsumerGroupRegularExpression",
  key: { groupId: string, regularExpression: string },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      topics: array(string),
      /** Of the metadata that it was matched with: an offset. */
      version: int64,
      /** Wall clock in ms, when that was. */
      timestamp: int64,
    },
  },
});
export type ConsumerGroupRegularExpressionKey = MessageOf<
  typeof ConsumerGroupRegularExpression.key
>;
export type ConsumerGroupRegularExpressionValue = MessageOf<
  typeof ConsumerGroupRegularExpression.value
>;
