/**
 * The dead letters on their subscription. A subscription has no list: to look is to pull and to give back. Everything that was
 * pulled is held until the look is over, so that no letter is seen twice, and should this process die, Pub/Sub gives it back by itself.
 */
import type { DeadLetterBox, KeptMessage, Looked } from '../ports.ts';
import type { PubSubClients } from './pubsub-clients.ts';
import { acknowledge, type HeldMessage, hold, type PullPatience, pullBatches } from './pull.ts';

const HOLD_SECONDS = 120;
/** A look ends while everything is still held. */
const LOOK_MS = 60_000;
/** Letters that are acted on at once. */
const AT_ONCE = 16;

/** The box over the subscription of this short name. */
export function createDeadLetterBox(
  clients: PubSubClients,
  subscription: string,
  patience: PullPatience,
): DeadLetterBox {
  /** Pulls until these are enough, or none comes any more: then `isAll`. */
  async function pullUntil(areEnough: (held: ReadonlyMap<string, HeldMessage>) => boolean) {
    const held = new Map<string, HeldMessage>();
    const end = Date.now() + LOOK_MS;
    let isAll = true;
    try {
      for await (const batch of pullBatches(clients, subscription, patience)) {
        await hold(clients, subscription, batch, HOLD_SECONDS);
        for (const message of batch) held.set(message.id, message);
        isAll = !areEnough(held) && Date.now() < end;
        if (!isAll) break;
      }
    } catch (error) {
      await hold(clients, subscription, [...held.values()], 0).catch(() => undefined);
      throw error;
    }
    return { held: [...held.values()], isAll };
  }

  return {
    async look(limit): Promise<Looked> {
      // One more than is asked for tells whether there are more.
      const { held, isAll } = await pullUntil(({ size }) => size > limit);
      await hold(clients, subscription, held, 0);
      const messages = held.map(withoutAckId).sort((a, b) => a.publishedAt - b.publishedAt);
      return { messages: messages.slice(0, limit), isAll };
    },

    async take(ids, act) {
      const { held } = await pullUntil((pulled) => [...ids].every((id) => pulled.has(id)));
      const wanted = held.filter(({ id }) => ids.has(id));
      const taken = new Set<string>();
      const failures: unknown[] = [];
      try {
        for (let at = 0; at < wanted.length; at += AT_ONCE) {
          const part = wanted.slice(at, at + AT_ONCE);
          const outcomes = await Promise.allSettled(part.map((message) => act(withoutAckId(message))));
          const done = part.filter((_, index) => outcomes[index]?.status === 'fulfilled');
          await acknowledge(clients, subscription, done);
          for (const { id } of done) taken.add(id);
          for (const outcome of outcomes) if (outcome.status === 'rejected') failures.push(outcome.reason);
        }
      } finally {
        await hold(
          clients,
          subscription,
          held.filter(({ id }) => !taken.has(id)),
          0,
        );
      }
      if (failures.length > 0) throw failures[0];
      return taken;
    },
  };
}

function withoutAckId({ id, data, attributes, publishedAt }: HeldMessage): KeptMessage {
  return { id, data, attributes, publishedAt };
}
