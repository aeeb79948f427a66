import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { knownServices } from '../../../src/cli/answers/known-services.ts';
import type { GlobalOptions } from '../../../src/cli/global-options.ts';
import { globalFlags, globalOptions } from '../../../src/cli/global-options.ts';
import { parseArguments } from '../../../src/cli/grammar.ts';
import { Interrupts } from '../../../src/cli/interrupts.ts';
import { Session } from '../../../src/cli/session.ts';
import type { Loaded } from '../../../src/compose/types.ts';

let root: string;
let loads: number;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tscompose-known-'));
  loads = 0;
  write('compose.yaml', 'services: { web: { image: a }, extra: { image: a, profiles: [more] } }\n');
});
afterEach(() => rmSync(root, { recursive: true }));

/** As if it had been there long before. */
function write(name: string, text: string): void {
  writeFileSync(join(root, name), text);
  utimesSync(join(root, name), 1, text.length);
}

class CountingSession extends Session {
  override load(...request: Parameters<Session['load']>): Promise<Loaded> {
    loads += 1;
    return super.load(...request);
  }
}

interface Asking {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly code?: string;
}

/** What a command learns, and whether the files were loaded for it. */
async function known({ args = [], env = {}, code = 'code 1' }: Asking = {}): Promise<[string, boolean]> {
  const before = loads;
  const interrupts = new Interrupts(() => undefined);
  const { flags } = parseArguments(args, { flags: globalFlags, interspersed: true, program: 'tscompose' });
  const options: GlobalOptions = globalOptions(flags, env);
  const session = new CountingSession({
    options,
    interrupts,
    streams: process,
    env: { XDG_CACHE_HOME: join(root, 'cache'), ...env },
    cwd: root,
    tuning: { largeInput: () => undefined, littleWork: () => undefined, muchWork: () => undefined },
    code,
  });
  try {
    const { project, services } = await knownServices(session);
    return [[project, ...services].join(' '), loads > before];
  } finally {
    interrupts.close();
  }
}

/** Its time of change is the clock's: what was written just now is not believed yet. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

describe('the services of a project', () => {
  it('are read once, with those that no profile enables', async () => {
    await settled();
    const own = { args: ['-p', 'shop'] };
    expect(await known(own)).toEqual(['shop web extra', true]);
    expect(await known(own)).toEqual(['shop web extra', false]);
  });

  it('are read again when something of what they are drawn from is another', async () => {
    const own = { args: ['-p', 'shop'] };
    const changes: Record<string, () => Asking> = {
      'the file': () => {
        write('compose.yaml', 'services: { web: { image: a }, db: { image: b } }\n');
        return own;
      },
      'a file that was not there': () => {
        write('compose.override.yaml', 'services: { db: { image: c } }\n');
        return own;
      },
      'the name': () => ({ args: ['-p', 'other'] }),
      'a variable': () => ({ ...own, env: { COMPOSE_PROFILES: 'more' } }),
      'the code': () => ({ ...own, code: 'code 2' }),
    };
    await settled();
    await known(own);
    for (const [what, change] of Object.entries(changes)) {
      const next = change();
      await settled();
      expect((await known(next))[1], what).toBe(true);
      expect((await known(next))[1], what).toBe(false);
    }
    expect((await known(own))[0]).toBe('shop db web');
  });

  it('are read each time where it is not wanted otherwise, and where there is something to say', async () => {
    await settled();
    const without = { env: { TSCOMPOSE_KEPT_ANSWERS: '0' } };
    expect([(await known(without))[1], (await known(without))[1]]).toEqual([true, true]);
    write('compose.yaml', 'services: { web: { image: a, environment: { PLACE: "$OLDPWD" } } }\n');
    await settled();
    const env = { OLDPWD: '/' };
    expect([(await known({ env }))[1], (await known({ env }))[1]]).toEqual([true, true]);
  });
});
