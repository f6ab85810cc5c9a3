/** Who may do what with a calendar: https://developers.google.com/workspace/calendar/api/concepts/sharing */
import { ACCESS_ROLES, type AccessRole, grants } from './access-role.ts';
import { SmallCollection } from './small-collection.ts';
import { resourceIdOf, type Watched } from './watched.ts';

/** Whom a rule is about. Nobody is a member of any group here. */
export interface AclScope {
  readonly type: 'default' | 'user' | 'group' | 'domain';
  /** Address or domain; none for `default`. */
  readonly value: string | undefined;
}

/** See the head of this file. */
export class Acl implements Watched {
  readonly id: string;
  readonly resourceId: string;
  readonly isPushSupported = true;
  readonly rules = new SmallCollection();

  constructor(calendarId: string) {
    this.id = calendarId;
    this.resourceId = resourceIdOf(calendarId, 'acl');
  }

  /** The most that any rule gives the user, whose address is in lower case. */
  roleOf(user: string): AccessRole {
    const domain = user.slice(user.lastIndexOf('@') + 1);
    let role: AccessRole = 'none';
    for (const id of [`user:${user}`, `domain:${domain}`, 'default']) {
      const given = this.#role(id);
      if (grants(given, role)) role = given;
    }
    return role;
  }

  /** Makes or replaces the rule of a scope; `none` deletes it. Returns its id. */
  set(scope: AclScope, role: AccessRole): string {
    const id = ruleId(scope);
    this.rules.put(
      id,
      { role, scope: scope.value === undefined ? { type: scope.type } : { ...scope } },
      role === 'none',
    );
    return id;
  }

  /** Those who may write may read the rules. */
  hears(user: string): boolean {
    return grants(this.roleOf(user), 'writer');
  }

  #role(id: string): AccessRole {
    const role = this.rules.get(id)?.body.role;
    return ACCESS_ROLES.find((known) => known === role) ?? 'none';
  }
}

/** `user:alice@example.com`, `domain:example.com` or `default`. */
export function ruleId({ type, value }: AclScope): string {
  return value === undefined ? type : `${type}:${value.toLowerCase()}`;
}
