/**
 * Out of the domain that the functions framework runs each request in (https://nodejs.org/api/domain.html, deprecated by Node). It hangs
 * on every promise, timer and tick that a request makes, which costs a notification more than its signature; and what it catches, an
 * exception in some callback, it answers in the name of whatever request opened the connection, and goes on as if nothing were broken.
 * Outside of it such an exception ends the process, whose work others take up.
 */
import type { Domain } from 'node:domain';
import type { HttpFunction } from '@google-cloud/functions-framework';

/** The handler, outside of the domain. What it throws becomes a rejection, which the framework answers with 500. */
export function outsideDomain(handler: HttpFunction): HttpFunction {
  return (request, response) => {
    const { domain } = process as NodeJS.Process & { readonly domain?: Domain };
    domain?.exit();
    try {
      return handler(request, response);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}
