/**
 * Restate: a server with a store of its own, which calls the handlers of this process over HTTP/2. The database of the run stays empty. It writes its
 * log with fsync, as it does by default.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createEndpointHandler, service, workflow } from '@restatedev/restate-sdk';
import { connect } from '@restatedev/restate-sdk-clients';
import { cpuOf } from '../dist/server-cpu.js';
import { until } from '../dist/until.js';

const EXECUTABLE = `@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`;
const HOST = '127.0.0.1';

/** Whom it concerns that a workflow of this id has come to its wait. */
const waits = new Map();

const work = service({
  name: 'work',
  handlers: {
    ready: () => Promise.resolve(),
    five: async (ctx, { steps }) => {
      let sum = 0;
      for (let k = 1; k <= steps; k += 1) sum += (await ctx.run('n', () => ({ n: k }))).n;
      return sum;
    },
    sleep: async (ctx, ms) => {
      const due = Date.now() + ms;
      await ctx.sleep(ms);
      return Date.now() - due;
    },
  },
});

const wait = workflow({
  name: 'wait',
  handlers: {
    run: async (ctx, steps) => {
      for (let k = 1; k <= steps; k += 1) await ctx.run('n', () => ({ n: k }));
      const go = ctx.promise('go').get();
      waits.get(ctx.key)?.();
      return go;
    },
    go: (ctx, payload) => ctx.promise('go').resolve(payload),
  },
});

export async function open() {
  const server = await Server.start();
  const endpoint = createHttp2Server(createEndpointHandler({ services: [work, wait], logger: () => undefined }));
  endpoint.listen(0, HOST);
  await once(endpoint, 'listening');
  await server.register(`http://${HOST}:${endpoint.address().port}`);
  const ingress = connect({ url: server.ingress });
  const works = ingress.serviceClient(work);
  // The first call waits until its part of the store has a leader.
  await works.ready();
  return {
    five: (input) => works.five(input),
    startWait: async (id, steps) => {
      const waiting = new Promise((resolve) => waits.set(id, resolve));
      await ingress.workflowClient(wait, id).workflowSubmit(steps);
      await waiting;
      // The server has still to hear of it.
      await delay(20);
    },
    sendEvent: (id, payload) => ingress.workflowClient(wait, id).go(payload),
    waitResult: (id) => ingress.workflowClient(wait, id).workflowAttach(),
    sleep: (ms) => works.sleep(ms),
    stored: async () => ({
      completed: await server.count(
        `sys_invocation WHERE status = 'completed' AND completion_result = 'success' AND target_handler_name IN ('five', 'sleep', 'run')`,
      ),
      results: await server.count(`sys_journal WHERE name = 'n' AND entry_type = 'Command: Run'`),
    }),
    serverCpu: () => Promise.resolve(cpuOf(server.pid)),
    close: async () => {
      await server.stop();
      endpoint.close();
    },
  };
}

class Server {
  #child;
  #folder;
  #admin;

  static async start() {
    const server = new Server();
    const [admin, ingress, node] = await freePorts(3);
    server.#folder = await mkdtemp(join(tmpdir(), 'bench-restate-'));
    server.#admin = `http://${HOST}:${admin}`;
    server.ingress = `http://${HOST}:${ingress}`;
    server.#child = spawn(createRequire(import.meta.url).resolve(EXECUTABLE), ['--no-logo'], {
      stdio: 'ignore',
      env: {
        ...process.env,
        RESTATE_BASE_DIR: server.#folder,
        RESTATE_NODE_NAME: 'bench',
        RESTATE_LISTEN_MODE: 'tcp',
        RESTATE_BIND_ADDRESS: `${HOST}:${node}`,
        RESTATE_ADMIN__BIND_ADDRESS: `${HOST}:${admin}`,
        RESTATE_INGRESS__BIND_ADDRESS: `${HOST}:${ingress}`,
        RESTATE_DISABLE_TELEMETRY: 'true',
      },
    });
    // Also where the run fails, or is ended because it takes too long.
    process.on('exit', () => server.#child.kill('SIGKILL'));
    process.on('SIGTERM', () => process.exit(1));
    await until('the server of Restate answers', () => server.#answers());
    return server;
  }

  get pid() {
    return this.#child.pid;
  }

  async #answers() {
    const answers = await Promise.all(
      [`${this.#admin}/health`, `${this.ingress}/restate/health`].map((url) => fetch(url).catch(() => undefined)),
    );
    return answers.every((answer) => answer?.ok);
  }

  async register(uri) {
    await this.#post('/deployments', { uri, force: true });
  }

  async count(from) {
    const { rows } = await this.#post('/query', { query: `SELECT COUNT(*) AS n FROM ${from}` });
    return Number(rows[0].n);
  }

  async #post(path, body) {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const answer = await fetch(this.#admin + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`Restate answers ${answer.status} to ${path}: ${text}`);
    return JSON.parse(text);
  }

  async stop() {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, HOST));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
