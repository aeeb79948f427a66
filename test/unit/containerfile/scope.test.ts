import { describe, expect, it } from 'vitest';
import { expandFrom, expandInstruction } from '../../../src/containerfile/expand.ts';
import { parseContainerfile } from '../../../src/containerfile/parse.ts';
import { enter, openGlobals, openStage, type StageScope } from '../../../src/containerfile/scope.ts';

const platforms = {
  targetPlatform: { os: 'linux', architecture: 'arm', variant: 'v7' },
  buildPlatform: { os: 'linux', architecture: 'amd64' },
};

/** The scopes at the end of all stages; a stage named in FROM is what it builds on, other images have `base`. */
function scopes(
  text: string,
  buildArgs: Record<string, string> = {},
  base: Record<string, string> = {},
): { scopes: StageScope[]; images: string[] } {
  const file = parseContainerfile(text, 'f');
  const globals = openGlobals(file, { buildArgs, ...platforms });
  const ends: StageScope[] = [];
  const images: string[] = [];
  for (const stage of file.stages) {
    const from = expandFrom(stage.from, globals.lookup);
    images.push(from.image.text);
    const below = file.stages.findIndex(({ name }) => name === from.image.text);
    let scope = openStage(globals, ends[below] ?? { env: new Map(Object.entries(base)) });
    for (const instruction of stage.instructions)
      scope = enter(scope, expandInstruction(instruction, scope.lookup));
    ends.push(scope);
  }
  return { scopes: ends, images };
}

const last = (text: string, buildArgs = {}, base = {}): { env: unknown; args: unknown } => {
  const scope = scopes(text, buildArgs, base).scopes.at(-1);
  return { env: Object.fromEntries(scope?.env ?? []), args: Object.fromEntries(scope?.args ?? []) };
};

