/** The table of methods held to the client that Google publishes: every method with its verb, its path and its parameters. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { METHODS, type MethodId } from '../../../../sandbox/calendar/wire/methods.ts';
import { scopesOf } from '../../../../sandbox/calendar/wire/scopes.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
const CLIENT = join(ROOT, 'node_modules/googleapis/build/src/apis/calendar');
const program = readFileSync(join(CLIENT, 'v3.js'), 'utf8');
const types = readFileSync(join(CLIENT, 'v3.d.ts'), 'utf8');

/** `freebusy` is `freeBusy` in a path only; the client's classes say `Calendarlist`. */
const RESOURCES = ['acl', 'calendarList', 'calendars', 'channels', 'colors', 'events', 'freebusy', 'settings'];

function clientsMethods(): { id: string; verb: string; path: string; query: string[] }[] {
  return RESOURCES.flatMap((resource) => {
    const name = resource.charAt(0).toUpperCase() + resource.slice(1).toLowerCase();
    const body = new RegExp(`class Resource\\$${name} \\{([\\s\\S]*?)\\n {4}\\}`).exec(program)?.[1] ?? '';
    const methods = /\n {8}(\w+)\((?:params|paramsOrCallback)[\s\S]*?'\/calendar\/v3\/([^']+)'[\s\S]*?method: '(\w+)'/g;
    return [...body.matchAll(methods)].map(([, method = '', path = '', verb = '']) => {
      const query = parametersOf(name, method).filter((parameter) => !path.includes(`{${parameter}}`));
      return { id: `${resource}.${method}`, verb, path, query };
    });
  });
}

function parametersOf(resource: string, method: string): string[] {
  const name = `Params\\$Resource\\$${resource}\\$${method.charAt(0).toUpperCase()}${method.slice(1).toLowerCase()}`;
  const body = new RegExp(`interface ${name} extends [^{]*\\{([\\s\\S]*?)\\n {4}\\}`).exec(types)?.[1] ?? '';
  return [...body.matchAll(/^ {8}(\w+)\?:/gm)]
    .map(([, parameter = '']) => parameter)
    .filter((one) => one !== 'requestBody');
}

/** The scopes that the client's examples name, of each method that has one. */
function clientsScopes(): Map<string, string[]> {
  const examples = types.matchAll(/scopes: \[([^\]]*)\][\s\S]*?await calendar\.(\w+\.\w+)\(/g);
  return new Map(
    [...examples].map(([, list = '', id = '']) => [id, [...list.matchAll(/'([^']+)'/g)].map(([, one = '']) => one)]),
  );
}

const client = clientsMethods();
const scopes = clientsScopes();

describe('the table of methods', () => {
  test('has every method of the client, and no other', () => {
    expect(client.length).toBeGreaterThan(35);
    expect(Object.keys(METHODS).toSorted()).toEqual(client.map(({ id }) => id).toSorted());
  });

  test.each(client.map((method) => [method.id, method] as const))(
    '%s has its verb, path and parameters',
    (id, method) => {
      const known = Object.entries(METHODS).find(([name]) => name === id)?.[1];
      expect({ ...known, query: known?.query.toSorted() }).toEqual({
        verb: method.verb,
        path: method.path,
        query: method.query.toSorted(),
      });
    },
  );
});

test('the table of scopes is that of the client', () => {
  expect(scopes.size).toBeGreaterThan(35);
  const ours = client.map(({ id }) => [id, scopesOf(id as MethodId)]);
  expect(ours).toEqual(client.map(({ id }) => [id, scopes.get(id)?.toSorted() ?? []]));
});

describe('the page for users', () => {
  const page = readFileSync(join(ROOT, 'simulator/METHODS.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([\w.]+)` \| (served|differs|not) \| (.*) \|$/gm)];

  test('has one row for each method, in words', () => {
    expect(rows.map(([, id]) => id)).toEqual(client.map(({ id }) => id).toSorted());
    const unexplained = rows.filter(([, , state, words]) => state !== 'served' && words?.trim() === '');
    expect(unexplained).toEqual([]);
  });
});
