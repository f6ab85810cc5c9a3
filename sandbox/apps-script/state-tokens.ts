/**
 * The way back into a script from a login elsewhere: the state tokens that `ScriptApp.newStateToken` makes, and the address that takes
 * them. Sources: https://developers.google.com/apps-script/reference/script/state-token-builder for tokens; `getRedirectUri` of
 * https://github.com/googleworkspace/apps-script-oauth2 for the address, and its issues for the words of a token that is refused (341) and for
 * what a token looks like (issue 2 of apps-script-oauth1).
 */
import { randomBytes } from 'node:crypto';

/** The script project's ID: 57 characters, as Google's are. */
export const SCRIPT_ID = '1'.repeat(57);

const ADDRESS = `https://script.google.com/macros/d/${SCRIPT_ID}/usercallback`;

/** The function of the script that a way back leads to, and what it is called with. */
export interface Callback {
  readonly method: string;
  readonly argument: { readonly parameter: Readonly<Record<string, string>> };
}

/** See the file's head. */
export class StateTokens {
  readonly #tokens = new Map<string, { readonly method: string; readonly until: number }>();

  /** A token that is good until then (Unix milliseconds). */
  make(method: string, until: number): string {
    const token = randomBytes(120).toString('base64url');
    this.#tokens.set(token, { method, until });
    return token;
  }

  /** @throws Error with Google's words for a token that is not good, and for an address that is no way back */
  read(address: string, now: number): Callback {
    const url = new URL(address);
    if (url.origin + url.pathname !== ADDRESS) throw new Error(`Not the way back into this script: ${address}`);
    const { state = '', ...parameter } = Object.fromEntries(url.searchParams);
    const known = this.#tokens.get(state);
    if (known === undefined || known.until <= now)
      throw new Error('The state token is invalid or has expired. Please try again.');
    return { method: known.method, argument: { parameter } };
  }
}