describe('variables of a stage', () => {
  it.each<[string, string, Record<string, string>, unknown]>([
    ['a default', 'FROM a\nARG A=1\nENV X=$A', {}, { env: { X: '1' }, args: { A: '1' } }],
    [
      '--build-arg over the default',
      'FROM a\nARG A=1\nENV X=$A',
      { A: '2' },
      { env: { X: '2' }, args: { A: '2' } },
    ],
    ['--build-arg without ARG', 'FROM a\nENV X=$A', { A: '2' }, { env: { X: '' }, args: {} }],
    ['ARG without a value', 'FROM a\nARG A\nENV X=${A-none}', {}, { env: { X: 'none' }, args: {} }],
    ['a default from an ARG', 'FROM a\nARG A=1\nARG B=$A-$A', {}, { env: {}, args: { A: '1', B: '1-1' } }],
    ['several in one', 'FROM a\nARG A=1 B=2 C', { C: '3' }, { env: {}, args: { A: '1', B: '2', C: '3' } }],
    [
      'ENV beats a later ARG',
      'FROM a\nENV X=e\nARG X=a\nENV Y=$X',
      { X: 'c' },
      { env: { X: 'e', Y: 'e' }, args: { X: 'c' } },
    ],
    [
      'ENV beats an earlier ARG',
      'FROM a\nARG X=a\nENV X=e\nENV Y=$X',
      {},
      { env: { X: 'e', Y: 'e' }, args: { X: 'a' } },
    ],
    [
      'one ENV sees what was before',
      'FROM a\nENV a=1\nENV a=2 b=$a',
      {},
      { env: { a: '2', b: '1' }, args: {} },
    ],
    ['a later ARG', 'FROM a\nARG A=1\nARG A=2', {}, { env: {}, args: { A: '2' } }],
    [
      'a global ARG that is repeated',
      'ARG G=g\nFROM a\nARG G\nENV X=$G',
      {},
      { env: { X: 'g' }, args: { G: 'g' } },
    ],
    ['a global ARG that is not', 'ARG G=g\nFROM a\nENV X=$G', {}, { env: { X: '' }, args: {} }],
    ['a global ARG with another default', 'ARG G=g\nFROM a\nARG G=h', {}, { env: {}, args: { G: 'h' } }],
    ['a global ARG given', 'ARG G=g\nFROM a\nARG G=h', { G: 'c' }, { env: {}, args: { G: 'c' } }],
    [
      'the platform needs an ARG',
      'FROM a\nENV X=$TARGETARCH\nARG TARGETARCH TARGETPLATFORM TARGETVARIANT BUILDPLATFORM BUILDVARIANT',
      {},
      {
        env: { X: '' },
        args: {
          TARGETARCH: 'arm',
          TARGETPLATFORM: 'linux/arm/v7',
          TARGETVARIANT: 'v7',
          BUILDPLATFORM: 'linux/amd64',
          BUILDVARIANT: '',
        },
      },
    ],
    [
      'the platform, given',
      'FROM a\nARG TARGETARCH',
      { TARGETARCH: 'x' },
      { env: {}, args: { TARGETARCH: 'x' } },
    ],
    [
      'a proxy needs none',
      'FROM a\nENV X=$HTTP_PROXY Y=$no_proxy',
      { HTTP_PROXY: 'p' },
      { env: { X: 'p', Y: '' }, args: {} },
    ],
    [
      'ARGs go on in a stage built on it',
      'ARG G=g\nFROM a AS one\nARG A=1\nARG G\nENV E=e\nFROM one\nENV X=$A$E$G',
      {},
      { env: { E: 'e', X: '1eg' }, args: { A: '1', G: 'g' } },
    ],
    [
      'ARGs end with the stage otherwise',
      'FROM a AS one\nARG A=1\nENV E=e\nFROM a\nENV X=$A$E',
      {},
      { env: { X: '' }, args: {} },
    ],
  ])('%s', (_name, text, buildArgs, expected) => {
    expect(last(text, buildArgs)).toEqual(expected);
  });

  it('begin with the environment of the base', () => {
    expect(last('FROM a\nENV PATH=/x:$PATH', {}, { PATH: '/bin', Q: 'q' })).toEqual({
      env: { PATH: '/x:/bin', Q: 'q' },
      args: {},
    });
  });

  it('keep an entry that is set again in its place', () => {
    expect([...(scopes('FROM a\nENV A=1 B=2\nENV A=3').scopes[0]?.env ?? [])]).toEqual([
      ['A', '3'],
      ['B', '2'],
    ]);
  });

  it('know what was declared', () => {
    expect([...(scopes('FROM a\nARG A\nARG B=1').scopes[0]?.declared ?? [])]).toEqual(['A', 'B']);
  });
});

describe('FROM', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['ARG I=img\nARG T\nFROM ${I}:${T:-latest}', {}, ['img:latest']],
    ['ARG I=img\nARG T\nFROM ${I}:${T:-latest}', { I: 'x', T: '1' }, ['x:1']],
    ['ARG A=1\nARG B=v$A\nFROM i:$B', {}, ['i:v1']],
    ['ARG A=1\nARG B=v$A\nFROM i:$B', { A: '2' }, ['i:v2']],
    ['ARG TARGETARCH\nFROM i:$TARGETARCH-$BUILDARCH', {}, ['i:arm-amd64']],
    ['FROM a AS one\nARG X=1\nFROM i${X}', {}, ['a', 'i']],
    ['ARG S=one\nFROM a AS one\nFROM $S', { UNDECLARED: 'x' }, ['a', 'one']],
    ['FROM i:${UNDECLARED:-d}', { UNDECLARED: 'x' }, ['i:d']],
  ])('%j with %j', (text, buildArgs, expected) => {
    expect(scopes(text, buildArgs).images).toEqual(expected);
  });

  it('refuses an empty image', () => {
    expect(() => scopes('ARG I\nFROM $I')).toThrow('the image of FROM is empty: "$I"');
  });
  it('refuses a default that cannot be expanded', () => {
    expect(() => scopes('ARG I="${X:?give X}"\nFROM a')).toThrow('"X" is not set: give X');
  });
});
