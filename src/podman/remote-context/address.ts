/** Addresses of build contexts: git repositories and archives. */
import { fail } from '../../base/errors.ts';

export type ContextAddress =
  | {
      readonly kind: 'git';
      /** Without name, password and fragment. */
      readonly url: string;
      /** A branch, a tag, a commit; absent: what the repository points to. */
      readonly ref?: string;
      /** The context within the repository. */
      readonly folder?: string;
      /** Value of an `Authorization` header. */
      readonly authorization?: string;
    }
  | { readonly kind: 'archive'; readonly url: string; readonly authorization?: string };

/** Contexts that are fetched, as Docker tells them from paths. */
export function isRemote(context: string): boolean {
  return /^(?:https?|git|ssh|file):\/\/|^git@|^github\.com\//.test(context);
}

/**
 * @param context - `https://HOST/REPO.git#REF:FOLDER`, `git@HOST:REPO`, `https://HOST/ARCHIVE.tar.gz`
 * @throws {ComposeError} `E_BUILD` for what git would take for an option
 * @see https://docs.docker.com/build/concepts/context/#url-fragments
 */
export function readAddress(context: string): ContextAddress {
  const text = context.startsWith('github.com/') ? `https://${context}` : context;
  const [address = '', fragment = ''] = text.split(/#(.*)/s);
  const { url, authorization } = withoutCredentials(address);
  const secret = authorization === undefined ? {} : { authorization };
  if (!isGit(address)) return { kind: 'archive', url, ...secret };
  const [ref = '', folder = ''] = fragment.split(/:(.*)/s);
  if (ref.startsWith('-')) throw fail('E_BUILD', `"${ref}" cannot be a branch, a tag or a commit`);
  return {
    kind: 'git',
    url,
    ...(ref === '' ? {} : { ref }),
    ...(folder === '' ? {} : { folder }),
    ...secret,
  };
}

function isGit(address: string): boolean {
  if (/^(?:git|ssh|file):\/\/|^git@/.test(address)) return true;
  return /\.git\/?$/.test(address) || /^https:\/\/github\.com\/[^/]+\/[^/]+\/?$/.test(address);
}

/** Name and password go as a header: addresses are seen in lists of processes. */
function withoutCredentials(address: string): { url: string; authorization?: string } {
  if (!/^https?:\/\/[^/]*@/.test(address)) return { url: address };
  const url = new URL(address);
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { url: url.href, authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}
