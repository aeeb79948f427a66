import { describe, expect, it } from 'vitest';
import { formatSpan } from '../../../src/base/span.ts';
import { parseIgnoreFile } from '../../../src/containerfile/ignore.ts';
import { lintContainerfile, rules } from '../../../src/containerfile/lint/lint.ts';
import { namesIn } from '../../../src/containerfile/lint/variable-names.ts';
import { readContainerfile } from '../../../src/containerfile/parse.ts';
import { openGlobals } from '../../../src/containerfile/scope.ts';

const platform = { os: 'linux', architecture: 'amd64' };

function lint(text: string, more: { ignore?: string; targets?: string[] } = {}): string[] {
  const reading = readContainerfile(text, 'f');
  const defaults = openGlobals(reading.file, {
    buildArgs: {},
    targetPlatform: platform,
    buildPlatform: platform,
  });
  const found = lintContainerfile({
    reading,
    defaults,
    ...(more.ignore === undefined ? {} : { ignores: parseIgnoreFile(more.ignore, 'i').ignores }),
    ...(more.targets ? { targets: more.targets } : {}),
  });
  return found.map(
    ({ code, span, message, hint }) =>
      `${span ? formatSpan(span) : '?'} ${code} ${message}${hint ? ` | ${hint}` : ''}`,
  );
}

