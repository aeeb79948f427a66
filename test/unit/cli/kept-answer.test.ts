import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Asking, answerPath, keptAnswer } from '../../../src/cli/answers/kept-answer.ts';
import { type Answer, Witness } from '../../../src/cli/answers/witness.ts';
import { diskReader } from '../../../src/compose/reader.ts';

let root: string;
const at = (name: string): string => join(root, name);
/** The files were there long before. */
const later = (): number => Date.now() + 10_000;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tscompose-answer-'));
  mkdirSync(at('store/libpod'), { recursive: true });
  mkdirSync(at('store/overlay-images'));
  writeDatabase(1);
  for (const name of ['store/overlay-images/images.json', 'compose.yaml', 'key'])
    writeFileSync(at(name), name);
  mkdirSync(at('context'));
  writeFileSync(at('context/f'), '1');
});
afterEach(() => rmSync(root, { recursive: true }));

function writeDatabase(count: number, text = 'container-1'): void {
  const page = Buffer.alloc(100);
  page.write('SQLite format 3\0', 'latin1');
  page[18] = 1;
  page[19] = 1;
  page.writeUInt32BE(count, 24);
  writeFileSync(at('store/db.sql'), Buffer.concat([page, Buffer.from(text)]));
}

const containers = [
  { id: 'container-0', createdAt: '2026-01-01T00:00:00Z', pid: 0 },
  { id: 'container-1', createdAt: '2026-01-02T00:00:00Z', pid: process.pid },
];

interface Scene {
  readonly answer?: Partial<Answer>;
  readonly now?: () => number;
  readonly also?: (witness: Witness) => void;
}

/** A command reads a file, looks for another, asks the engine and keeps its answer. @returns what the next one is told */
function kept({ answer, now = later, also }: Scene = {}): string | undefined {
  const witness = new Witness(at('cache/answer'), now);
  const reader = witness.through(diskReader);
  reader.readText(at('compose.yaml'));
  reader.kind(at('.env'));
  reader.kind(root);
  witness.asks({ graphRoot: at('store'), driver: 'overlay' });
  also?.(witness);
  witness.keep({ text: 'said\n', entries: [at('context'), at('context/f')], containers, ...answer });
  return told();
}

const told = (): string | undefined => keptAnswer(at('cache/answer'))?.text;

