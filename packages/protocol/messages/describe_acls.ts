// Lists the ACLs that match a filter; admin clients send it to any broker or controller.

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

/** The numbers are those of CreateAcls; 1 matches all. */
export const DescribeAcls = api({
  key: 29,
  name: "DescribeAcls",
  versions: [1, 3],
  flexibleSince: 2,
  request: {
    resourceTypeFilter: int8,
    /** null matches all, as in the other filters. */
    resourceNameFilter: string.nullable(),
    /** 1: all; 2: what applies to the name, by itself, as a prefix or as `*`. */
    patternTypeFilter: int8.default(3),
    principalFilter: string.nullable(),
    hostFilter: string.nullable(),
    operation: int8,
    permissionType: int8,
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    errorMessage: string.nullable(),
    resources: array({
      resourceType: int8,
      resourceName: string,
      patternType: int8.default(3),
      acls: array({ principal: string, host: string, operation: int8, permissionType: int8 }),
    }),
  },
});
export type DescribeAclsRequest = Request<typeof DescribeAcls>;
export type DescribeAclsResponse = ResponseDraft<typeof DescribeAcls>;
