/**
 * `config --hash`: one digest for each service, the one that docker compose prints for it and puts on containers as
 * `com.docker.compose.config-hash`, as long as no env file is read. What does not change a container is not in it: build,
 * pull_policy, scale, depends_on, profiles.
 */
import { sha256 } from '../../base/digest.ts';
import { fail } from '../../base/errors.ts';
import type { Loaded, Service } from '../../compose/types.ts';
import { arrange } from './arrange.ts';
import { compactJson } from './json-text.ts';
import { serviceLayout } from './layout.ts';
import { serviceNames } from './lists.ts';

/** @param which - "*" or names separated by commas */
export function serviceHashes(loaded: Loaded, which: string): string[] {
  const { services } = loaded.project;
  const names = which === '*' ? serviceNames(loaded.project) : which.split(',');
  return names.sort().map((name) => {
    const service = services[name];
    if (!service) throw fail('E_SERVICE_UNKNOWN', `no such service: ${name}`);
    return `${name} ${serviceHash(service)}`;
  });
}

function serviceHash(service: Service): string {
  const { build: _b, pull_policy: _p, scale: _s, depends_on: _d, profiles: _f, deploy, ...kept } = service;
  const { replicas: _r, ...placed } = deploy ?? {};
  const envFiles = kept.env_file?.map((file) => (file.required ? file.path : file));
  const hashed = {
    ...kept,
    ...(deploy ? { deploy: placed } : {}),
    ...(envFiles ? { env_file: envFiles } : {}),
  };
  return sha256(compactJson(arrange(hashed, serviceLayout, 'json')));
}
