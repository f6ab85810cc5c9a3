/** The simulated consent page: the account, each scope with a box that can be unticked, allow and deny. */

/** What an application asks for. */
export interface ConsentAsked {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string;
  readonly nonce: string;
  readonly challenge: string;
  readonly isOffline: boolean;
  readonly wasAsked: boolean;
  readonly loginHint: string;
}

/** Scopes that come with signing in, and cannot be unticked. */
const IMPLIED = ['openid', 'email', 'profile'];

/** Whether a user decides about this scope. */
export function isOptional(scope: string): boolean {
  return !IMPLIED.includes(scope);
}

/** The page; `defaultUser` is who is signed in. */
export function consentPage(query: string, asked: ConsentAsked, defaultUser: string): string {
  const boxes = asked.scopes
    .filter(isOptional)
    .map(
      (scope) =>
        `<label><input type="checkbox" name="granted" value="${escaped(scope)}" checked> ${escaped(scope)}</label>`,
    );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in - simulated Google</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 28rem; margin: 0 auto; padding: 2rem 1rem; }
label { display: block; margin: 0.75rem 0; overflow-wrap: anywhere; }
button { font: inherit; padding: 0.5rem 1.25rem; margin-right: 0.75rem; }
</style>
</head>
<body>
<h1>An application wants to use your account</h1>
<p>This Google is simulated. Nothing here reaches the real one.</p>
<form method="post" action="/o/oauth2/v2/auth?${escaped(query)}">
<label>Account <input type="email" name="user" required value="${escaped(asked.loginHint || defaultUser)}"></label>
${boxes.join('\n')}
<p><button name="decision" value="allow">Allow</button><button name="decision" value="deny" formnovalidate>Deny</button></p>
</form>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
