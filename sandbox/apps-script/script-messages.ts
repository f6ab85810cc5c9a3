/** What passes between a running script and the services that it calls. A script waits for each answer, as in Apps Script. */
import type { MessagePort } from 'node:worker_threads';

/** Handed to the thread that runs a script. */
export interface ScriptStart {
  /** Texts of the project's files, in the order in which they are loaded. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly functionName: string;
  readonly argument: unknown;
  readonly port: MessagePort;
  /** 1 as soon as the answer to the last call lies at the port. */
  readonly signal: Int32Array;
}

/** A call of a service, by its name in Apps Script. */
export interface ServiceCall {
  readonly service: ServiceName;
  readonly args: readonly unknown[];
}

/** The services that know or change something outside of the script. */
export type ServiceName =
  | 'UrlFetchApp.fetch'
  | 'Calendar.Events.get'
  | 'Properties.getProperties'
  | 'Properties.getProperty'
  | 'Properties.setProperty'
  | 'Properties.deleteProperty'
  | 'Cache.get'
  | 'Cache.put'
  | 'Session.getEmail'
  | 'ScriptApp.getIdentityToken'
  | 'ScriptApp.getOAuthToken'
  | 'ScriptApp.getScriptId'
  | 'ScriptApp.createToken'
  | 'ScriptApp.getProjectTriggers'
  | 'ScriptApp.deleteTrigger'
  | 'console';

/** What a service answers: a value, or the text of the exception that it throws. */
export type ServiceAnswer = { readonly value: unknown } | { readonly exception: string };

/** An HTTP answer as `UrlFetchApp.fetch` shows it. */
export interface FetchedAnswer {
  readonly status: number;
  readonly body: string;
}

/** An installable trigger of the user. */
export interface Trigger {
  readonly id: string;
  readonly handlerFunction: string;
  /** Of a calendar trigger: whose calendar it watches. */
  readonly sourceId: string;
}
