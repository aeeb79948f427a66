import { expect } from 'vitest';
import { scenario } from './support/scenario.ts';

scenario(
  'volumes: kept by down, removed by down -v; external ones are never touched',
  async ({ project }) => {
    const outside = `${project.name}-outside`;
    project.compose(`
services:
  app:
    <<: *sleep
    volumes:
      - data:/data
      - named:/named:ro
      - outside:/outside
      - ./made/on/the/fly:/host
      - { type: bind, source: ./file.txt, target: /file.txt, read_only: true }
      - { type: tmpfs, target: /fast, tmpfs: { size: 1048576, mode: 0o1750 } }
    tmpfs: ["/tmp2:size=64k,mode=700"]
    networks: [default, far]
volumes:
  data: { labels: { kind: data } }
  named: { name: ${project.name}-own-name }
  outside: { external: true, name: ${outside} }
networks:
  far: { external: true, name: ${outside} }
`);
    project.write('file.txt', 'from the host\n');
    const missing = await project.run(['up', '-d']);
    expect(missing.code).not.toBe(0);
    expect(missing.stderr).toContain(`external network "${outside}" does not exist`);
    expect(missing.stderr).toContain(`external volume "${outside}" does not exist`);
    expect(await project.states()).toEqual([]);
    try {
      await project.podman('volume', 'create', outside);
      await project.podman('network', 'create', outside);
      await project.ok('up', '-d');
      expect((await project.world()).volumes).toEqual([`${project.name}-own-name`, `${project.name}_data`]);
      expect(
        await project.sh('app', 'cat /file.txt; echo x > /data/x; echo x > /outside/x; echo x > /host/x'),
      ).toBe('from the host');
      expect(project.read('made/on/the/fly/x')).toBe('x\n');
      expect((await project.exec('app', 'touch', '/named/x')).code).not.toBe(0);
      expect((await project.exec('app', 'touch', '/file.txt')).code).not.toBe(0);
      const mounts = await project.sh('app', 'grep -E " /(fast|tmp2) " /proc/mounts');
      expect(mounts).toMatch(/\/fast tmpfs .*size=1024k,mode=1750/);
      expect(mounts).toMatch(/\/tmp2 tmpfs .*size=64k,mode=700/);
      expect((await project.sh('app', 'ls /sys/class/net')).split('\n')).toContain('eth1');
      expect((await project.ok('volumes', '-q')).stdout).toBe(
        `${project.name}-own-name\n${project.name}_data\n`,
      );
      const labels = JSON.parse(
        (await project.podman('volume', 'inspect', `${project.name}_data`)).stdout,
      ) as { Labels: Record<string, string> }[];
      expect(labels[0]?.Labels).toMatchObject({
        kind: 'data',
        'com.docker.compose.project': project.name,
        'com.docker.compose.volume': 'data',
      });

      await project.ok('down');
      expect(await project.world()).toEqual({
        pods: [],
        containers: [],
        networks: [],
        volumes: [`${project.name}-own-name`, `${project.name}_data`],
        secrets: [],
      });
      await project.ok('up', '-d');
      expect(await project.sh('app', 'cat /data/x /outside/x')).toBe('x\nx');
      await project.ok('down', '-v', '-y');
      expect((await project.world()).volumes).toEqual([]);
      expect((await project.podman('volume', 'exists', outside)).code).toBe(0);
      expect((await project.podman('network', 'exists', outside)).code).toBe(0);
    } finally {
      await project.run(['down', '-v', '-y']);
      await project.podman('volume', 'rm', '-f', outside);
      await project.podman('network', 'rm', '-f', outside);
    }
  },
);

scenario(
  'secrets and configs: from files, the environment and the file itself; with owner, mode and target',
  async ({ project }) => {
    project.write('token.txt', 'from a file');
    project.write('empty.txt', '');
    project.write('app.conf', 'level=1\n');
    project.compose(`
services:
  app:
    <<: *sleep
    user: "1234:5678"
    secrets:
      - token
      - { source: fromenv, target: /etc/from-env, uid: "1234", gid: "5678", mode: 0o400 }
      - { source: token, target: other-name }
      - empty
    configs:
      - settings
      - { source: file, target: /etc/app/app.conf, uid: "1234", mode: 0o640 }
  sealed:
    <<: *sleep
    read_only: true
    secrets: [token, empty, { source: fromenv, target: other-name }]
    configs: [settings]
  sealed-run:
    <<: *sleep
    read_only: true
    tmpfs: /run
    secrets: [{ source: token, target: other-name }]
secrets:
  token: { file: token.txt }
  fromenv: { environment: E2E_SECRET }
  empty: { file: empty.txt }
configs:
  settings: { content: "greeting=hello \${USER_NAME:-you}\\n" }
  file: { file: ./app.conf }
`);
    const up = await project.run(['up', '-d'], { env: { E2E_SECRET: 's3cr3t-value' } });
    expect(up).toMatchObject({ code: 0 });
    const listing = await project.sh(
      'app',
      'stat -c "%n %a %u:%g" /run/secrets/token /run/secrets/other-name /etc/from-env /settings /etc/app/app.conf',
    );
    expect(listing.split('\n')).toEqual([
      '/run/secrets/token 444 0:0',
      '/run/secrets/other-name 444 0:0',
      '/etc/from-env 400 1234:5678',
      '/settings 444 0:0',
      '/etc/app/app.conf 640 1234:0',
    ]);
    expect(
      await project.sh(
        'app',
        'cat /run/secrets/token; echo; cat /etc/from-env; echo; cat /settings; cat /etc/app/app.conf; wc -c < /run/secrets/empty',
      ),
    ).toBe('from a file\ns3cr3t-value\ngreeting=hello you\nlevel=1\n0');
    // Nor does a read-only root keep them out.
    expect(
      await project.sh(
        'sealed',
        'cd /run/secrets; cat token; echo; cat other-name; echo; cat /settings; wc -c < empty; touch /new || echo no',
      ),
    ).toBe('from a file\ns3cr3t-value\ngreeting=hello you\n0\nno');
    expect(await project.sh('sealed-run', 'cat /run/secrets/other-name')).toBe('from a file');
    // The values are nowhere that others can read them.
    const inspect = JSON.stringify(await project.inspect('app'));
    expect(inspect).not.toContain('s3cr3t-value');
    expect(inspect).not.toContain('from a file');
    expect(up.stderr).not.toContain('s3cr3t-value');
    expect((await project.world()).secrets.length).toBeGreaterThanOrEqual(4);
    const again = await project.run(['up', '--dry-run', '--format', 'json'], {
      env: { E2E_SECRET: 's3cr3t-value' },
    });
    expect((JSON.parse(again.stdout) as { actions: unknown[] }).actions).toEqual([]);
    await project.ok('down');
    expect((await project.world()).secrets).toEqual([]);
  },
);
