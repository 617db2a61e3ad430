// What most users of the protocol need. Messages and stored records are imported one by one, as
// `@odradek/protocol/messages/fetch`: whoever speaks three APIs does not pay for ninety.

export * from "./apis.ts";
export * from "./errors.ts";
export * from "./header.ts";
export * from "./records/mod.ts";
export * from "./refusal.ts";
export type {
  AnyApi,
  AnySchema,
  Api,
  DraftOf,
  MessageOf,
  Request,
  RequestDraft,
  Response,
  ResponseDraft,
  Schema,
  Versions,
} from "./schema/mod.ts";
export { Malformed } from "./wire/malformed.ts";
