import { parseConfig } from '../../shared/config/config.ts';
import { FUNCTION_NAMES } from '../../shared/config/settings.ts';
import { entriesAt, listAt, textAt } from './read-json.ts';

/** Values of the right form for what comes from Secret Manager. */
const SECRETS: Readonly<Record<string, string>> = {
  CHANNEL_TOKEN_KEYS: 'a-key-of-more-than-sixteen-characters',
  CONNECTION_KEYS: Buffer.alloc(32, 1).toString('base64'),
  CONFERENCE_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
};

/**
 * What the code says of the variables that a planned function would start with; undefined where it starts. `values` are those of a
 * google_cloudfunctions2_function.
 */
export function refusalAtStart(values: unknown): string | undefined {
  const entryPoint = textAt(values, 'build_config', 0, 'entry_point');
  const target = FUNCTION_NAMES.find((name) => name === entryPoint);
  if (target === undefined) return `no function is called ${entryPoint}`;
  const plain = entriesAt(values, 'service_config', 0, 'environment_variables').map(
    ([name, value]) => [name, String(value)] as const,
  );
  const secret = listAt(values, 'service_config', 0, 'secret_environment_variables').map((variable) => {
    const name = textAt(variable, 'key');
    return [name, SECRETS[name] ?? 'a-secret'] as const;
  });
  try {
    parseConfig(Object.fromEntries([...plain, ...secret]), target);
    return undefined;
  } catch (error) {
    return String(error);
  }
}
