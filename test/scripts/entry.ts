/** A stand-in for functions/index.ts: the same names over the same three clients, so that the build is tested by itself. */

import { Firestore } from '@google-cloud/firestore';
import { http } from '@google-cloud/functions-framework';
import { PubSub } from '@google-cloud/pubsub';
import { calendar } from 'googleapis/build/src/apis/calendar/index.js';
import { FUNCTION_NAMES } from '../../shared/config/settings.ts';

interface Answer {
  json(body: unknown): void;
}

function answer(_request: unknown, response: Answer): void {
  const topic = new PubSub({ projectId: 'trial' }).topic('work');
  const path = new Firestore({ projectId: 'trial' }).doc('calendars/one').path;
  response.json({ topic: topic.name, path, list: typeof calendar({ version: 'v3' }).events.list });
}

for (const name of FUNCTION_NAMES) http(name, answer);
