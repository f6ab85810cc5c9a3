/** Whoever is told of conferences: the simulated system, or a receiver or module of the user's own. All deliveries are written down. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { loadModuleBackend } from '../../shared/adapters/module-backend/load-module.ts';
import type { PostAnswer } from '../../shared/adapters/webhook/post-json.ts';
import { type ConferenceMessage, createWebhookBackend } from '../../shared/adapters/webhook/send-webhook.ts';
import type { Config } from '../../shared/config/config.ts';
import type { ConferenceChange, Outcome } from '../../shared/domain/delivery/change.ts';
import type { ConferenceBackend } from '../../shared/domain/ports.ts';
import type { SimulatedConferences } from '../conference/simulated-conferences.ts';
import type { ConsoleConferences, ConsoleDeliveries, ReceiverView } from '../console/console-world.ts';
import type { ConferenceChoice } from '../sandbox-config.ts';
import { curlOf } from './curl-of.ts';
import { DeliveryLog } from './delivery-log.ts';
import { KeptConferences } from './kept-conferences.ts';
import { NoticeLog } from './notice-log.ts';

/** See the file's head. */
export interface ConferenceSide {
  readonly backend: ConferenceBackend;
  readonly conferences: ConsoleConferences;
  readonly deliveries: ConsoleDeliveries;
  receiver(): ReceiverView;
  close(): void;
}

/** What the side is made of. */
export interface SideOptions {
  readonly choice: ConferenceChoice;
  readonly backend: Config['backend'];
  readonly simulated: SimulatedConferences;
  /** A delivery was answered, or what is kept of a conference was read. */
  readonly onNews: (conferenceId: string) => void;
  /** A notice of this calendar was answered. */
  readonly onNotice: (calendarId: string) => void;
}

const PROBE_MS = 1_000;

/** @throws Error in words for people if the module cannot be loaded */
export async function openConferenceSide({
  choice,
  backend,
  simulated,
  onNews,
  onNotice,
}: SideOptions): Promise<ConferenceSide> {
  const log = new DeliveryLog();
  const notices = new NoticeLog();
  const kept = new KeptConferences(choice.kind === 'webhook' ? choice.readBack : null, onNews);
  const answers = new Map<ConferenceMessage, PostAnswer | undefined>();
  const way = await openWay(backend, (message, answer) => answers.set(message, answer));
  const isSilent = choice.kind === 'webhook' && !(await canConnect(new URL(choice.url)));

  const recorded: ConferenceBackend = {
    async apply(change) {
      const at = Date.now();
      const outcome = await way.backend.apply(change);
      const answer = answers.get(change);
      answers.delete(change);
      log.add(change, {
        at,
        answered: answer === undefined ? wordsOf(outcome) : `answered ${answer.status}`,
        isAccepted: outcome.kind === 'done' || outcome.kind === 'unknown-conference',
        answer: answer === undefined || answer.text === '' ? null : answer.text,
        ms: Date.now() - at,
      });
      onNews(change.data.conferenceId);
      void kept.refresh(change.data.conferenceId);
      return outcome;
    },
    async tell(notice) {
      const at = Date.now();
      const outcome = await way.backend.tell(notice);
      const answer = answers.get(notice);
      answers.delete(notice);
      notices.add(notice, { at, answered: answer === undefined ? wordsOf(outcome) : `answered ${answer.status}` });
      onNotice(notice.data.calendarId);
      return outcome;
    },
  };

  return {
    backend: recorded,
    conferences: choice.kind === 'simulated' ? simulated : kept,
    deliveries: {
      of: (conferenceId) => log.of(conferenceId),
      lastOfEach: () => log.lastOfEach(),
      async sendAgain(id) {
        const change = log.change(id);
        // The log tells changes apart by identity, and this one may be on its way already.
        if (change !== undefined) await recorded.apply({ ...change });
        return change !== undefined;
      },
      curl(id) {
        const change = log.change(id);
        return change === undefined ? undefined : way.curl(change);
      },
      toldOf: (calendarId) => notices.lastOf(calendarId),
      clear() {
        log.clear();
        notices.clear();
      },
    },
    receiver: () => receiverView(choice, log, isSilent),
    close: () => way.close(),
  };
}

interface Way {
  readonly backend: ConferenceBackend;
  curl(change: ConferenceChange): string | undefined;
  close(): void;
}

type OnAnswer = (message: ConferenceMessage, answer: PostAnswer | undefined) => void;

async function openWay(backend: Config['backend'], onAnswer: OnAnswer): Promise<Way> {
  switch (backend?.kind) {
    case 'webhook': {
      const webhook = createWebhookBackend({ ...backend, onAnswer });
      const curl = (change: ConferenceChange): string => {
        const { url, headers, body } = webhook.requestOf(change);
        return curlOf(url, headers, body);
      };
      return { backend: webhook, curl, close: () => webhook.close() };
    }
    case 'module':
      return { backend: await loadModuleBackend(backend.path), curl: () => undefined, close: () => undefined };
    case undefined:
      throw new Error('the sandbox has no conference backend, which its configuration must refuse');
  }
}

function receiverView(choice: ConferenceChoice, log: DeliveryLog, isSilent: boolean): ReceiverView {
  switch (choice.kind) {
    case 'simulated':
      return { kind: 'simulated', where: 'their own system', isSeen: true, trouble: null };
    case 'module':
      return { kind: 'module', where: choice.path, isSeen: false, trouble: null };
    case 'webhook': {
      const last = log.last();
      const isGone = last === undefined ? isSilent : !last.answered.startsWith('answered');
      const trouble = isGone
        ? `Nobody answers at ${choice.url}. Changes wait, and are sent as soon as somebody does.`
        : null;
      return { kind: 'webhook', where: choice.url, isSeen: choice.readBack !== null, trouble };
    }
  }
}

function wordsOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'done':
      return outcome.eventPatch === undefined ? 'returned nothing: done' : 'returned a patch for the event';
    case 'transient':
    case 'key-refused':
      return outcome.reason;
    case 'refused':
      return `refused it: ${outcome.reason}`;
    case 'unknown-conference':
    case 'endpoint-gone':
      return outcome.kind;
  }
}

async function canConnect({ hostname, port, protocol }: URL): Promise<boolean> {
  const socket = connect(
    Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port),
    hostname.replace(/^\[|\]$/g, ''),
  );
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PROBE_MS) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
