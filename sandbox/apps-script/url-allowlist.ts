/** Which addresses a script may fetch, by https://developers.google.com/apps-script/manifest/allowlist-url */

/** What is wrong with a prefix of `urlFetchWhitelist`, in a sentence; undefined for nothing. */
export function troubleOfPrefix(prefix: string): string | undefined {
  if (!prefix.startsWith('https://')) return `${prefix} must begin with https://`;
  if (!URL.canParse(prefix.replace('https://*.', 'https://any.'))) return `${prefix} is no URL`;
  if (!prefix.slice('https://'.length).includes('/')) return `${prefix} needs a path, if only a slash`;
  return undefined;
}

/** "If the URL is the same or a child of the prefix, it is a match"; paths are case-sensitive, `*.` stands for any subdomain. */
export function isAllowed(url: string, prefixes: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const asked = new URL(url);
  return prefixes.some((prefix) => {
    const allowed = new URL(prefix.replace('https://*.', 'https://any.'));
    const isHost = prefix.startsWith('https://*.')
      ? asked.host.endsWith(allowed.host.slice('any'.length))
      : asked.host === allowed.host;
    const path = allowed.pathname.replace(/\/$/, '');
    const isBelow = asked.pathname === path || asked.pathname.startsWith(`${path}/`);
    return asked.protocol === 'https:' && isHost && isBelow;
  });
}
