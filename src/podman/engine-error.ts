/** What the engine says when it refuses, as diagnostics. The only place that reads its words. */
import { ComposeError } from '../base/errors.ts';

export class EngineError extends ComposeError {
  override readonly name: string = 'EngineError';
  readonly status: number;
  /** The engine's own words. */
  readonly reason: string;

  constructor(
    status: number,
    reason: string,
    message: string,
    code: 'E_ENGINE' | 'E_NO_SPACE' | 'E_PORT_TAKEN' | 'E_CONFLICT' | 'E_IMAGE',
    hint?: string,
  ) {
    super({ code, severity: 'error', message, ...(hint ? { hint } : {}) });
    this.status = status;
    this.reason = reason;
  }
}

/** Messages that go away by themselves: another process holds a lock or has just removed something. */
const transient = [
  /database is locked/i,
  /container state improper.*please try again/i,
  /layer not known/i,
  /resource temporarily unavailable/i,
  // A network that is made anew at once: the name server of the one before still holds its address.
  /aardvark-dns.*\bbind/is,
  // The engine was killed while its runtime made the container: as it refuses, it clears away what the runtime still has of it.
  /already exists: OCI runtime error/i,
  // Two that change its networks at once: the name server of one ends as the other needs it.
  /aardvark-dns failed to start/i,
  // On a machine under load the kernel refuses one interface of many that are made at once.
  /netavark: create veth pair: .*invalid argument/i,
  // A process that ends while the engine looks at it.
  /\/proc\/\d+\/[^:]*: no such (?:process|file or directory)/i,
];

/** The engine trips over what another process changes as it looks: to ask again changes nothing and mostly helps. */
const tripped = /(?<!OCI )runtime error: /;

/** Lists are read object by object: one that another process removes meanwhile fails the whole list. */
const list = /^\/(?:containers|pods|volumes|networks|images|secrets)\/json$/;
const vanished = /no such (?:container|pod|volume|network|image|secret)|image not known|layer not known/i;

export function isTransient(method: string, path: string, text: string): boolean {
  if (method === 'GET' && (tripped.test(text) || (list.test(path) && vanished.test(text)))) return true;
  return transient.some((pattern) => pattern.test(text));
}

/** Turns an error answer (`{cause, message, response}`) into an error. */
export function engineError(method: string, path: string, status: number, text: string): EngineError {
  const reason = reasonOf(text) || `status ${status}`;
  const subject = subjectOf(path);
  const message = `podman: ${method} ${subject}: ${reason}`;
  // The second is how its database says it.
  if (/no space left on device|database or disk is full/i.test(reason))
    return new EngineError(
      status,
      reason,
      message,
      'E_NO_SPACE',
      'free some disk space and run the command again',
    );
  if (/address already in use|port is already allocated|cannot listen on the (TCP|UDP) port/i.test(reason)) {
    return new EngineError(
      status,
      reason,
      message,
      'E_PORT_TAKEN',
      'stop what uses the port, or publish another one',
    );
  }
  if (/already exists: OCI runtime error/i.test(reason))
    return new EngineError(
      status,
      reason,
      message,
      'E_CONFLICT',
      'Podman was ended while it made this container: up --force-recreate SERVICE makes it anew',
    );
  // A secret is "name in use". The last are the words of the database, where two make or rename to one name at the same time, or
  // Podman does not look first.
  if (/(?:already|name) in use|already exists|UNIQUE constraint failed/i.test(reason))
    return new EngineError(status, reason, message, 'E_CONFLICT');
  if (/image not known|no such image/i.test(reason))
    return new EngineError(status, reason, message, 'E_IMAGE');
  return new EngineError(status, reason, message, 'E_ENGINE');
}

function reasonOf(text: string): string {
  try {
    const parsed = JSON.parse(text) as { message?: string; cause?: string; Errs?: unknown };
    if (Array.isArray(parsed.Errs)) return parsed.Errs.map(String).join('; ');
    return parsed.message ?? parsed.cause ?? text;
  } catch {
    return text.trim();
  }
}

/** The path without query, short enough for a message. */
function subjectOf(path: string): string {
  return path.replace(/\?.*$/, '').replace(/[0-9a-f]{64}/g, (id) => id.slice(0, 12));
}

/** True when the object that was asked for does not exist. */
export function isMissing(error: unknown): boolean {
  if (!(error instanceof EngineError)) return false;
  return (
    error.status === 404 ||
    /no such (container|pod|volume|network|image|secret)|image not known|no container with name|no pod with name|no secret/i.test(
      error.reason,
    )
  );
}

/** True when a container cannot be removed because it runs. */
export function isStillRunning(error: unknown): boolean {
  return error instanceof EngineError && /cannot be removed without force/i.test(error.reason);
}