describe('the answer of a command that had nothing to do', () => {
  it('is given again while all is as it was', () => {
    expect(kept()).toBe('said\n');
    writeFileSync(at('beside'), '');
    expect(told()).toBe('said\n');
  });

  const changes: Record<string, () => void> = {
    'a file has another content': () => writeFileSync(at('compose.yaml'), 'other'),
    'a file has another mode': () => chmodSync(at('compose.yaml'), 0o600),
    'a file has another time': () => utimesSync(at('compose.yaml'), 1, 1),
    'a file is another one': () => {
      writeFileSync(at('next'), 'compose.yaml');
      renameSync(at('next'), at('compose.yaml'));
    },
    'a file is gone': () => rmSync(at('compose.yaml')),
    'a file is there that was not': () => writeFileSync(at('.env'), ''),
    'a link is there that was not': () => symlinkSync('compose.yaml', at('.env')),
    'a file of the context changed': () => writeFileSync(at('context/f'), '2'),
    'a file came into the context': () => writeFileSync(at('context/g'), ''),
    'a container changed': () => writeDatabase(2),
    'the database is gone': () => rmSync(at('store/db.sql')),
    'images changed': () => writeFileSync(at('store/overlay-images/images.json'), '[]'),
    'a secret came': () => {
      mkdirSync(at('store/secrets'));
      writeFileSync(at('store/secrets/secrets.json'), '{}');
    },
    'others may write it': () => chmodSync(at('cache/answer'), 0o666),
    'it is damaged': () => writeFileSync(at('cache/answer'), '{"form":1}'),
    'it is cut off': () =>
      writeFileSync(at('cache/answer'), readFileSync(at('cache/answer')).subarray(0, 50)),
    'the machine was started anew': () => changeAnswer((answer) => ({ ...answer, boot: 'another' })),
    'a process has ended': () => changeAnswer((answer) => ({ ...answer, processes: [2 ** 22 + 1] })),
    'it is of another form': () => changeAnswer((answer) => ({ ...answer, form: 0 })),
  };
  it.each(Object.entries(changes))('is not given when %s', (_what, change) => {
    expect(kept()).toBe('said\n');
    change();
    expect(told()).toBeUndefined();
  });

  function changeAnswer(change: (answer: object) => object): void {
    const answer = JSON.parse(readFileSync(at('cache/answer'), 'utf8')) as object;
    writeFileSync(at('cache/answer'), JSON.stringify(change(answer)));
  }

  const unseen: Record<string, Scene> = {
    'a file changed just before': { now: Date.now },
    'a file of the context is not there': { answer: { entries: ['/missing'] } },
    'a container has no process': {
      answer: { containers: [{ ...(containers[1] as (typeof containers)[0]), pid: 2 ** 22 + 1 }] },
    },
    'no database knows the container': {
      answer: { containers: [{ id: 'container-2', createdAt: '2026-01-03T00:00:00Z', pid: 0 }] },
    },
    'two databases know the container': {
      also: (witness) => {
        writeFileSync(at('store/libpod/db.sql'), readFileSync(at('store/db.sql')));
        witness.asks({ graphRoot: at('store'), driver: 'overlay' });
      },
    },
    'there are no containers': { answer: { containers: [] } },
    'a device was read': { also: (witness) => witness.through(diskReader).kind('/dev/null') },
    'standard input was read': { also: (witness) => witness.refuse() },
  };
  it.each(Object.entries(unseen))('is not kept when %s', (_what, scene) => {
    expect(kept(scene)).toBeUndefined();
  });

  it('is not kept when a file may take what the shell changes by itself', () => {
    writeFileSync(at('compose.yaml'), 'services: { a: { environment: [OLDPWD] } }');
    expect(kept()).toBeUndefined();
  });

  it('says nothing of containers where it hangs on none', () => {
    expect(kept({ answer: { containers: undefined } as object })).toBe('said\n');
    writeDatabase(2);
    expect(told()).toBe('said\n');
  });

  it('can be one of files only, with what goes to stdout', () => {
    const witness = new Witness(at('cache/answer'), later);
    witness.through(diskReader).readText(at('compose.yaml'));
    witness.keepOfFiles({ text: 'said\n', output: 'web\n' });
    expect(keptAnswer(at('cache/answer'))).toMatchObject({ text: 'said\n', output: 'web\n' });
    writeDatabase(2);
    expect(told()).toBe('said\n');
    writeFileSync(at('compose.yaml'), 'other');
    expect(told()).toBeUndefined();
  });

  it('tells whether images are as they were when the engine was first asked', () => {
    const witness = new Witness(at('cache/answer'), later);
    const store = { graphRoot: at('store'), driver: 'overlay' };
    expect(witness.asks(store)).toBe(false);
    expect(witness.asks(store)).toBe(true);
    writeFileSync(at('store/overlay-images/images.json'), '[]');
    expect(witness.asks(store)).toBe(false);
    expect(witness.asks(store)).toBe(false);
  });

  it('is forgotten when there are very many', () => {
    mkdirSync(at('cache'));
    for (let number = 0; number < 200; number++) {
      writeFileSync(at(`cache/${number}`), '');
      utimesSync(at(`cache/${number}`), number + 1, number + 1);
    }
    expect(kept()).toBe('said\n');
    const left = readdirSync(at('cache'));
    expect(left).toHaveLength(101);
    expect(left).toContain('199');
    expect(left).not.toContain('0');
  });
});

describe('where an answer is kept', () => {
  const asking: Asking = {
    argv: ['up', '-d'],
    cwd: '/app',
    env: { XDG_CACHE_HOME: '/cache', A: '1', OLDPWD: '/', SHLVL: '1' },
    code: 'c1',
    terminals: [false, true],
  };
  const same = answerPath(asking);

  it('is below the cache of the user', () => {
    expect(same).toMatch(/^\/cache\/tscompose\/answers\/[0-9a-f]{28}\.json$/);
    expect(answerPath({ ...asking, env: { HOME: '/home/me' } })).toContain('/home/me/.cache/tscompose/');
    expect(answerPath({ ...asking, env: { ...asking.env, OLDPWD: '/tmp', SHLVL: '2' } })).toBe(same);
  });

  const others: Record<string, Partial<Asking>> = {
    arguments: { argv: ['up', '-d', 'web'] },
    'order of arguments': { argv: ['-d', 'up'] },
    folder: { cwd: '/other' },
    'variable more': { env: { ...asking.env, B: '' } },
    value: { env: { ...asking.env, A: '2' } },
    code: { code: 'c2' },
    terminal: { terminals: [true, true] },
    command: { argv: ['build'] },
    'command without an engine': { argv: ['config', '-q'] },
  };
  it.each(Object.entries(others))('is another place for another %s', (_what, other) => {
    const path = answerPath({ ...asking, ...other });
    expect(path).toBeDefined();
    expect(path).not.toBe(same);
  });

  it('is nowhere for commands that do not keep it, or when that is not wanted', () => {
    expect(answerPath({ ...asking, argv: ['down'] })).toBeUndefined();
    expect(answerPath({ ...asking, argv: ['build', '--build-arg', 'OLDPWD'] })).toBeUndefined();
    expect(answerPath({ ...asking, env: { TSCOMPOSE_KEPT_ANSWERS: '0' } })).toBeUndefined();
  });
});
