/**
 * Requests made from the document: right ones, and ones that are wrong in one place, which the document forbids. The place is a parameter,
 * a member of the body, its kind, its bytes, or something that the operation does not know.
 */
import fc from 'fast-check';
import { type DescribedOperation, isValid, type Parameter, type Schema } from './document.ts';
import type { SentRequest } from './send.ts';

/** A request and what is said of it. */
export interface GeneratedRequest extends SentRequest {
  /** What is wrong with it; undefined for a right one. */
  readonly wrong: string | undefined;
}

/** Values for the parameters that are given, as text, by name. */
type Values = Readonly<Record<string, string>>;

const JSON_TYPE = 'application/json';
/** A calendar that is registered. */
const KNOWN: Values = { calendarId: 'alice@example.com', eventId: 'e1', subject: 'alice@example.com' };

/** Right requests of an operation. */
export function rightRequests(operation: DescribedOperation): fc.Arbitrary<GeneratedRequest> {
  const values = fc.record(
    Object.fromEntries(operation.parameters.map((parameter) => [parameter.name, rightValue(parameter)])),
    { requiredKeys: operation.parameters.filter((one) => one.in === 'path').map(({ name }) => name) },
  );
  return fc.tuple(values, rightBody(operation)).map(([some, body]) => built(operation, some, body));
}

/** Requests that are wrong in one place. */
export function wrongRequests(operation: DescribedOperation): fc.Arbitrary<GeneratedRequest> {
  const right = rightBody(operation).filter((body) => body !== undefined || operation.body === undefined);
  const inParameters = operation.parameters.map((parameter) =>
    fc
      .tuple(wrongText(parameter.schema), right)
      .filter(([text]) => isSendable(parameter, text))
      .map(([text, body]) => ({
        ...built(operation, { ...KNOWN, [parameter.name]: text }, body),
        wrong: `${parameter.name} is ${JSON.stringify(text)}`,
      })),
  );
  const unknownParameter = fc
    .tuple(fc.string({ unit: 'grapheme', minLength: 1 }), right)
    .filter(([name]) => operation.parameters.every((known) => known.name !== name))
    .map(([name, body]) => {
      const request = built(operation, KNOWN, body);
      return { ...request, path: `${request.path}?${encodeURIComponent(name)}=1`, wrong: `parameter ${name}` };
    });
  return fc.oneof(...inParameters, unknownParameter, wrongBody(operation));
}

function built(operation: DescribedOperation, values: Values, body: unknown): GeneratedRequest {
  const given = operation.parameters.filter(({ name }) => values[name] !== undefined);
  const encoded = ({ name }: Parameter): string => encodeURIComponent(values[name] ?? '');
  const path = given
    .filter((one) => one.in === 'path')
    .reduce((address, one) => address.replace(`{${one.name}}`, () => encoded(one)), operation.template);
  const query = given.filter((one) => one.in === 'query').map((one) => `${one.name}=${encoded(one)}`);
  const headers = given.filter((one) => one.in === 'header').map(({ name }) => [name, values[name] ?? '']);
  return {
    method: operation.method,
    path: query.length === 0 ? path : `${path}?${query.join('&')}`,
    headers: { ...Object.fromEntries(headers), ...(body !== undefined && { 'content-type': JSON_TYPE }) },
    body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
    wrong: undefined,
  };
}

function rightValue({ name, schema }: Parameter): fc.Arbitrary<string> {
  const known = KNOWN[name];
  const value = rightOf(schema).map(String);
  return known === undefined ? value : fc.oneof(fc.constant(known), value);
}

function rightBody({ body, isBodyRequired }: DescribedOperation): fc.Arbitrary<unknown> {
  if (body === undefined) return fc.constant(undefined);
  return isBodyRequired ? rightOf(body) : fc.option(rightOf(body), { nil: undefined });
}

/** Values that are as the schema says. */
function rightOf(schema: Schema): fc.Arbitrary<unknown> {
  const { type, minimum, maximum, required = [] } = schema;
  switch (type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: Number(minimum), max: Number(maximum) });
    case 'string':
      return rightText(schema);
    case 'array':
      return fc.array(rightOf(schema.items as Schema), { maxLength: Math.min(Number(schema.maxItems), 3) });
    case 'object': {
      const members = membersOf(schema).map(([name, inner]) => [name, rightMember(name, inner)]);
      const model: Record<string, fc.Arbitrary<unknown>> = Object.fromEntries(members);
      return fc.record(model, { requiredKeys: required as string[], noNullPrototype: true });
    }
    default:
      throw new Error(`no values are made of the type ${String(type)}`);
  }
}

