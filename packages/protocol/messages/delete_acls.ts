// Deletes the ACLs that match any of its filters; admin clients send it to any broker, which
// forwards it to the controller, or to the controller itself.

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

const filter = {
  resourceTypeFilter: int8,
  /** null matches all, as in the other filters. */
  resourceNameFilter: string.nullable(),
  patternTypeFilter: int8.default(3),
  principalFilter: string.nullable(),
  hostFilter: string.nullable(),
  operation: int8,
  permissionType: int8,
};

const matchingAcl = {
  /** Why it could not be deleted. */
  errorCode: int16,
  errorMessage: string.nullable(),
  resourceType: int8,
  resourceName: string,
  patternType: int8.default(3),
  principal: string,
  host: string,
  operation: int8,
  permissionType: int8,
};

/** The numbers are those of CreateAcls, the filters work as in DescribeAcls. */
export const DeleteAcls = api({
  key: 31,
  name: "DeleteAcls",
  versions: [1, 3],
  flexibleSince: 2,
  request: { filters: array(filter) },
  response: {
    throttleTimeMs: int32.default(0),
    /** In the order of the request. */
    filterResults: array({
      errorCode: int16,
      errorMessage: string.nullable(),
      matchingAcls: array(matchingAcl),
    }),
  },
});
export type DeleteAclsRequest = Request<typeof DeleteAcls>;
export type DeleteAclsResponse = ResponseDraft<typeof DeleteAcls>;
