/** `config --hash`: one digest for each service. */
import { digestOf } from '../../base/digest.ts';
import { fail } from '../../base/errors.ts';
import type { Loaded } from '../../compose/types.ts';
import { serviceNames } from './lists.ts';

/** @param which - "*" or names separated by commas */
export function serviceHashes(loaded: Loaded, which: string): string[] {
  const { services } = loaded.project;
  const names = which === '*' ? serviceNames(loaded.project) : which.split(',');
  return names.map((name) => {
    const service = services[name];
    if (!service) throw fail('E_SERVICE_UNKNOWN', `no such service: ${name}`);
    return `${name} ${digestOf(service)}`;
  });
}
