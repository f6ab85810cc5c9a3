/** The cookie that ties the way back to the browser that set out. */
import type { IncomingMessage } from 'node:http';
import { TICKET_MS } from '../../shared/domain/connection/ticket.ts';

/** See the file's head; made from the public address of the function. */
export class BrowserCookie {
  readonly #name: string;
  readonly #attributes: string;

  constructor(publicUrl: string) {
    const isSecure = publicUrl.startsWith('https:');
    // The prefix keeps every other host, and every page without TLS, from setting it: https://www.rfc-editor.org/rfc/rfc6265#section-8.6.
    this.#name = isSecure ? '__Host-connect' : 'connect';
    const age = `Max-Age=${TICKET_MS / 1_000}`;
    this.#attributes = ['Path=/', age, 'HttpOnly', 'SameSite=Lax', ...(isSecure ? ['Secure'] : [])].join('; ');
  }

  /** What the browser keeps; undefined for nothing, and where it is not clear which. */
  of({ headers }: IncomingMessage): string | undefined {
    const prefix = `${this.#name}=`;
    const values = (headers.cookie ?? '').split(/;\s*/).filter((pair) => pair.startsWith(prefix));
    return values.length === 1 ? values[0]?.slice(prefix.length) : undefined;
  }

  /** The header that has the browser keep this. */
  setTo(secret: string): string {
    return `${this.#name}=${secret}; ${this.#attributes}`;
  }
}
