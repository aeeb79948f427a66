/** Image calls whose answers are streams: pull, push, load. Podman answers 200 even when they fail. */
import { fail } from '../base/errors.ts';
import { EngineError } from './engine-error.ts';
import { readJsonLines } from './frames.ts';
import type { HttpClient } from './http.ts';
import type { CallOptions, PullRequest, PushOptions } from './types.ts';

interface Report {
  stream?: string;
  error?: string;
  id?: string;
  images?: string[] | null;
}

export async function pull(
  http: HttpClient,
  request: PullRequest,
  options: CallOptions,
): Promise<{ id: string }> {
  const [os, arch, variant] = (request.platform ?? '').split('/');
  const query = {
    reference: request.reference,
    policy: request.policy,
    OS: os || undefined,
    Arch: arch,
    Variant: variant,
  };
  const stream = await http.stream('POST', '/images/pull', { ...options, query });
  let id = '';
  let failure: string | undefined;
  for await (const report of readJsonLines<Report>(stream)) {
    if (report.stream) request.onProgress?.(report.stream.trim());
    if (report.id) id = report.id;
    if (report.error) failure = report.error;
  }
  if (failure !== undefined) throw pullError(request.reference, failure);
  return { id };
}

function pullError(reference: string, reason: string): Error {
  const lines = reason.trim().split('\n');
  const last = lines.at(-1)?.trim() ?? reason;
  const denied = /unauthorized|authentication required|denied/i.test(reason);
  const hint = denied
    ? 'log in with: podman login REGISTRY'
    : 'check the name and the network; a local image is used with --pull never';
  return new EngineError(500, reason, `image ${reference} cannot be pulled: ${last}`, 'E_IMAGE', hint);
}

export async function push(
  http: HttpClient,
  reference: string,
  options: CallOptions & PushOptions,
): Promise<void> {
  const { signal, onProgress, destination = reference } = options;
  const name = encodeURIComponent(reference);
  // A list of images for several platforms has a call of its own; the other pushes this machine's image alone.
  const stream = (await isList(http, name, signal))
    ? await http.stream('POST', `/manifests/${name}/registry/${encodeURIComponent(destination)}`, {
        signal,
        query: { all: true },
      })
    : await http.stream('POST', `/images/${name}/push`, { signal, query: { destination } });
  for await (const report of readJsonLines<Report>(stream)) {
    if (report.stream) onProgress?.(report.stream.trim());
    if (report.error)
      throw fail('E_IMAGE', `image ${destination} cannot be pushed: ${report.error.trim()}`, {
        hint: 'log in with: podman login REGISTRY',
      });
  }
}

async function isList(http: HttpClient, name: string, signal: AbortSignal | undefined): Promise<boolean> {
  // 404: there is no such name; 500: it is an image.
  const accept = [404, 500];
  return (await http.call('GET', `/manifests/${name}/exists`, { signal, accept })).status < 400;
}

export async function load(
  http: HttpClient,
  tar: AsyncIterable<Uint8Array>,
  options: CallOptions,
): Promise<readonly string[]> {
  const answer = await http.call('POST', '/images/load', {
    ...options,
    raw: tar,
    contentType: 'application/x-tar',
    deadlineMs: 0,
  });
  return (JSON.parse(answer.text) as { Names: string[] | null }).Names ?? [];
}

/** The query of a tag call: `host:5000/app:1` -> repo and tag. */
export function splitReference(reference: string): { repo: string; tag: string } {
  const slash = reference.lastIndexOf('/');
  const colon = reference.indexOf(':', slash + 1);
  return colon < 0
    ? { repo: reference, tag: 'latest' }
    : { repo: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

export type RemoveImage = CallOptions & { readonly parents?: boolean };

interface Removed {
  readonly Errors?: readonly string[] | null;
}

/** @throws {EngineError} when it is in use, or not there */
export async function remove(
  http: HttpClient,
  reference: string,
  { parents = true, ...options }: RemoveImage,
): Promise<void> {
  if (parents) {
    await http.call('DELETE', `/images/${encodeURIComponent(reference)}`, options);
    return;
  }
  // Only the call for many images can leave parents where they are. It answers 200 and says what went wrong.
  const query = { images: reference, noprune: true };
  const { Errors: errors } = await http.json<Removed>('DELETE', '/images/remove', { ...options, query });
  const [reason] = errors ?? [];
  if (reason === undefined) return;
  throw new EngineError(409, reason, `podman: image ${reference} cannot be removed: ${reason}`, 'E_IMAGE');
}
