// A topic is deleted with all its partitions and its configuration.

import { type MessageOf, uuid } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const RemoveTopicRecord = metadataRecord({
  key: 9,
  name: "RemoveTopicRecord",
  versions: [0, 0],
  fields: { topicId: uuid },
});
export type RemoveTopicRecord = MessageOf<typeof RemoveTopicRecord>;
