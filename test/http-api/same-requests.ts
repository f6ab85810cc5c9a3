/**
 * Requests that the sandbox and the deployment must answer alike: what callers send, and what breaks servers. In this order, since some
 * change what the next ones find.
 */
import { gzipSync } from 'node:zlib';
import { requestText } from '../security/raw-request.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const LIST = '/v1/calendars';
const BOB = `${LIST}/bob%40example.com`;
const BINDING = `${BOB}/bindings/e1`;
const SUBJECT = '{"subject":"bob@example.com"}';

type Headers = Readonly<Record<string, string>>;

function ask(
  method: string,
  target: string,
  body: string | Buffer = '',
  headers: Headers = body === '' ? {} : JSON_TYPE,
) {
  const bytes = Buffer.from(body);
  const [first = ''] = bytes.toString('latin1').split('\n');
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [
    [method, target.slice(0, 70), ...head, first.slice(0, 50)].join(' '),
    requestText(method, target, headers, bytes),
  ] as const;
}

function raw(name: string, text: string) {
  return [name, Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1')] as const;
}

const ADDRESSES = [
  '/',
  '/v1',
  '/v2/calendars',
  '/v1/calendars/',
  '/v1/calendars//sync',
  '/V1/Calendars',
  '/robots.txt',
  '/v1/calendars/%',
  '/v1/calendars/%zz',
  '/v1/calendars/%ff',
  '/v1/calendars/%ed%a0%80',
  '/v1/calendars/%00',
  '/v1/calendars/a%0ab',
  '/v1/calendars/a%20b',
  '/v1/calendars/.',
  '/v1/calendars/..',
  '/v1/calendars/%2e%2e',
  '/v1/calendars/primary',
  '/v1/calendars/PRIMARY',
  '/v1/calendars/a%2Fb',
  `/v1/calendars/${'a'.repeat(321)}`,
  `/v1/calendars/${'%F0%9F%98%80'.repeat(320)}`,
  `/v1/calendars/${'a'.repeat(17_000)}`,
  '/v1/calendars/nobody%40example.com',
  '/v1/calendars/__proto__',
  'http://[bad/',
  '*',
];
const QUERIES = [
  'pageSize=1',
  'pageSize=0',
  'pageSize=501',
  'pageSize=0x10',
  'pageSize=1e2',
  'pageSize=%205%20',
  'pageSize=+5',
  'pageSize=5.0',
  'pageSize=',
  'pageSize',
  'pageSize=1&pageSize=2',
  'pageSize[]=5',
  'pagesize=5',
  'pageToken=x',
  'pageToken=aaaaaaaaaaaaaaaaaaaa',
  'pageToken[__proto__]=x',
  'status=active',
  'status=Active',
  'status=%ff',
  'status=%',
  'a[b][c]=1',
  '__proto__=1',
  '&&',
  '',
];
const REGISTRATIONS = [
  SUBJECT,
  '',
  'null',
  '[]',
  '"x"',
  '1',
  '{}',
  '{bad',
  `${SUBJECT}x`,
  '{"subject":null}',
  '{"subject":17}',
  '{"subject":""}',
  '{"subject":"  "}',
  '{"subject":"bob"}',
  '{"subject":"bob@@example.com"}',
  '{"subject":"bob@example.com\\n"}',
  '{"subject":"\\ud800@example.com"}',
  `{"subject":"${'b'.repeat(309)}@example.com"}`,
  '{"subject":"bob@example.com","Subject":"x"}',
  '{"subject":"bob@example.com","__proto__":{}}',
  '{"subject":"bob@example.com","subject":"mallory@example.com"}',
  '{"subject":"bob@example.com","s\\u0075bject":"mallory@example.com"}',
];
const WISHES = [
  '',
  '{}',
  '{"full":true}',
  '{"full":null}',
  '{"ful":true}',
  '{"full":"true"}',
  '{"full":1}',
  '{"resend":true,"full":false}',
  'null',
];
const TYPES: readonly Headers[] = [
  {},
  { 'Content-Type': '' },
  { 'Content-Type': 'application/json; charset=utf-8' },
  { 'Content-Type': 'APPLICATION/JSON;Charset="UTF-8"' },
  { 'Content-Type': 'application/json; charset=latin1' },
  { 'Content-Type': 'application/json; charset=nonsense' },
  { 'Content-Type': 'application/jsonp' },
  { 'Content-Type': 'application/merge-patch+json' },
  { 'Content-Type': 'application/x-www-form-urlencoded' },
  { 'Content-Type': 'text/plain' },
  { 'Content-Type': 'multipart/form-data; boundary=x' },
  { ...JSON_TYPE, 'Content-Encoding': 'identity' },
  { ...JSON_TYPE, 'Content-Encoding': 'deflate' },
];
const ANNOUNCEMENTS = [
  '{"conferenceId":"c-1"}',
  '{"conferenceId":""}',
  '{"conferenceId":"a\\u0000b"}',
  `{"conferenceId":"${'c'.repeat(1_025)}"}`,
  '{}',
];

/** What it is called, and its bytes. */
export const SAME_REQUESTS: readonly (readonly [string, Buffer])[] = [
  ...ADDRESSES.map((address) => ask('GET', address)),
  ...REGISTRATIONS.map((body) => ask('PUT', BOB, body)),
  ...QUERIES.map((query) => ask('GET', `${LIST}?${query}`)),
  ...TYPES.map((headers) => ask('PUT', BOB, SUBJECT, headers)),
  ...['primary', 'Primary', '..', 'a%00b', 'a%20b', 'a%2Fb'].map((id) => ask('PUT', `${LIST}/${id}`, SUBJECT)),
  ...WISHES.map((body) => ask('POST', `${BOB}/sync`, body)),
  ...ANNOUNCEMENTS.map((body) => ask('PUT', BINDING, body)),
  ...['e%00', 'e%20', '%C3%A9', '..', 'e'.repeat(1_025)].map((id) =>
    ask('PUT', `${BOB}/bindings/${id}`, ANNOUNCEMENTS[0]),
  ),
  ...['PATCH', 'POST', 'OPTIONS', 'TRACE', 'HEAD', 'QUERY'].map((method) => ask(method, BOB)),
  ...['GET', 'HEAD', 'DELETE'].map((method) => ask(method, BOB, '{}')),
  ...['pause', 'resume'].flatMap((verb) => [ask('POST', `${BOB}/${verb}`, '{}'), ask('POST', `${BOB}/${verb}?now=1`)]),
  ...['"x"', 'W/"x"', '*', 'x', '"a","b"', ''].flatMap((tags) => [
    ask('GET', BOB, '', { 'If-Match': tags }),
    ask('GET', BOB, '', { 'If-None-Match': tags }),
    ask('PUT', BOB, SUBJECT, { ...JSON_TYPE, 'If-None-Match': tags }),
    ask('PUT', BINDING, ANNOUNCEMENTS[0], { ...JSON_TYPE, 'If-Match': tags }),
  ]),
  ask('PUT', BOB, gzipSync(SUBJECT), { ...JSON_TYPE, 'Content-Encoding': 'gzip' }),
  ask('PUT', BOB, Buffer.from([...Buffer.from('{"subject":"'), 0xff, 0xfe, ...Buffer.from('@example.com"}')])),
  ask('PUT', BOB, `{"subject":"${'b'.repeat(70_000)}"}`),
  ask('PUT', BOB, '['.repeat(30_000)),
  ask('PUT', BOB, 'subject=mallory@example.com', { 'Content-Type': 'application/x-www-form-urlencoded' }),
  ask('GET', BOB, '', { 'X-Long': 'x'.repeat(17_000) }),
  ask('GET', BOB, '', { Expect: '100-continue' }),
  raw('no host', `GET ${BOB} HTTP/1.1\nConnection: close\n\n`),
  raw('HTTP/1.0', `GET ${BOB} HTTP/1.0\n\n`),
  raw('no HTTP', 'hello\n\n'),
  raw('an unknown method', `FROB ${BOB} HTTP/1.1\nHost: x\nConnection: close\n\n`),
  raw('two lengths', `PUT ${BOB} HTTP/1.1\nHost: x\nContent-Length: 1\nContent-Length: 2\n\nab`),
  raw('length and chunks', `PUT ${BOB} HTTP/1.1\nHost: x\nContent-Length: 3\nTransfer-Encoding: chunked\n\n0\n\n`),
  raw('a bad chunk', `PUT ${BOB} HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\nzz\n`),
  raw(
    'an empty body in chunks',
    `PUT ${BOB} HTTP/1.1\nHost: x\nConnection: close\nTransfer-Encoding: chunked\n\n0\n\n`,
  ),
  ask('DELETE', BOB),
  ask('DELETE', BOB),
];
