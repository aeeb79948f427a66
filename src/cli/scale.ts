import { fail } from '../base/errors.ts';

/**
 * Reads `web=3 api=2`.
 *
 * @throws {ComposeError} `E_USAGE`
 */
export function parseScale(texts: readonly string[]): Record<string, number> {
  const result: Record<string, number> = Object.create(null) as Record<string, number>;
  for (const text of texts) {
    const [, service, number] = /^([^=]+)=(\d+)$/.exec(text) ?? [];
    if (service === undefined || number === undefined) {
      throw fail('E_USAGE', `"${text}" does not say how many containers`, {
        hint: 'write SERVICE=NUMBER, as web=3',
      });
    }
    result[service] = Number(number);
  }
  return { ...result };
}
