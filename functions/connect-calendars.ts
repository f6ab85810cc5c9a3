/**
 * connectCalendars: the two steps of a browser on its way through Google's consent page, and back. Open to everybody: what is wrong is
 * told on a plain page, and nothing of a request is written into the log.
 */
import type { HttpFunction, Request, Response } from '@google-cloud/functions-framework';
import type { ConnectRefusal } from '../shared/domain/log-line.ts';
import type { ConnectServices } from '../shared/domain/ports.ts';
import { finishConnection } from '../shared/flow/connections/finish-connection.ts';
import { startConnection } from '../shared/flow/connections/start-connection.ts';
import { BrowserCookie } from './connect/cookie.ts';
import { languageOf } from './connect/language.ts';
import { CONTENT_POLICY, type PageLinks, refusalPage } from './connect/page.ts';

/** The handler over these services. */
export function connectCalendarsHandler(services: ConnectServices): HttpFunction {
  const cookie = new BrowserCookie(services.terms.url);
  return async (request, response) => {
    // Whatever is answered belongs to this browser at this moment, and no other site learns where it came from.
    response.set({
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    });
    const step = /\/(start|callback)$/.exec(request.path)?.[1];
    if (step === undefined) {
      response.status(404).end();
      return;
    }
    if (request.method !== 'GET') {
      response.set('Allow', 'GET').status(405).end();
      return;
    }
    try {
      if (step === 'start') await start(services, cookie, request, response);
      else await finish(services, cookie, request, response);
    } catch (error) {
      services.log.write({ line: 'failure', where: 'connectCalendars', error });
      refuse(services, request, response, 'unavailable');
    }
  };
}

async function start(services: ConnectServices, cookie: BrowserCookie, request: Request, response: Response) {
  const outcome = await startConnection(services, parameterOf(request, 'ticket') ?? '', cookie.of(request));
  if (outcome.kind === 'refused') {
    refuse(services, request, response, outcome.reason);
    return;
  }
  response.set('Set-Cookie', cookie.setTo(outcome.browser));
  sendOn(response, outcome.address);
}

async function finish(services: ConnectServices, cookie: BrowserCookie, request: Request, response: Response) {
  const outcome = await finishConnection(services, {
    state: parameterOf(request, 'state'),
    code: parameterOf(request, 'code'),
    error: parameterOf(request, 'error'),
    issuer: parameterOf(request, 'iss'),
    cookie: cookie.of(request),
  });
  if (outcome.kind === 'back') sendOn(response, outcome.address);
  else refuse(services, request, response, outcome.reason, outcome);
}

/** A parameter that is there once; one that comes twice is no one's. */
function parameterOf({ url }: Request, name: string): string | undefined {
  const at = url.indexOf('?');
  const values = at < 0 ? [] : new URLSearchParams(url.slice(at)).getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

function sendOn(response: Response, address: string): void {
  response.status(302).set('Location', address).end();
}

const STATUS: Readonly<Record<ConnectRefusal, number>> = {
  'link-invalid': 400,
  'link-expired': 410,
  'link-used': 410,
  'other-browser': 403,
  denied: 403,
  'refused-by-google': 403,
  'code-refused': 400,
  'identity-refused': 403,
  'wrong-account': 403,
  'scope-missing': 403,
  'no-lasting-access': 403,
  unavailable: 503,
  misconfigured: 500,
};

function refuse(
  { log }: ConnectServices,
  request: Request,
  response: Response,
  reason: ConnectRefusal,
  links: PageLinks = { again: null, back: null },
): void {
  log.write({ line: 'connect', outcome: 'refused', reason });
  const language = languageOf(request.headers['accept-language']);
  response.status(STATUS[reason]).set({ 'Content-Security-Policy': CONTENT_POLICY, 'Content-Language': language });
  response.type('text/html; charset=utf-8').send(refusalPage(reason, language, links));
}
