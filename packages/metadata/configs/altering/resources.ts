// Resources as requests that alter configurations name them.

export interface NamedResource {
  readonly resourceType: number;
  readonly resourceName: string;
}

/** Whether a resource is named more than once: then nobody can say what it should be. */
export function isRepeated(resource: NamedResource, all: readonly NamedResource[]): boolean {
  const isSame = ({ resourceType, resourceName }: NamedResource): boolean =>
    resourceType === resource.resourceType && resourceName === resource.resourceName;
  return all.filter(isSame).length > 1;
}
