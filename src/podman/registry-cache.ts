/** Results of build steps in the repositories of registries: one tag for each key. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { ComposeError } from '../base/errors.ts';
import type { Span } from '../base/span.ts';
import type { Engine } from './types.ts';

/** A repository, and the line that names it. */
export interface CachePlace {
  readonly repository: string;
  readonly source?: Span;
}

export interface CacheTelling {
  readonly signal: AbortSignal;
  readonly warn: (diagnostic: Diagnostic) => void;
}

/** Without a registry a build takes longer, and is none the worse: what goes wrong is told once and not tried again. */
export class RegistryCaches {
  readonly #engine: Engine;
  readonly #gone = new Set<string>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @returns the id of the image, which is here now and has no name; undefined: there is none */
  async take(key: string, place: CachePlace, telling: CacheTelling): Promise<string | undefined> {
    const reference = this.#reference(key, place);
    const { signal } = telling;
    const id = await this.#tried('cannot be read', place, telling, async () => {
      const pulled = await this.#engine.pullImage({ reference, policy: 'always' }, { signal });
      await this.#engine.untagImage(reference, { signal });
      return pulled.id.replace(/^sha256:/, '');
    });
    return id;
  }

  /** @returns false: it is not there */
  async give(key: string, image: string, place: CachePlace, telling: CacheTelling): Promise<boolean> {
    const destination = this.#reference(key, place);
    const given = await this.#tried('cannot be written', place, telling, async () => {
      await this.#engine.pushImage(image, { destination, signal: telling.signal });
      return true;
    });
    return given ?? false;
  }

  #reference(key: string, { repository }: CachePlace): string {
    return `${repository}:${this.#engine.capabilities.arch}-${key}`;
  }

  async #tried<T>(
    what: string,
    { repository, source }: CachePlace,
    { signal, warn }: CacheTelling,
    run: () => Promise<T>,
  ): Promise<T | undefined> {
    const name = `${what} ${repository}`;
    if (this.#gone.has(name)) return undefined;
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof ComposeError) || signal.aborted) throw error;
      if (isUnknown(error)) return undefined;
      if (!this.#gone.has(name))
        warn({
          code: 'W_ENGINE',
          severity: 'warning',
          message: `the build cache ${repository} ${what}: the build goes on without it: ${error.message}`,
          ...(source ? { span: source } : {}),
          hint: 'log in with: podman login REGISTRY; one without TLS has to be listed as insecure in registries.conf',
        });
      this.#gone.add(name);
      return undefined;
    }
  }
}

/** The registry answers, and has no such tag or no such repository yet. */
function isUnknown({ message, cause }: ComposeError): boolean {
  return /manifest unknown|name unknown|not found|StatusCode: 404/i.test(`${message} ${String(cause ?? '')}`);
}
