/** Whether what a user has granted is what was asked for. */

/** What Google gave for a code. The ID token was signed by Google for our client and has not expired; the rest is judged here. */
export interface Grant {
  readonly refreshToken: string | null;
  /** Seconds until Google ends the grant by itself; null where it does not. */
  readonly endsInSeconds: number | null;
  readonly scopes: readonly string[];
  readonly email: string | null;
  readonly isEmailVerified: boolean;
  readonly nonce: string | null;
}

/** What was asked for. */
export interface Asked {
  readonly scope: string;
  readonly nonce: string;
  /** The account that it must be; null for any. */
  readonly subject: string | null;
}

/** What is wrong with a grant. */
export type GrantFault = 'wrong-account' | 'scope-missing' | 'not-ours';

/** Undefined where all is well. That a refresh token came is judged with what is stored already. */
export function faultOfGrant(grant: Grant, asked: Asked): GrantFault | undefined {
  if (grant.nonce !== asked.nonce || grant.email === null || !grant.isEmailVerified) return 'not-ours';
  // Addresses of Google accounts do not tell upper case from lower.
  if (asked.subject !== null && asked.subject.toLowerCase() !== grant.email.toLowerCase()) return 'wrong-account';
  return grant.scopes.includes(asked.scope) ? undefined : 'scope-missing';
}
