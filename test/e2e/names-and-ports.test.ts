import { expect } from 'vitest';
import { eventually } from './support/eventually.ts';
import { fetchText, freePorts, sendUdp } from './support/network.ts';
import type { Project } from './support/project.ts';
import { scenario } from './support/scenario.ts';

/** Datagrams that reached the container's network and found no program there: busybox has none that listens for any. */
async function strayDatagrams(project: Project): Promise<number> {
  return Number(await project.sh('udp', "awk '/^Udp: [0-9]/ { print $3 }' /proc/net/snmp"));
}

scenario(
  'every name of a service leads to it, from inside the pod and from outside of it',
  async ({ project }) => {
    project.write('page/index.html', 'the page');
    project.compose(`
services:
  web:
    <<: *box
    command: [httpd, -f, -p, "8080", -h, /page]
    volumes: ["./page:/page:ro"]
    hostname: front
    networks: { default: { aliases: [www, www.example.test] } }
  own:
    <<: *box
    command: [httpd, -f, -p, "9090", -h, /page]
    volumes: ["./page:/page:ro"]
    container_name: ${project.name}-named
    x-podman: { share_network: false }
    networks: { default: { aliases: [second] } }
  inside: { <<: *sleep, links: ["web:linked"] }
  outside: { <<: *sleep, scale: 2 }
`);
    await project.ok('up', '-d');
    const urls = [
      ...['web', 'front', 'www', 'www.example.test', `${project.name}-web-1`].map(
        (host) => `http://${host}:8080/`,
      ),
      ...['own', 'second', `${project.name}-named`].map((host) => `http://${host}:9090/`),
    ];
    const script = urls.map((url) => `wget -q -O - ${url} || echo "failed: ${url}"; echo`).join('; ');
    for (const service of ['inside', 'outside-1', 'outside-2']) {
      const answers = (await project.sh(service, script)).split('\n');
      expect(answers).toEqual(urls.map(() => 'the page'));
    }
    expect(await project.sh('inside', 'wget -q -O - http://linked:8080/')).toBe('the page');
    expect(await project.sh('inside', 'wget -q -O - http://localhost:8080/')).toBe('the page');
    // Replicas answer to the service's name; one that is not of the project does not resolve.
    expect(await project.sh('inside', 'nslookup outside | grep -c "^Address.*10\\."')).toMatch(/^[23]$/);
    expect((await project.exec('inside', 'nslookup', 'nobody')).code).not.toBe(0);
  },
);

