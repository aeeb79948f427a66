import { describe, expect, it } from 'vitest';
import { formatSpan } from '../../../src/base/span.ts';
import { readContainerfile } from '../../../src/containerfile/parse.ts';

function errorsOf(text: string): string[] {
  return readContainerfile(text, 'f').errors.map(
    ({ code, span, message, hint }) =>
      `${span ? formatSpan(span) : '?'} ${code} ${message}${hint ? ` | ${hint}` : ''}`,
  );
}

describe('what is wrong with a file', () => {
  it.each<[string, string]>([
    ['', 'f:1:1 E_CONTAINERFILE there is no FROM | begin with FROM IMAGE'],
    ['ARG X\n', 'f:1:1 E_CONTAINERFILE there is no FROM | begin with FROM IMAGE'],
    ['RUN x\nFROM a\n', 'f:1:1 E_CONTAINERFILE RUN stands before the first FROM | only ARG may stand there'],
    ['FROM a\nFORM b\n', 'f:2:1 E_CONTAINERFILE unknown instruction "FORM" | did you mean "FROM"?'],
    ['FROM a\n  CPOY x y\n', 'f:2:3 E_CONTAINERFILE unknown instruction "CPOY" | did you mean "COPY"?'],
    ['FROM\n', 'f:1:5 E_CONTAINERFILE FROM needs an image | write FROM IMAGE, or FROM scratch'],
    ['FROM a b\n', 'f:1:8 E_CONTAINERFILE "b" is not expected after the image | write FROM IMAGE AS NAME'],
    ['FROM a AS\n', 'f:1:8 E_CONTAINERFILE a stage name is missing after AS | write FROM IMAGE AS NAME'],
    ['FROM a AS b c\n', 'f:1:13 E_CONTAINERFILE "c" is not expected after the stage name'],
    [
      'FROM a AS 1\n',
      'f:1:11 E_CONTAINERFILE "1" cannot be the name of a stage | begin with a letter; go on with letters, digits, "-", "_" and "."',
    ],
    ['FROM --plat=x a\n', 'f:1:6 E_CONTAINERFILE FROM has no flag "--plat" | it has --platform'],
    [
      'FROM a\nCOPY --form=x a b\n',
      'f:2:6 E_CONTAINERFILE COPY has no flag "--form" | did you mean "--from"?',
    ],
    [
      'FROM a\nCOPY --chown 1:1 a b\n',
      'f:2:6 E_CONTAINERFILE flag "--chown" needs a value | write --chown=VALUE',
    ],
    ['FROM a\nCOPY --link=maybe a b\n', 'f:2:6 E_CONTAINERFILE flag "--link" is true or false, not "maybe"'],
    [
      'FROM a\nCOPY --from=a --from=b a b\n',
      'f:2:15 E_CONTAINERFILE flag "--from" is given twice | the first is in column 6',
    ],
    ['FROM a\nUSER --x=1 y\n', 'f:2:6 E_CONTAINERFILE USER has no flag "--x" | it has no flags'],
    [
      'FROM a\nCOPY a\n',
      'f:2:6 E_CONTAINERFILE COPY needs a source and a destination | write COPY SOURCE... DESTINATION',
    ],
    [
      'FROM a\nADD\n',
      'f:2:4 E_CONTAINERFILE ADD needs a source and a destination | write ADD SOURCE... DESTINATION',
    ],
    [
      'FROM a\nCOPY ["a", 1]\n',
      'f:2:6 E_CONTAINERFILE a list of paths may hold strings only | put each path in "double quotes"',
    ],
    [
      'FROM a\nCOPY a <<E\nE\n',
      'f:2:8 E_CONTAINERFILE a heredoc cannot be the destination | add a path after it',
    ],
    ['FROM a\nRUN\n', 'f:2:4 E_CONTAINERFILE RUN needs a command | e.g. RUN make install'],
    [
      'FROM a\nRUN ["a", 1]\n',
      'f:2:5 E_CONTAINERFILE an array of the exec form may hold strings only | put each one in "double quotes"',
    ],
    [
      'FROM a\nRUN <<E\nx\n',
      'f:2:5 E_CONTAINERFILE the heredoc "E" has no end | end it with a line that is only "E"',
    ],
    [
      'FROM a\nRUN --network=hots x\n',
      'f:2:15 E_CONTAINERFILE "hots" is not among default, none, host | did you mean "host"?',
    ],
    [
      'FROM a\nRUN --mount=type=bnd,target=/x y\n',
      'f:2:13 E_CONTAINERFILE "bnd" is no type of mount | did you mean "bind"?',
    ],
    [
      'FROM a\nRUN --mount=type=cache y\n',
      'f:2:13 E_CONTAINERFILE a cache mount needs a target | add target=/path',
    ],
    [
      'FROM a\nRUN --mount=type=secret y\n',
      'f:2:13 E_CONTAINERFILE a secret mount needs an id | add id=NAME, the name of the secret',
    ],
    [
      'FROM a\nRUN --mount=target=/x,form=y z\n',
      'f:2:13 E_CONTAINERFILE a bind mount has no option "form" | did you mean "from"?',
    ],
    [
      'FROM a\nRUN --mount=type=cache,target=/x,sharing=no z\n',
      'f:2:13 E_CONTAINERFILE "no" is no way of sharing a cache | write shared, private or locked',
    ],
    [
      'FROM a\nRUN --mount=type=cache,target=/x,mode=9 z\n',
      'f:2:13 E_CONTAINERFILE "9" is not a number for "mode" | write it octal, e.g. 0755',
    ],
    ['FROM a\nENV\n', 'f:2:4 E_CONTAINERFILE ENV needs name=value | e.g. ENV NAME=value'],
    ['FROM a\nENV A\n', 'f:2:5 E_CONTAINERFILE "A" has no value | write ENV A=value'],
    [
      'FROM a\nENV A=1 B\n',
      'f:2:9 E_CONTAINERFILE "B" has no "=" | a value with blanks needs quotes: name="two words"',
    ],
    ['FROM a\nLABEL =1\n', 'f:2:7 E_CONTAINERFILE a name is missing before "=" | write LABEL NAME=value'],
    ['FROM a\nARG\n', 'f:2:4 E_CONTAINERFILE ARG needs a name | e.g. ARG VERSION=1.0'],
    [
      'FROM a\nSHELL /bin/sh\n',
      'f:2:7 E_CONTAINERFILE SHELL needs a JSON array | e.g. SHELL ["/bin/bash", "-c"]',
    ],
    ['FROM a\nEXPOSE\n', 'f:2:7 E_CONTAINERFILE EXPOSE needs a port | e.g. EXPOSE 80/tcp'],
    ['FROM a\nVOLUME []\n', 'f:2:8 E_CONTAINERFILE VOLUME needs a path | e.g. VOLUME /data'],
    ['FROM a\nVOLUME ["/x", " "]\n', 'f:2:15 E_CONTAINERFILE the path of a volume is empty'],
    ['FROM a\nWORKDIR\n', 'f:2:8 E_CONTAINERFILE WORKDIR needs a path'],
    [
      'FROM a\nHEALTHCHECK\n',
      'f:2:12 E_CONTAINERFILE HEALTHCHECK needs CMD or NONE | write HEALTHCHECK [--interval=30s ...] CMD command, or HEALTHCHECK NONE',
    ],
    [
      'FROM a\nHEALTHCHECK curl x\n',
      'f:2:13 E_CONTAINERFILE HEALTHCHECK cannot begin with "curl" | write HEALTHCHECK [--interval=30s ...] CMD command, or HEALTHCHECK NONE',
    ],
    ['FROM a\nHEALTHCHECK NONE x\n', 'f:2:18 E_CONTAINERFILE HEALTHCHECK NONE takes no arguments'],
    [
      'FROM a\nHEALTHCHECK CMD\n',
      'f:2:13 E_CONTAINERFILE HEALTHCHECK CMD needs a command | e.g. HEALTHCHECK CMD curl -f http://localhost/',
    ],
    [
      'FROM a\nHEALTHCHECK CMD []\n',
      'f:2:13 E_CONTAINERFILE HEALTHCHECK CMD needs a command | e.g. HEALTHCHECK CMD curl -f http://localhost/',
    ],
    [
      'FROM a\nHEALTHCHECK --interval=5 CMD x\n',
      'f:2:24 E_CONTAINERFILE missing unit in duration "5" | write 30s or 1m30s',
    ],
    [
      'FROM a\nHEALTHCHECK --interval=5us CMD x\n',
      'f:2:24 E_CONTAINERFILE "5us" is shorter than a millisecond',
    ],
    [
      'FROM a\nHEALTHCHECK --retries=0 CMD x\n',
      'f:2:23 E_CONTAINERFILE "0" is no number of retries | write a number from 1 up',
    ],
    ['FROM a\nONBUILD\n', 'f:2:8 E_CONTAINERFILE ONBUILD needs an instruction | e.g. ONBUILD COPY . /src'],
    ['FROM a\nONBUILD ONBUILD RUN x\n', 'f:2:9 E_CONTAINERFILE ONBUILD cannot be a trigger of ONBUILD'],
    ['FROM a\nONBUILD from x\n', 'f:2:9 E_CONTAINERFILE FROM cannot be a trigger of ONBUILD'],
    ['FROM a\nONBUILD RNU x\n', 'f:2:9 E_CONTAINERFILE unknown instruction "RNU" | did you mean "RUN"?'],
    ['# escape=x\nFROM a\n', 'f:1:1 E_CONTAINERFILE "x" cannot be the escape character | write \\ or `'],
    ['# escape=`\n# escape=`\nFROM a\n', 'f:2:1 E_CONTAINERFILE the directive "escape" is given twice'],
  ])('%j', (text, expected) => {
    expect(errorsOf(text)).toEqual([expected]);
  });

  it('is told all at once, in the order of the lines', () => {
    expect(
      errorsOf('FROM a\nFOO x\nCOPY --a=1 --b=2 x\nENV A\nRUN x\nWORKDIR\n').map((line) => line.slice(0, 40)),
    ).toEqual([
      'f:2:1 E_CONTAINERFILE unknown instructio',
      'f:3:6 E_CONTAINERFILE COPY has no flag "',
      'f:3:12 E_CONTAINERFILE COPY has no flag ',
      'f:3:18 E_CONTAINERFILE COPY needs a sour',
      'f:4:5 E_CONTAINERFILE "A" has no value |',
      'f:6:8 E_CONTAINERFILE WORKDIR needs a pa',
    ]);
  });
});
