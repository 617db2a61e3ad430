// A topic exists from here on; its partitions follow.

import { type MessageOf, string, uuid } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const TopicRecord = metadataRecord({
  key: 2,
  name: "TopicRecord",
  versions: [0, 0],
  fields: { name: string, topicId: uuid },
});
export type TopicRecord = MessageOf<typeof TopicRecord>;
