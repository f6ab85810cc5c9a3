/** How an execution of a script ends. */
import type { BuiltConferenceData } from './conference-data.ts';

/**
 * What the function returned, or what nobody in the script caught. `died` stands for an execution that Google ended in the middle: out of
 * time, or a machine that is gone.
 */
export type ScriptResult =
  | { readonly kind: 'conference-data'; readonly data: BuiltConferenceData }
  | { readonly kind: 'html'; readonly html: string }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'exception'; readonly message: string }
  | { readonly kind: 'died' };
