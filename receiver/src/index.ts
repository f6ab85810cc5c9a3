/** calendar-conference-sync-receiver: your conference system's side of calendar-conference-sync. Start at docs/webhook.md. */
export {
  type Answer,
  type Apply,
  type Backend,
  defineBackend,
  type HeardAnswer,
  type OnCalendar,
  WrongAnswer,
} from './backend.ts';
export type * from './change.ts';
export { type EventPatch, eventPatch } from './event-patch.ts';
export { type FastifyLike, fastifyPlugin, fetchHandler, nodeHandler } from './handlers.ts';
export { MalformedChange, parseChange, parseNotice } from './parse-change.ts';
export { createReceiver, type Receiver, type ReceiverOptions, type Reply } from './receiver.ts';
export { isNews, occurrenceKey } from './rules.ts';
export { type Headers, type Verify, verifier } from './verify.ts';
