/**
 * The globals of Apps Script that the add-on uses, in the thread of the script. Whatever lies outside of the script is asked for
 * through `ask`, which blocks; the services behind it, with their rules and sources, are in script-services.ts.
 */
import { randomUUID } from 'node:crypto';
import { format } from 'node:util';
import { ConferenceDataService } from './conference-data.ts';
import type { FetchedAnswer, ServiceName, Trigger } from './script-messages.ts';

type Ask = (service: ServiceName, ...args: unknown[]) => unknown;

/** What `HtmlService.createHtmlOutput` returns: https://developers.google.com/apps-script/reference/html/html-output */
export class HtmlOutput {
  readonly html: string;
  constructor(html: string) {
    this.html = html;
  }
  getContent(): string {
    return this.html;
  }
}

/** See the file's head. */
export function scriptGlobals(ask: Ask): Record<string, unknown> {
  const say =
    (level: string) =>
    (text: unknown, ...values: unknown[]) => {
      ask('console', level, format(text, ...values));
    };
  return {
    ConferenceDataService,
    UrlFetchApp: {
      fetch(url: unknown, params: unknown = {}) {
        const { status, body } = ask('UrlFetchApp.fetch', url, params) as FetchedAnswer;
        return { getResponseCode: () => status, getContentText: () => body };
      },
    },
    Calendar: {
      Events: {
        get: (calendarId: unknown, eventId: unknown, options: unknown = {}) =>
          ask('Calendar.Events.get', calendarId, eventId, options),
      },
    },
    PropertiesService: { getUserProperties: () => userProperties(ask) },
    CacheService: {
      getUserCache: () => ({
        get: (key: unknown) => ask('Cache.get', key),
        /** https://developers.google.com/apps-script/reference/cache/cache#put(String,String): ten minutes if nothing is said. */
        put: (key: unknown, value: unknown, seconds: unknown = 600) => void ask('Cache.put', key, value, seconds),
      }),
    },
    Session: { getEffectiveUser: () => ({ getEmail: () => ask('Session.getEmail') }) },
    ScriptApp: scriptApp(ask),
    HtmlService: { createHtmlOutput: (html: unknown) => new HtmlOutput(String(html)) },
    Utilities: { getUuid: () => randomUUID() },
    console: { log: say('log'), info: say('info'), warn: say('warn'), error: say('error') },
  };
}

function userProperties(ask: Ask) {
  const properties = {
    getProperties: () => ask('Properties.getProperties'),
    getProperty: (key: unknown) => ask('Properties.getProperty', key),
    setProperty(key: unknown, value: unknown) {
      ask('Properties.setProperty', key, value);
      return properties;
    },
    deleteProperty(key: unknown) {
      ask('Properties.deleteProperty', key);
      return properties;
    },
  };
  return properties;
}

function scriptApp(ask: Ask) {
  return {
    getIdentityToken: () => ask('ScriptApp.getIdentityToken'),
    getOAuthToken: () => ask('ScriptApp.getOAuthToken'),
    getScriptId: () => ask('ScriptApp.getScriptId'),
    newStateToken: () => stateTokenBuilder(ask),
    getProjectTriggers: () =>
      (ask('ScriptApp.getProjectTriggers') as readonly Trigger[]).map((trigger) => ({
        getUniqueId: () => trigger.id,
        getHandlerFunction: () => trigger.handlerFunction,
        getTriggerSourceId: () => trigger.sourceId,
      })),
    deleteTrigger: (trigger: { getUniqueId(): string }) => void ask('ScriptApp.deleteTrigger', trigger.getUniqueId()),
  };
}

/** https://developers.google.com/apps-script/reference/script/state-token-builder: a minute unless said, an hour at most. */
function stateTokenBuilder(ask: Ask) {
  let method = 'callback';
  let timeout = 60;
  const builder = {
    withMethod(name: string) {
      method = name;
      return builder;
    },
    withTimeout(seconds: number) {
      if (seconds > 3_600) throw new Error('A state token is good for 3600 seconds at most.');
      timeout = seconds;
      return builder;
    },
    createToken: () => ask('ScriptApp.createToken', method, timeout),
  };
  return builder;
}
