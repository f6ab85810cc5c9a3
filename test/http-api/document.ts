/** docs/openapi.json as tests use it: its operations, and what of an answer is not as it says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** A JSON Schema without references. */
export type Schema = Readonly<Record<string, unknown>>;

/** A parameter of an operation. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
}

interface DescribedResponse {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema: Schema }>>;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

/** An operation, with the parameters of its path. */
export interface DescribedOperation {
  readonly operationId: string;
  readonly method: string;
  /** Such as `/v1/calendars/{calendarId}`. */
  readonly template: string;
  readonly parameters: readonly Parameter[];
  /** Of the body; undefined where none is described. */
  readonly body: Schema | undefined;
  readonly isBodyRequired: boolean;
  readonly responses: Readonly<Record<string, DescribedResponse>>;
}

/** An answer as it came. */
export interface GivenAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

const METHODS = ['get', 'head', 'put', 'post', 'delete'];
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addFormat('date-time', (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text));
const validators = new Map<Schema, (value: unknown) => boolean>();

/** The document, references replaced by what they refer to. */
export const DOCUMENT = withoutReferences(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/openapi.json'), 'utf8')),
);

/** All operations. */
export const DESCRIBED: readonly DescribedOperation[] = Object.entries(objectAt(DOCUMENT, 'paths')).flatMap(
  ([template, item]) =>
    METHODS.filter((method) => method in objectAt(item)).map((method) => {
      const operation = objectAt(item, method);
      const body = operation.requestBody === undefined ? undefined : objectAt(operation, 'requestBody');
      return {
        operationId: String(operation.operationId),
        method: method.toUpperCase(),
        template,
        // What the document says is held to the meta schema of OpenAPI by the test of this file's users.
        parameters: [...listAt(item, 'parameters'), ...listAt(operation, 'parameters')] as Parameter[],
        body: body && objectAt(body, 'content', 'application/json', 'schema'),
        isBodyRequired: body?.required === true,
        responses: objectAt(operation, 'responses') as DescribedOperation['responses'],
      };
    }),
);

/** The operation that a request asks for; undefined where the document has none. */
export function operationAt(method: string, path: string): DescribedOperation | undefined {
  const address = path.split('?')[0] ?? '';
  return DESCRIBED.find(
    (one) => one.method === method && new RegExp(`^${one.template.replace(/\{\w+\}/g, '[^/]+')}/?$`).test(address),
  );
}

/** Whether a value is as the schema says. */
export function isValid(schema: Schema, value: unknown): boolean {
  const validator = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, validator);
  return validator(value);
}

/** What of the answer is not as the document says; a sentence each. */
export function faultsOf({ responses }: DescribedOperation, { status, headers, text }: GivenAnswer): string[] {
  const described = responses[String(status)];
  if (described === undefined) return [`status ${status} is not listed`];
  const faults = Object.entries(described.headers ?? {}).flatMap(([name, { required, schema }]) => {
    const value = headers[name.toLowerCase()];
    if (value === undefined) return required === true ? [`${name} is missing`] : [];
    return isValid(schema, schema.type === 'integer' ? Number(value) : value) ? [] : [`${name} is ${value}`];
  });
  if (described.content === undefined) {
    return text === '' ? faults : [...faults, `${status} has content`];
  }
  const type = (headers['content-type'] ?? '').split(';')[0] ?? '';
  const schema = described.content[type]?.schema;
  if (schema === undefined) return [...faults, `content type ${type} is not listed for ${status}`];
  const content: unknown = JSON.parse(text);
  if (!isValid(schema, content)) faults.push(`content of ${status} is not as described: ${text}`);
  if (status >= 400 && objectAt(content).status !== status)
    faults.push(`the problem has another status than ${status}`);
  return faults;
}

function withoutReferences(document: unknown): unknown {
  const replaced = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replaced);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref } = value as { $ref?: string };
    if ($ref !== undefined) return replaced(objectAt(document, ...$ref.slice(2).split('/')));
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replaced(inner)]));
  };
  return replaced(document);
}

function objectAt(value: unknown, ...path: readonly string[]): Readonly<Record<string, unknown>> {
  let found = value;
  for (const name of path) found = (found as Record<string, unknown> | undefined)?.[name];
  if (typeof found !== 'object' || found === null) throw new Error(`the document has no object at ${path.join('/')}`);
  return found as Record<string, unknown>;
}

function listAt(value: unknown, name: string): readonly unknown[] {
  const list = objectAt(value)[name] ?? [];
  if (!Array.isArray(list)) throw new Error(`${name} is no list`);
  return list;
}