/** Which hosts a browser may go back to is each installation's affair, and stands in no schema: the example is of one. */
function rightMember(name: string, schema: Schema): fc.Arbitrary<unknown> {
  return name === 'returnTo' ? fc.constantFrom(...(schema.examples as string[])) : rightOf(schema);
}

function rightText(schema: Schema): fc.Arbitrary<string> {
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as string[]));
  const examples = (schema.examples as string[] | undefined) ?? ['aa', 'alice@example.com'];
  const longest = examples.map((example) => example.padEnd(Number(schema.maxLength ?? 20), 'a'));
  const special = [...examples, ...longest, '*', '"x"', 'W/"x", "y"', 'a'.repeat(20)].filter((text) =>
    isValid(schema, text),
  );
  const matching = fc
    .stringMatching(new RegExp(String(schema.pattern ?? '^.*$'), 'u'))
    .filter((text) => isValid(schema, text));
  return fc.oneof(matching, fc.constantFrom(...special));
}

/** Texts that are not as the schema says. */
function wrongText(schema: Schema): fc.Arbitrary<string> {
  const longer = 'a'.repeat(Number(schema.maxLength ?? 20) + 1);
  const odd = [
    '.',
    '..',
    'primary',
    'PRIMARY',
    'Primary',
    ' ',
    'a b',
    'a\0b',
    '\u007f',
    'a\u0085',
    '0',
    '-1',
    '0x10',
    '1e2',
    '1.0',
    ' 5 ',
    '501',
  ];
  return fc
    .oneof(fc.constantFrom(...odd, longer, `${longer}@example.com`), fc.string({ unit: 'binary' }))
    .filter((text) => !isValid(schema, schema.type === 'integer' && /^\d+$/.test(text) ? Number(text) : text));
}

/** An empty part of a path is another address, and a header holds visible ASCII only, or does not reach the function. */
function isSendable(parameter: Parameter, text: string): boolean {
  switch (parameter.in) {
    case 'path':
      return text !== '';
    case 'query':
      return true;
    case 'header':
      return /^[!-~]+$/.test(text);
  }
}

function wrongBody(operation: DescribedOperation): fc.Arbitrary<GeneratedRequest> {
  const { body: schema } = operation;
  const sent = (bytes: Buffer, type: string | undefined, wrong: string): GeneratedRequest => ({
    ...built(operation, KNOWN, undefined),
    ...(type !== undefined && { headers: { 'content-type': type } }),
    body: bytes,
    wrong: `${wrong}: ${type} ${bytes.toString('latin1').slice(0, 100)}`,
  });
  const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  if (schema === undefined)
    return fc.json().map((text) => sent(Buffer.from(text), JSON_TYPE, 'a body where none is described'));
  const right = rightOf(schema) as fc.Arbitrary<Record<string, unknown>>;
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    'application/json; charset=latin1',
    undefined,
  ];
  const unknownMember = fc
    .tuple(right, fc.string({ unit: 'binary' }))
    .filter(([, name]) => !membersOf(schema).some(([known]) => known === name));
  const spoilt = membersOf(schema).map(([name, inner]) =>
    fc
      .tuple(right, fc.oneof(fc.jsonValue(), inner.type === 'string' ? wrongText(inner) : fc.jsonValue()))
      .filter(([, value]) => !isValid(inner, value))
      .map(([body, value]) => sent(bytesOf({ ...body, [name]: value }), JSON_TYPE, `member ${name}`)),
  );
  return fc.oneof(
    ...spoilt,
    fc
      .jsonValue()
      .filter((value) => !isValid(schema, value))
      .map((value) => sent(bytesOf(value), JSON_TYPE, 'another value')),
    unknownMember.map(([body, name]) =>
      sent(bytesOf(Object.fromEntries([...Object.entries(body), [name, true]])), JSON_TYPE, 'an unknown member'),
    ),
    fc.tuple(right, fc.constantFrom(...types)).map(([body, type]) => sent(bytesOf(body), type, 'another media type')),
    right.map((body) =>
      sent(Buffer.concat([bytesOf(body).subarray(0, -1), Buffer.from(',"\xff":1}', 'latin1')]), JSON_TYPE, 'no UTF-8'),
    ),
    right.map((body) => sent(bytesOf(body).subarray(0, -1), JSON_TYPE, 'no JSON')),
  );
}

function membersOf(schema: Schema): readonly (readonly [string, Schema])[] {
  return Object.entries(schema.properties as Record<string, Schema>);
}
