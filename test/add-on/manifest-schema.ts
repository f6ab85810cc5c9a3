/**
 * What Google documents of a manifest, for the parts that a conferencing add-on of Calendar uses, as a JSON schema. A member that these
 * pages do not know is refused: https://developers.google.com/apps-script/manifest and, below it, `dependencies`, `addons`,
 * `calendar-addons` and `allowlist-url`. clasp has no such check: it sends the file as it is.
 */
const TEXT = { type: 'string', minLength: 1 } as const;
const FUNCTION_NAME = { type: 'string', pattern: '^[A-Za-z_$][\\w$]*$' } as const;
const HTTPS = { type: 'string', pattern: '^https://[^/]+/' } as const;

function object(required: readonly string[], properties: Readonly<Record<string, object>>) {
  return { type: 'object', additionalProperties: false, required, properties } as const;
}

const advancedService = object(['userSymbol', 'serviceId', 'version'], {
  userSymbol: FUNCTION_NAME,
  serviceId: TEXT,
  version: TEXT,
});
const conferenceSolution = object(['id', 'logoUrl', 'name', 'onCreateFunction'], {
  id: TEXT,
  logoUrl: HTTPS,
  name: TEXT,
  onCreateFunction: FUNCTION_NAME,
});
const calendar = object(['conferenceSolution'], {
  createSettingsUrlFunction: FUNCTION_NAME,
  currentEventAccess: { enum: ['METADATA', 'READ', 'WRITE', 'READ_WRITE'] },
  conferenceSolution: { type: 'array', minItems: 1, items: conferenceSolution },
});

/** See the file's head. */
export const MANIFEST_SCHEMA = object(['timeZone', 'runtimeVersion', 'oauthScopes', 'addOns'], {
  timeZone: TEXT,
  runtimeVersion: { enum: ['STABLE', 'V8', 'DEPRECATED_ES5'] },
  exceptionLogging: { enum: ['NONE', 'STACKDRIVER'] },
  dependencies: object([], { enabledAdvancedServices: { type: 'array', items: advancedService } }),
  oauthScopes: {
    type: 'array',
    uniqueItems: true,
    items: { type: 'string', pattern: '^(openid|https://www\\.googleapis\\.com/auth/[\\w.-]+)$' },
  },
  urlFetchWhitelist: { type: 'array', uniqueItems: true, items: HTTPS },
  addOns: object(['common', 'calendar'], {
    common: object(['name', 'logoUrl'], { name: TEXT, logoUrl: HTTPS }),
    calendar,
  }),
});
