import { createRequire } from 'node:module';
const require = createRequire('/work/main/package.json');
const pg = require('pg');
const log = []; let t0 = 0; let on = false;
const q = pg.Client.prototype.query;
pg.Client.prototype.query = function (config, values, cb) {
  if (!on) return q.call(this, config, values, cb);
  const text = (typeof config === 'string' ? config : config.text) ?? '';
  const nm = typeof config === 'object' ? config.name : undefined; const row = { pid: this.processID, fresh: nm !== undefined && !this.connection.parsedStatements[nm], text: text.replace(/\s+/g, ' ').slice(0, 100), start: performance.now() - t0, end: 0 }; log.push(row);
  if (typeof config?.handleReadyForQuery === 'function') { const h = config.handleReadyForQuery; config.handleReadyForQuery = function (...a) { row.end = performance.now() - t0; return h.apply(this, a); }; const hd = config.handleDataRow; if (hd) config.handleDataRow = function (...a) { row.first ??= performance.now() - t0; return hd.apply(this, a); }; }
  const r = q.call(this, config, values, cb);
  if (r && r.then) r.then(() => { row.end = performance.now() - t0; }, () => {});
  return r;
};
const { romancyPeer } = await import('/work/main/bench/dist/peers/romancy/romancy.js');
const peer = await romancyPeer({ peer: 'romancy', db: 'postgres', url: process.argv[2], concurrency: 1 });
const all = [];
for (let i = 0; i < 300; i++) {
  await peer.startWait('w' + i, 0 );
  // nopause
  log.length = 0; on = i >= 200; t0 = performance.now();
  const result = peer.waitResult('w' + i);
  // nopause2
  log.length = 0; t0 = performance.now();
  await peer.sendEvent('w' + i, 1);
  const sent = performance.now() - t0;
  await result; const done = performance.now() - t0;
  if (on) all.push({ sent, done, log: log.map(x => ({ ...x })) });
  on = false;
}
all.sort((a, b) => a.done - b.done);
for (const p of [0.5, 0.9, 0.95]) { const m = all[Math.floor(all.length * p)]; console.log('p', p);
console.log('median done', m.done.toFixed(2), 'sent', m.sent.toFixed(2));
for (const x of m.log) console.log(x.pid, x.fresh ? 'NEW' : '   ', x.start.toFixed(2).padStart(7), x.end.toFixed(2).padStart(7), (x.end - x.start).toFixed(2).padStart(6), x.text); }
const last = all.map(a => a.log.at(-1)); const slow = last.filter(x => x.end - x.start > 3); console.log('slow', slow.length, 'of', last.length, 'fresh', slow.filter(x => x.fresh).length, 'fresh in all', last.filter(x=>x.fresh).length); const by = {}; for (const x of last) { const k = x.pid; (by[k] ??= [0,0]); by[k][0]++; if (x.end-x.start>3) by[k][1]++; } console.log(by); await peer.close(); process.exit(0);
