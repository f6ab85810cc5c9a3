/**
 * The services of Apps Script that have a state or lie outside of the script, for one user of one script project. Each refuses what the
 * manifest does not allow, and more than its quota. Sources: https://developers.google.com/apps-script/guides/services/quotas for quotas
 * and sizes, https://developers.google.com/apps-script/manifest for the manifest, and the page of the method below
 * https://developers.google.com/apps-script/reference for its scopes. The texts of exceptions are ours, except where it is said.
 */
import type { Manifest } from './manifest.ts';
import type { FetchedAnswer, ServiceCall, Trigger } from './script-messages.ts';
import { type Callback, SCRIPT_ID, StateTokens } from './state-tokens.ts';
import { isAllowed } from './url-allowlist.ts';

/** A request that a script makes, and how it is answered. @throws Error whose text the script sees, if nobody answers */
export type Exchange = (request: FetchRequest) => Promise<FetchedAnswer>;

/** See `Exchange`. */
export interface FetchRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What the outside of a script is made of. */
export interface ScriptOutside {
  readonly manifest: Manifest;
  /** The person as whom the script runs. */
  readonly user: string;
  readonly exchange: Exchange;
  /** `events.get` of the Calendar API, as the user. @throws Error whose text the script sees */
  readonly readEvent: (calendarId: string, eventId: string) => unknown;
  /** An ID token for the user; its audience is the script's OAuth client. */
  readonly identityToken: () => string;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Calls of `UrlFetchApp.fetch` a day; the smaller quota, of consumer accounts, if nothing is said. */
  readonly fetchesMax?: number;
  /** Reads and writes of properties a day; likewise. */
  readonly propertyCallsMax?: number;
}

/** A line of the script's log, as `console` wrote it. */
export interface ScriptLogLine {
  readonly level: string;
  readonly text: string;
}

const SCOPE = 'https://www.googleapis.com/auth/';
const CALENDAR_SCOPES = ['calendar', 'calendar.readonly', 'calendar.events', 'calendar.events.readonly'];

/** See the file's head. */
export class ScriptServices {
  readonly properties = new Map<string, string>();
  readonly log: ScriptLogLine[] = [];
  readonly requests: FetchRequest[] = [];
  triggers: readonly Trigger[] = [];
  readonly #outside: ScriptOutside;
  readonly #stateTokens = new StateTokens();
  readonly #cache = new Map<string, { readonly value: string; readonly until: number }>();
  #fetches = 0;
  #propertyCalls = 0;

  constructor(outside: ScriptOutside) {
    this.#outside = outside;
  }

  /** Answers a call of the script. @throws Error whose text is the exception's */
  async answer({ service, args }: ServiceCall): Promise<unknown> {
    const [first, second, third] = args;
    switch (service) {
      case 'UrlFetchApp.fetch':
        return this.#fetch(String(first), second);
      case 'Calendar.Events.get':
        this.#requireScope(service, CALENDAR_SCOPES);
        this.#requireAdvancedService();
        return this.#outside.readEvent(String(first), String(second));
      case 'Properties.getProperties':
        this.#countPropertyCall();
        return Object.fromEntries(this.properties);
      case 'Properties.getProperty':
        this.#countPropertyCall();
        return this.properties.get(String(first)) ?? null;
      case 'Properties.setProperty':
        this.#countPropertyCall();
        return this.#setProperty(String(first), String(second));
      case 'Properties.deleteProperty':
        this.#countPropertyCall();
        return this.properties.delete(String(first));
      case 'Cache.get':
        return this.#readCache(String(first));
      case 'Cache.put':
        return this.#cacheValue(String(first), String(second), Number(third));
      case 'Session.getEmail':
        this.#requireScope('Session.getEffectiveUser', ['userinfo.email']);
        return this.#outside.user;
      case 'ScriptApp.getIdentityToken':
        // "The identity token if available; otherwise null": .../reference/script/script-app#getIdentityToken()
        return this.#outside.manifest.oauthScopes.includes('openid') ? this.#outside.identityToken() : null;
      case 'ScriptApp.getOAuthToken':
        return `access-token-of-${this.#outside.user}`;
      case 'ScriptApp.getScriptId':
        return SCRIPT_ID;
      case 'ScriptApp.createToken':
        return this.#stateTokens.make(String(first), this.#outside.now() + Number(second) * 1_000);
      case 'ScriptApp.getProjectTriggers':
        this.#requireScope(service, ['script.scriptapp']);
        return this.triggers;
      case 'ScriptApp.deleteTrigger':
        this.#requireScope(service, ['script.scriptapp']);
        this.triggers = this.triggers.filter(({ id }) => id !== first);
        return null;
      case 'console':
        this.log.push({ level: String(first), text: String(second) });
        return null;
    }
  }

