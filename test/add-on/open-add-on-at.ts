/** The add-on of a person, over a company's server that really runs. */
import type { FetchedAnswer } from '../../sandbox/apps-script/script-messages.ts';
import type { FetchRequest } from '../../sandbox/apps-script/script-services.ts';
import { CONFIG, openAddOn } from './add-on-world.ts';
import { idTokenFor } from './id-tokens.ts';

/** `address` says where the server runs, which may change, in place of the one that the add-on is configured with. */
export function openAddOnAt(address: () => string, user: string, token = idTokenFor(user)) {
  async function exchange({ method, url, headers, body }: FetchRequest): Promise<FetchedAnswer> {
    const response = await fetch(url.replace(CONFIG.serverUrl, address()), { method, headers, body: body ?? null });
    return { status: response.status, body: await response.text() };
  }
  return openAddOn({ user, exchange, identityToken: () => token });
}
