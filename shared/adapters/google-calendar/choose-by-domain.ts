/** CALENDAR_AUTH=delegation,oauth: a company's own users by delegation, everybody else by a consent of his own. */
import type { AccessTokens } from './access-tokens.ts';

/** Tokens of `inside` for users of these domains (in lower case, each without its subdomains), of `outside` for all others. */
export function chooseByDomain(domains: readonly string[], inside: AccessTokens, outside: AccessTokens): AccessTokens {
  const chosen = (subject: string): AccessTokens => {
    const domain = subject.slice(subject.lastIndexOf('@') + 1).toLowerCase();
    return domains.includes(domain) ? inside : outside;
  };
  return {
    tokenFor: (subject) => chosen(subject).tokenFor(subject),
    drop: (subject, token) => chosen(subject).drop(subject, token),
  };
}