scenario(
  'published ports are reachable: ranges, udp, a host address, a free port, of the pod and beside it',
  async ({ project }) => {
    const base = await freePorts(8);
    project.compose(`
services:
  web:
    <<: *box
    command: [sh, -c, "for p in 80 81 82; do mkdir -p /$$p; echo web $$p > /$$p/index.html; httpd -p $$p -h /$$p; done; exec sleep 1000"]
    ports:
      - "${base}:80"
      - "127.0.0.1:${base + 1}-${base + 2}:81-82"
  udp:
    <<: *sleep
    ports: [{ target: 53, published: "${base + 3}", protocol: udp, host_ip: 127.0.0.1 }]
  free:
    <<: *box
    command: [sh, -c, "mkdir /p; echo free > /p/index.html; exec httpd -f -p 8088 -h /p"]
    ports: ["8088"]
  own:
    <<: *box
    command: [sh, -c, "mkdir /p; echo own > /p/index.html; exec httpd -f -p 80 -h /p"]
    ports: ["${base + 4}-${base + 6}:80"]
`);
    await project.ok('up', '-d');
    const page = (port: number, host = '127.0.0.1'): Promise<string> =>
      eventually(() => fetchText(`http://${host}:${port}/`));
    expect(await page(base)).toBe('web 80\n');
    expect(await page(base + 1)).toBe('web 81\n');
    expect(await page(base + 2)).toBe('web 82\n');
    expect(await page(base + 4)).toBe('own\n');
    const before = await strayDatagrams(project);
    await sendUdp(base + 3, 'ping');
    await eventually(async () => expect(await strayDatagrams(project)).toBeGreaterThan(before));
    expect(await project.netns('own')).not.toBe(await project.netns('web'));

    // `port` and `ps` tell each service's own, although every member of a pod reports all of the pod's.
    expect((await project.ok('port', 'web', '80')).stdout).toBe(`0.0.0.0:${base}\n`);
    expect((await project.ok('port', 'web', '82')).stdout).toBe(`127.0.0.1:${base + 2}\n`);
    expect((await project.ok('port', '--protocol', 'udp', 'udp', '53')).stdout).toBe(
      `127.0.0.1:${base + 3}\n`,
    );
    expect((await project.ok('port', 'own', '80')).stdout).toBe(`0.0.0.0:${base + 4}\n`);
    const free = (await project.ok('port', 'free', '8088')).stdout;
    expect(free).toMatch(/^0\.0\.0\.0:\d+\n$/);
    expect(await page(Number(free.split(':')[1]))).toBe('free\n');
    expect((await project.run(['port', 'web', '9999'])).code).toBe(1);
    expect((await project.run(['port', '--protocol', 'tcp', 'udp', '53'])).code).toBe(1);
    const rows = (await project.ok('ps', '--format', 'json')).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { Service: string; Publishers: { PublishedPort: number }[] });
    const published = Object.fromEntries(
      rows.map(({ Service, Publishers }) => [Service, Publishers.map(({ PublishedPort }) => PublishedPort)]),
    );
    expect(published).toEqual({
      web: [base, base + 1, base + 2],
      udp: [base + 3],
      free: [Number(free.split(':')[1])],
      own: [base + 4],
    });
    await project.ok('down');
    await expect(fetchText(`http://127.0.0.1:${base}/`)).rejects.toThrow();
  },
);

scenario(
  'a new service without ports leaves all others running; a changed port makes the pod anew and says why',
  async ({ project }) => {
    const base = await freePorts(2);
    project.compose(`
services:
  web: { <<: *box, command: [httpd, -f, -p, "80", -h, /etc], ports: ["127.0.0.1:${base}:80"] }
  app: { <<: *sleep, volumes: [/data] }
`);
    await project.ok('up', '-d');
    await project.sh('app', 'echo kept > /data/file');
    const before = await project.ids();
    const pod = (await project.pod()).Id;
    project.edit('services:', 'services:\n  late: { <<: *sleep }');
    await project.ok('up', '-d');
    const added = await project.ids();
    expect(added).toEqual({ ...before, 'late-1': added['late-1'] });
    expect((await project.pod()).Id).toBe(pod);
    expect(await project.sh('late', `wget -q -O - http://web/hostname`)).not.toBe('');
    expect(await project.sh('app', 'ping -c 1 -W 2 late | head -1')).toContain('late');

    project.edit(`:${base}:80`, `:${base + 1}:80`);
    const plan = (await project.ok('up', '--dry-run')).stdout;
    expect(plan).toMatch(/pod\.remove.*the ports that web publishes changed/);
    await project.ok('up', '-d');
    expect((await project.pod()).Id).not.toBe(pod);
    const after = await project.ids();
    expect(Object.keys(after)).toEqual(['app-1', 'late-1', 'web-1']);
    expect(after['app-1']).not.toBe(before['app-1']);
    expect(await eventually(() => fetchText(`http://127.0.0.1:${base + 1}/hostname`))).not.toBe('');
    await expect(fetchText(`http://127.0.0.1:${base}/hostname`)).rejects.toThrow();
    expect(await project.sh('app', 'cat /data/file')).toBe('kept');
    expect(await project.states()).toEqual(['app-1 running', 'late-1 running', 'web-1 running']);
  },
);
