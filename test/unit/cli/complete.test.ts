import { describe, expect, it } from 'vitest';
import { complete } from '../../../src/cli/complete.ts';
import { commands } from '../../../src/cli/registry.ts';

const names = { services: async () => ['db', 'web'], profiles: async () => ['debug'] };
const words = async (line: string): Promise<{ words: string[]; files: boolean }> => {
  const { candidates, files } = await complete(line.split(' '), names);
  return { words: candidates.map((candidate) => candidate.split('\t')[0] ?? ''), files };
};

describe('completion', () => {
  it('knows the commands, before and after global flags', async () => {
    const shown = Object.entries(commands)
      .filter(([, { hidden }]) => !hidden)
      .map(([name]) => name);
    expect(await words('')).toEqual({ words: shown, files: false });
    expect(await words('-p shop u')).toEqual({ words: shown, files: false });
  });

  it.each([
    ['up ', ['db', 'web'], false],
    ['up -d web ', ['db', 'web'], false],
    ['exec ', ['db', 'web'], false],
    ['exec web ', [], true],
    ['up --exit-code-from ', ['db', 'web'], false],
    ['up --pull ', ['always', 'missing', 'never', 'policy', 'build', 'if_not_present', 'newer'], false],
    ['--progress ', ['auto', 'tty', 'plain', 'json', 'quiet', 'rawjson'], false],
    ['--profile ', ['debug'], false],
    ['--file ', [], true],
    ['-f ', [], true],
    ['init ', ['one-service', 'sidecar', 'web-db', 'shared-base'], false],
    ['init web-db ', [], true],
    ['completion ', ['bash', 'zsh', 'fish'], false],
    ['nonsense ', [], false],
  ])('%s', async (line, expected, files) => {
    expect(await words(line)).toEqual({ words: expected, files });
  });

  it('knows the flags of a command, not the hidden ones', async () => {
    const { words: flags } = await words('up --');
    expect(flags).toContain('--build');
    expect(flags).toContain('--help');
    expect(flags).not.toContain('--menu');
  });
});
