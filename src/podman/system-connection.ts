/** Connections that `podman system connection` manages, read from its files without starting podman. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface NamedConnection {
  readonly url: string;
  readonly source: string;
}

/**
 * The connection named by CONTAINER_CONNECTION, else the default one, if any is configured.
 * Podman 5 keeps them in podman-connections.json, older ones in containers.conf.
 */
export function namedConnection(
  environment: Readonly<Record<string, string | undefined>>,
): NamedConnection | undefined {
  const wanted = environment['CONTAINER_CONNECTION'];
  const { json, toml } = connectionFiles(environment);
  return fromJson(json, wanted) ?? fromToml(toml, wanted);
}

/** Where connections are written down. */
export function connectionFiles(environment: Readonly<Record<string, string | undefined>>): {
  readonly json: string;
  readonly toml: string;
} {
  const config = environment['XDG_CONFIG_HOME'] ?? join(environment['HOME'] ?? '/root', '.config');
  const folder = join(config, 'containers');
  return { json: join(folder, 'podman-connections.json'), toml: join(folder, 'containers.conf') };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function fromJson(path: string, wanted: string | undefined): NamedConnection | undefined {
  const text = read(path);
  if (text === undefined) return undefined;
  try {
    const parsed = JSON.parse(text) as {
      Connection?: { Default?: string; Connections?: Record<string, { URI?: string }> };
    };
    const name = wanted ?? parsed.Connection?.Default;
    const url = name ? parsed.Connection?.Connections?.[name]?.URI : undefined;
    return url ? { url, source: `the connection "${name}"` } : undefined;
  } catch {
    return undefined;
  }
}

/** `[engine] active_service = "x"` and `[engine.service_destinations.x] uri = "..."`. */
function fromToml(path: string, wanted: string | undefined): NamedConnection | undefined {
  const text = read(path);
  if (text === undefined) return undefined;
  const name = wanted ?? /^\s*active_service\s*=\s*"([^"]+)"/m.exec(text)?.[1];
  if (!name) return undefined;
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const section = new RegExp(
    `^\\s*\\[engine\\.service_destinations\\.(?:"${escaped}"|${escaped})\\]([^[]*)`,
    'm',
  ).exec(text)?.[1];
  const url = section ? /^\s*uri\s*=\s*"([^"]+)"/m.exec(section)?.[1] : undefined;
  return url ? { url, source: `the connection "${name}"` } : undefined;
}