describe('checks', () => {
  it.each<[string, string[]]>([
    ['FROM a\nCMD ["x"]\n', []],
    [
      'FROM a AS Base\nFROM base\n',
      ['f:1:11 W_CONTAINERFILE StageNameCasing: the stage name "Base" is not in lower case | write "base"'],
    ],
    [
      'FROM a as b\nFROM b\n',
      ['f:1:1 W_CONTAINERFILE FromAsCasing: "FROM" and "as" are written in different case'],
    ],
    ['from a as b\nfrom b\n', []],
    [
      'FROM a\nrun x\nRUN y\n',
      [
        'f:2:1 W_CONTAINERFILE ConsistentInstructionCasing: "run" is not in upper case as the other instructions are | write RUN',
      ],
    ],
    [
      'from a\nrun x\nRun y\n',
      [
        'f:3:1 W_CONTAINERFILE ConsistentInstructionCasing: "Run" is not in lower case as the other instructions are | write run',
      ],
    ],
    [
      'FROM a AS x\nFROM b AS x\nFROM x\n',
      [
        'f:1:1 W_CONTAINERFILE UnusedStage: nothing uses stage "x"',
        'f:2:11 W_CONTAINERFILE DuplicateStageName: there are two stages "x"',
      ],
    ],
    [
      'FROM a AS context\n',
      ['f:1:11 W_CONTAINERFILE ReservedStageName: "context" is reserved and should not name a stage'],
    ],
    [
      'FROM a\nCMD x --y 1\n',
      [
        'f:2:1 W_CONTAINERFILE JSONArgsRecommended: CMD in shell form does not pass signals on to the program | write CMD ["x", "--y", "1"]',
      ],
    ],
    [
      'FROM a\nENTRYPOINT x && y\n',
      [
        'f:2:1 W_CONTAINERFILE JSONArgsRecommended: ENTRYPOINT in shell form does not pass signals on to the program | write ENTRYPOINT ["program", "argument"]',
      ],
    ],
    ['FROM a\nSHELL ["/bin/bash", "-c"]\nCMD x\n', []],
    [
      'FROM a\nMAINTAINER x\n',
      [
        'f:2:1 W_CONTAINERFILE MaintainerDeprecated: MAINTAINER is deprecated | write LABEL org.opencontainers.image.authors=...',
      ],
    ],
    [
      'FROM a\nRUN x \\\n\n y\n',
      [
        'f:3:1 W_CONTAINERFILE NoEmptyContinuation: an empty line inside an instruction | remove it, or put a # on it',
      ],
    ],
    [
      'ARG VERSION=1\nFROM a:$VERSON\n',
      [
        'f:2:6 W_CONTAINERFILE InvalidDefaultArgInFrom: without --build-arg the image "a:$VERSON" is empty or malformed | give the ARG a default above the first FROM',
        'f:2:6 W_CONTAINERFILE UndefinedArgInFrom: FROM uses "VERSON", which no ARG above the first FROM declares | did you mean "VERSION"?',
      ],
    ],
    [
      'ARG TAG\nFROM a:$TAG\n',
      [
        'f:2:6 W_CONTAINERFILE InvalidDefaultArgInFrom: without --build-arg the image "a:$TAG" is empty or malformed | give the ARG a default above the first FROM',
      ],
    ],
    ['ARG TAG\nFROM a:${TAG:-1}\n', []],
    ['FROM --platform=$BUILDPLATFORM a:${X:-1}\n', []],
    [
      'FROM --platform=$TARGETPLATFORM a\n',
      ['f:1:17 W_CONTAINERFILE RedundantTargetPlatform: --platform=$TARGETPLATFORM is what FROM does anyway'],
    ],
    [
      'FROM --platform=linux/arm64 a\n',
      [
        'f:1:17 W_CONTAINERFILE FromPlatformFlagConstDisallowed: FROM is held to the platform "linux/arm64" | use a variable such as $BUILDPLATFORM, or "platform" of the compose file',
      ],
    ],
    ['FROM --platform=linux/arm64 a AS build-arm64\n', []],
    [
      'FROM a\nWORKDIR x\n',
      [
        'f:2:1 W_CONTAINERFILE WorkdirRelativePath: the relative WORKDIR "x" depends on the base image | begin with an absolute WORKDIR',
      ],
    ],
    ['FROM a\nWORKDIR /x\nWORKDIR y\n', []],
    ['FROM a AS b\nWORKDIR /x\nFROM b\nWORKDIR y\n', []],
    [
      'FROM a\nENV x y z\nLABEL l "m n"\n',
      [
        'f:2:1 W_CONTAINERFILE LegacyKeyValueFormat: "ENV name value" is the old form | write ENV x="y z"',
        'f:3:1 W_CONTAINERFILE LegacyKeyValueFormat: "LABEL name value" is the old form | write LABEL l="m n"',
      ],
    ],
    [
      'FROM a\nCMD ["x"]\nCMD ["y"]\n',
      [
        'f:2:1 W_CONTAINERFILE MultipleInstructionsDisallowed: this CMD has no effect, a later one takes its place',
      ],
    ],
    [
      'ARG API_TOKEN\nFROM a\nENV DB_PASSWORD=x PUBLIC_KEY=y KEYBOARD=z\n',
      [
        'f:1:5 W_CONTAINERFILE SecretsUsedInArgOrEnv: "API_TOKEN" looks like a secret, and ARG stays in the image for all to read | use RUN --mount=type=secret and "secrets" of the build section',
        'f:3:5 W_CONTAINERFILE SecretsUsedInArgOrEnv: "DB_PASSWORD" looks like a secret, and ENV stays in the image for all to read | use RUN --mount=type=secret and "secrets" of the build section',
      ],
    ],
    [
      'FROM a\nARG VERSION=1\nLABEL v=$VERSON p=$PATH q=$UNKNOWN\n',
      ['f:3:9 W_CONTAINERFILE UndefinedVar: nothing sets "VERSON" | did you mean "VERSION"?'],
    ],
    [
      "FROM scratch\nARG A=1\nLABEL v=$BCD w=${BCD:-x} x=$A '$C'=\\$D\n",
      ['f:3:9 W_CONTAINERFILE UndefinedVar: nothing sets "BCD"'],
    ],
    [
      'FROM scratch AS b\nENV E=1\nFROM b\nUSER $E$FFF\n',
      ['f:4:6 W_CONTAINERFILE UndefinedVar: nothing sets "FFF"'],
    ],
    [
      'FROM a\nEXPOSE 80 80/TCP 8080:80 1-2/udp $P x\n',
      [
        'f:2:11 W_CONTAINERFILE ExposeProtoCasing: the protocol of "80/TCP" is not in lower case',
        'f:2:18 W_CONTAINERFILE ExposeInvalidFormat: "8080:80" is no port | write PORT, FIRST-LAST or PORT/PROTOCOL; ports of the host belong in the compose file',
        'f:2:37 W_CONTAINERFILE ExposeInvalidFormat: "x" is no port | write PORT, FIRST-LAST or PORT/PROTOCOL; ports of the host belong in the compose file',
      ],
    ],
    [
      'FROM a AS x\nFROM b AS y\nCOPY --from=x /a /b\nFROM c AS z\nFROM d\nRUN --mount=from=Y,target=/m t\n',
      ['f:4:1 W_CONTAINERFILE UnusedStage: nothing uses stage "z"'],
    ],
    ['FROM a AS x\nFROM b\nARG S=x\nCOPY --from=$S /a /b\n', []],
    [
      'FROM a\nCOPY --from=b /x /y\nFROM b AS b\nCOPY --from=7 / /\n',
      [
        'f:1:1 W_CONTAINERFILE UnusedStage: nothing uses stage 0',
        'f:2:13 E_CONTAINERFILE stage "b" is defined further down | a stage can only use stages above it',
        'f:4:13 E_CONTAINERFILE there is no stage 7',
      ],
    ],
    [
      'FROM a\nFOO\nCMD x\n',
      [
        'f:2:1 E_CONTAINERFILE unknown instruction "FOO" | the instructions are ADD, ARG, CMD, COPY, ENTRYPOINT, ENV, EXPOSE, FROM, HEALTHCHECK, LABEL, MAINTAINER, ONBUILD, RUN, SHELL, STOPSIGNAL, USER, VOLUME, WORKDIR',
      ],
    ],
    ['# check=skip=JSONArgsRecommended,workdirrelativepath\nFROM a\nWORKDIR x\nCMD x\n', []],
    ['# check=skip=all\nFROM a as B\nWORKDIR x\nCMD x\n', []],
    [
      '# check=error=true\nFROM a\nWORKDIR x\n',
      [
        'f:3:1 E_CONTAINERFILE WorkdirRelativePath: the relative WORKDIR "x" depends on the base image | begin with an absolute WORKDIR',
      ],
    ],
    [
      '# check=skip=WorkdirRelativPath\nFROM a\n',
      [
        'f:1:1 W_CONTAINERFILE the check "workdirrelativpath" that is skipped does not exist | did you mean "WorkdirRelativePath"?',
      ],
    ],
  ])('%j', (text, expected) => {
    expect(lint(text)).toEqual(expected);
  });

  it('knows what the ignore file hides', () => {
    const text =
      'FROM a\nCOPY secret ok ./dir/x *.md /d/\nADD https://e.org/secret /x\nCOPY --from=b secret /y\n';
    expect(lint(text, { ignore: 'secret\ndir\n*.md\n' })).toEqual([
      'f:2:6 W_CONTAINERFILE CopyIgnoredFile: "secret" is excluded by the ignore file | take it back in with "!secret"',
      'f:2:16 W_CONTAINERFILE CopyIgnoredFile: "./dir/x" is excluded by the ignore file | take it back in with "!dir/x"',
    ]);
  });

  it('counts the targets of all services as used', () => {
    const text = 'FROM a AS x\nFROM x AS test\nFROM x AS app\n';
    expect(lint(text)).toEqual(['f:2:1 W_CONTAINERFILE UnusedStage: nothing uses stage "test"']);
    expect(lint(text, { targets: ['TEST', 'app'] })).toEqual([]);
    expect(lint(text, { targets: ['x'] })).toEqual([
      'f:2:1 W_CONTAINERFILE UnusedStage: nothing uses stage "test"',
      'f:3:1 W_CONTAINERFILE UnusedStage: nothing uses stage "app"',
    ]);
  });

  it('have names of their own, sorted', () => {
    const names = rules.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names).toHaveLength(21);
  });
});

describe('the names in a word', () => {
  it.each<[string, [string, boolean][]]>([
    [
      '$a ${b}',
      [
        ['a', false],
        ['b', false],
      ],
    ],
    [
      '${a:-$b} ${c+x} ${d%.*}',
      [
        ['a', true],
        ['b', false],
        ['c', true],
        ['d', false],
      ],
    ],
    ['\'$a\' \\$b "$c"', [['c', false]]],
    ['$$ $1 ${', []],
  ])('%s', (text, expected) => {
    expect(namesIn(text).map(({ name, hasFallback }) => [name, hasFallback])).toEqual(expected);
  });
});
