import { describe, expect, it } from 'vitest';
import { frame } from '../../../src/report/frame.ts';
import { type Row, Rows } from '../../../src/report/rows.ts';
import { eventsFor, progressPlan } from '../../support/progress-plan.ts';

const plan = progressPlan();
const event = eventsFor(plan);
const plainStyle = { colour: false, ascii: false };

/** Half-way: the network is there, db is being waited for, web is made and waits. */
function halfway(): Rows {
  const rows = new Rows(plan);
  const start = (id: string, at: number): void => rows.apply(event.started(id, at));
  const end = (id: string, at: number): void => rows.apply(event.succeeded(id, at));
  start('network.create/shop_default', 0);
  end('network.create/shop_default', 100);
  start('container.create/db', 100);
  end('container.create/db', 200);
  start('container.start/db', 200);
  start('container.create/web', 150);
  end('container.create/web', 300);
  end('container.start/db', 400);
  start('container.wait/db', 400);
  rows.apply(
    event.progress(
      'container.wait/db',
      'waiting to be healthy, 3 of 10 tries, last: connection refused',
      3000,
    ),
  );
  return rows;
}

function draw(rows: Rows | readonly Row[], columns: number, height: number, style = plainStyle): string {
  const list = rows instanceof Rows ? rows.list : rows;
  const lines = frame(list, { columns, rows: height }, style, { now: 3400, start: 0, tick: 2 });
  return `\n${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

describe('a frame', () => {
  it('shows one line for each resource, the reason of each wait, and a count', () => {
    expect(draw(halfway(), 100, 24)).toBe(`
✔ Network shop_default  Created                                                                0.1s
⠹ Container shop-db-1   waiting to be healthy, 3 of 10 tries, last: connection refused         3.3s
· Container shop-web-1  waits for db-1 to be healthy                                           3.3s
1 of 3 done, 1 running, 1 waiting  3.4s
`);
  });

  it('leaves the project out of names on 80 columns', () => {
    expect(draw(halfway(), 80, 24)).toBe(`
✔ Network default  Created                                                 0.1s
⠹ Container db-1   waiting to be healthy, 3 of 10 tries, last: connecti…   3.3s
· Container web-1  waits for db-1 to be healthy                            3.3s
1 of 3 done, 1 running, 1 waiting  3.4s
`);
  });

  it('shows names and what fits on 40 columns, and no line is wider than the terminal', () => {
    expect(draw(halfway(), 40, 24)).toBe(`
✔ default  Created                 0.1s
⠹ db-1     waiting to be health…   3.3s
· web-1    waits for db-1 to be…   3.3s
1 of 3 done, 1 running, 1 waiting  3.4s
`);
    for (const columns of [1, 5, 12, 20, 33, 61, 120, 200]) {
      const lines = draw(halfway(), columns, 24).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Math.max(columns, 4));
    }
  });

  it('speaks ASCII where nothing else can be shown', () => {
    expect(draw(halfway(), 60, 24, { colour: false, ascii: true })).toBe(`
+ Network default  Created                             0.1s
- Container db-1   waiting to be healthy, 3 of 10...   3.3s
. Container web-1  waits for db-1 to be healthy        3.3s
1 of 3 done, 1 running, 1 waiting  3.4s
`);
  });

  it('gives the lines of a low terminal to what failed and runs, and counts the rest', () => {
    expect(draw(halfway(), 60, 3)).toBe(`
⠹ Container db-1  waiting to be healthy, 3 of 10 tr…   3.3s
1 of 3 done, 1 running, 1 waiting  3.4s
`);
    const failed = halfway();
    failed.apply(event.failed('container.wait/db', 'service "db" is unhealthy after 10 tries', 3300));
    failed.apply(event.skipped('container.start/web', 'container.wait/db', 3300));
    expect(draw(failed, 80, 3)).toBe(`
✘ Container db-1  Error  service "db" is unhealthy after 10 tries          3.2s
1 of 3 done, 1 failed, 1 skipped  3.4s
`);
    expect(draw(failed, 80, 24)).toBe(`
✔ Network default  Created                                                 0.1s
✘ Container db-1   Error  service "db" is unhealthy after 10 tries         3.2s
⊘ Container web-1  Skipped  because of db-1                                3.1s
1 of 3 done, 1 failed, 1 skipped  3.4s
`);
  });

  it('never has more lines than the terminal less one, however many rows there are', () => {
    const row = (index: number): Row => ({
      type: 'Container',
      name: `p-s-${index}`,
      short: `s-${index}`,
      state: index % 3 === 0 ? 'running' : 'done',
      text: 'Starting',
      since: 0,
      until: undefined,
    });
    const rows = Array.from({ length: 50 }, (_, index) => row(index));
    for (const height of [1, 2, 5, 10, 24, 60]) {
      const lines = frame(rows, { columns: 80, rows: height }, plainStyle, { now: 1, start: 0, tick: 0 });
      expect(lines.length).toBe(Math.max(1, Math.min(51, height - 1)));
    }
  });

  it('colours signs, errors and times only when asked', () => {
    const colourful = frame(
      halfway().list,
      { columns: 60, rows: 24 },
      { colour: true, ascii: false },
      {
        now: 3400,
        start: 0,
        tick: 0,
      },
    );
    expect(colourful[0]).toBe(
      `\x1b[32m✔\x1b[0m Network default  Created${' '.repeat(26)}\x1b[2m   0.1s\x1b[0m`,
    );
    expect(draw(halfway(), 60, 24)).not.toContain('\x1b');
  });
});

describe('rows', () => {
  it('keep an escape sequence of a container from the terminal', () => {
    const rows = halfway();
    rows.apply(event.progress('container.wait/db', 'waiting \x1b[2J\x07boom', 3100));
    expect(rows.list[1]?.text).toBe('waiting ␛[2J␇boom');
  });

  it('show a step that nobody asks about only when it fails', () => {
    const rows = new Rows(plan);
    rows.apply(event.started('port.check', 0));
    expect(rows.list.map(({ type }) => type)).toEqual(['Network', 'Container', 'Container']);
    rows.apply(event.failed('port.check', 'port 80 is taken', 5));
    expect(rows.list[0]).toMatchObject({ type: 'Ports', state: 'failed', text: 'Error  port 80 is taken' });
  });

  it('are over when every action has ended, cancelled ones too', () => {
    const rows = new Rows(plan);
    for (const { id } of plan.actions.slice(1)) rows.apply(event.cancelled(id, 9));
    expect(rows.isOver).toBe(false);
    rows.apply(event.cancelled('port.check', 9));
    expect(rows.isOver).toBe(true);
    expect(new Set(rows.list.map(({ state }) => state))).toEqual(new Set(['cancelled']));
  });
});