  /** What the browser of the user calls by a way back into the script. @throws Error for any other address */
  callbackOf(address: string): Callback {
    return this.#stateTokens.read(address, this.#outside.now());
  }

  async #fetch(url: string, params: unknown): Promise<FetchedAnswer> {
    this.#requireScope('UrlFetchApp.fetch', ['script.external_request']);
    // "The URL can have up to 2,082 characters": .../reference/url-fetch/url-fetch-app#fetch(String,Object)
    if (url.length > 2_082) throw new Error('Limit Exceeded: URLFetch URL Length.');
    if (!isAllowed(url, this.#outside.manifest.urlFetchWhitelist))
      throw new Error(`${url} is not in urlFetchWhitelist of the manifest.`);
    // These words are Google's: https://developers.google.com/apps-script/guides/services/quotas (Service invoked too many times).
    if (++this.#fetches > (this.#outside.fetchesMax ?? 20_000))
      throw new Error('Service invoked too many times for one day: urlfetch.');
    const request = readParams(url, params);
    this.requests.push(request);
    const answer = await this.#outside.exchange(request);
    const isMuted = isRecord(params) && params.muteHttpExceptions === true;
    // The method throws for other statuses than 2xx and 3xx unless muteHttpExceptions is set, same page.
    if (answer.status >= 400 && !isMuted)
      throw new Error(`Request failed for ${new URL(url).origin} returned code ${answer.status}.`);
    return answer;
  }

  /** 9 kB a value, 500 kB in all. */
  #setProperty(key: string, value: string): null {
    if (Buffer.byteLength(value) > 9 * 1_024) throw new Error('Argument too large: value');
    const rest = [...this.properties].filter(([name]) => name !== key).flat();
    if (Buffer.byteLength([...rest, key, value].join('')) > 500 * 1_024)
      throw new Error('You have exceeded the property storage quota. Please remove some properties and try again.');
    this.properties.set(key, value);
    return null;
  }

  #readCache(key: string): string | null {
    const kept = this.#cache.get(key);
    return kept !== undefined && kept.until > this.#outside.now() ? kept.value : null;
  }

  /** 250 characters a key, 100 kB a value, six hours at most: .../reference/cache/cache#put(String,String,Integer) */
  #cacheValue(key: string, value: string, seconds: number): null {
    if (key.length > 250) throw new Error('Argument too large: key');
    if (Buffer.byteLength(value) > 100 * 1_024) throw new Error('Argument too large: value');
    this.#cache.set(key, { value, until: this.#outside.now() + Math.min(seconds, 21_600) * 1_000 });
    return null;
  }

  #countPropertyCall(): void {
    if (++this.#propertyCalls > (this.#outside.propertyCallsMax ?? 50_000))
      throw new Error('Service invoked too many times for one day: properties.');
  }

  #requireScope(method: string, scopes: readonly string[]): void {
    const { oauthScopes } = this.#outside.manifest;
    if (scopes.some((scope) => oauthScopes.includes(SCOPE + scope))) return;
    const required = scopes.map((scope) => SCOPE + scope).join(' || ');
    throw new Error(`You do not have permission to call ${method}. Required permissions: ${required}`);
  }

  #requireAdvancedService(): void {
    const { enabledAdvancedServices } = this.#outside.manifest.dependencies;
    if (!enabledAdvancedServices.some(({ userSymbol }) => userSymbol === 'Calendar'))
      throw new Error('Calendar is not defined');
  }
}

/** The default method is GET, and a content type is said for a payload alone. */
function readParams(url: string, params: unknown): FetchRequest {
  const { method = 'get', headers = {}, payload, contentType } = isRecord(params) ? params : {};
  const given = Object.entries(isRecord(headers) ? headers : {}).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  const type =
    payload === undefined ? [] : [['content-type', String(contentType ?? 'application/x-www-form-urlencoded')]];
  return {
    method: String(method).toUpperCase(),
    url,
    headers: Object.fromEntries([...type, ...given]),
    body: payload === undefined ? undefined : String(payload),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
