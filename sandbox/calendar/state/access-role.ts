/** Access roles, from nothing to everything, as `Events.accessRole` and the ACL name them. */

/** What a user may do with a calendar. */
export type AccessRole = 'none' | 'freeBusyReader' | 'reader' | 'writerWithoutPrivateAccess' | 'writer' | 'owner';

/** The roles, each granting what the ones before it grant, except for the sight of private events. */
export const ACCESS_ROLES: readonly AccessRole[] = [
  'none',
  'freeBusyReader',
  'reader',
  'writerWithoutPrivateAccess',
  'writer',
  'owner',
];

/** Whether the role grants at least what the other does. */
export function grants(role: AccessRole, needed: AccessRole): boolean {
  return ACCESS_ROLES.indexOf(role) >= ACCESS_ROLES.indexOf(needed);
}

/** Whether the role shows the details of private events. */
export function seesPrivate(role: AccessRole): boolean {
  return role === 'writer' || role === 'owner';
}
