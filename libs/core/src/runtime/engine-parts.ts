import { ErrorTypes } from '../history/failure.js';
import { JsonPayloadCodec } from '../history/payload-codec.js';
import { applyTransforms } from '../history/payload-transform.js';
import { Inspector } from '../inspection/inspector.js';
import { clockLoop } from '../loops/clock-loop.js';
import { instanceRetentionLoop } from '../loops/instance-retention-loop.js';
import { leaderLoop } from '../loops/leader-loop.js';
import { leaseLoop } from '../loops/lease-loop.js';
import type { Loop } from '../loops/loop.js';
import { outboxLoops } from '../loops/outbox-loops.js';
import { messageLoop } from '../loops/message-loop.js';
import { messageRetentionLoop } from '../loops/message-retention-loop.js';
import { resumeLoop } from '../loops/resume-loop.js';
import { strandedLoop } from '../loops/stranded-loop.js';
import { timerLoop } from '../loops/timer-loop.js';
import { workerLoop } from '../loops/worker-loop.js';
import { workerRetentionLoop } from '../loops/worker-retention-loop.js';
import { hookCalls, type HookCalls } from '../hooks/hook-calls.js';
import { silentLogger, type Logger } from '../ports/logger.js';
import { Canceller } from './canceller.js';
import { Committer } from './committer.js';
import { Dispatcher } from './dispatcher.js';
import { EngineClock } from './engine-clock.js';
import type { EngineOptions } from './engine-options.js';
import { EventReceiver } from './event-receiver.js';
import { labelled } from './labelled-logger.js';
import { NoticeDesk } from './notice-desk.js';
import { Gatherer } from './gatherer.js';
import { Leadership } from './leadership.js';
import { ParkedWaits } from './parked-waits.js';
import { Payloads } from './payloads.js';
import { PostOffice } from './post-office.js';
import { ProcessIdentity } from './process-identity.js';
import { Puller } from './puller.js';
import { Queries } from './queries.js';
import { Retrier } from './retrier.js';
import { Semaphore } from './semaphore.js';
import type { EngineServices } from './services.js';
import { Slots } from './slots.js';
import { resolveSettings, type ResolvedSettings } from './settings.js';
import { Starter } from './starter.js';
import { SystemClock } from './system-clock.js';
import { HISTORY_PAGE } from './turn-loader.js';
import { UnknownCommits } from './unknown-commit.js';
import { WaitIndex } from './wait-index.js';
import { Publisher } from './publisher.js';
import { WorkerJudge } from './worker-judge.js';

const DEFAULT_MAX_PAYLOAD = 8 * 1024 * 1024;
/** On SQLite a group blocks the event loop while it is written: about 12 µs an entry. */
const GROUP_ON_ONE_CONNECTION = 200;
const GROUP = 500;
const SECOND_SESSION_FROM = 30;
const TELL_IN_HALVES_FROM = 64;
const PLACES_AT_ONCE = 200;
/** Waiting instances that a message wakes without a look into the database. */
const INDEXED_INSTANCES = 10_000;
/** A line that was cut for three seconds is back by then, and a dead worker is still noticed within five. */
const ABSENCE = 3_250;

/** The parts of a running engine. */
export interface EngineParts {
  readonly services: EngineServices;
  readonly identity: ProcessIdentity;
  readonly committer: Committer;
  readonly leadership: Leadership;
  readonly dispatcher: Dispatcher;
  readonly starter: Starter;
  readonly queries: Queries;
  readonly canceller: Canceller;
  readonly retrier: Retrier;
  readonly inspector: Inspector;
  readonly publisher: Publisher;
  readonly eventReceiver: EventReceiver;
  readonly noticeDesk: NoticeDesk;
  readonly loops: readonly Loop[];
}

/** Puts the parts together, on a storage that is open. */
export function assemble(options: EngineOptions): EngineParts {
  const { storage } = options;
  const settings = resolveSettings(options);
  const identity = new ProcessIdentity(settings.workerId);
  const logger = labelled(options.logger ?? silentLogger, { service: settings.serviceName, worker: identity.id });
  const hooks = hookCalls([options.hooks ?? []].flat(), logger);
  const committer = new Committer(storage.commits, logger, {
    maxGroup: storage.commits.sessions === 1 ? GROUP_ON_ONE_CONNECTION : GROUP,
    secondSessionFrom: SECOND_SESSION_FROM,
    tellInHalvesFrom: storage.commits.sessions === 1 ? Infinity : TELL_IN_HALVES_FROM,
    onCommit: hooks.onCommit,
  });
  const services = servicesOf(options, { settings, logger, hooks, committer, identity, dispatcher: () => dispatcher });
  const dispatcher = new Dispatcher(services, identity);
  const parkedWaits = new ParkedWaits(services, (instanceId) => dispatcher.isRunning(instanceId));
  const stranded = strandedLoop(services, dispatcher, parkedWaits);
  const resume = resumeLoop(services, dispatcher, () => {
    parkedWaits.left();
    stranded.wake();
  });
  const starter = new Starter(services, dispatcher, identity, (instanceId, workflowName) => {
    resume.wake();
    void storage.notifications?.send([{ kind: 'resumable', instanceId, workflowName }]);
  });
  const queries = new Queries(services, dispatcher);
  const outbox = options.outbox === undefined ? [] : outboxLoops(services, identity, options.outbox);
  const leases = leaseLoop(services, dispatcher);
  const leadership = new Leadership(storage.leadership, services.judge, services.clock, logger, {
    holder: identity.id,
    leaseMs: settings.leaderLeaseMs,
  });
  const worker = [
    resume,
    timerLoop(services, dispatcher),
    leases,
    messageLoop(services, () => {
      stranded.wake();
    }),
    stranded,
    workerLoop(services),
    workerRetentionLoop(services, leadership),
    messageRetentionLoop(services, leadership),
    ...(options.instanceRetention === undefined
      ? []
      : [instanceRetentionLoop(services, leadership, options.instanceRetention)]),
    leaderLoop(services, leadership),
  ];
  return {
    services,
    identity,
    committer,
    leadership,
    dispatcher,
    starter,
    queries,
    canceller: new Canceller(services, queries, dispatcher),
    retrier: new Retrier(services, queries, starter, dispatcher),
    inspector: new Inspector(storage, options),
    publisher: new Publisher(services),
    eventReceiver: new EventReceiver(services, dispatcher),
    noticeDesk: new NoticeDesk(services, dispatcher, {
      leases: () => {
        leases.wake();
      },
      resume: () => {
        resume.wake();
      },
      stranded: () => {
        stranded.wake();
      },
      outbox: () => {
        outbox[0]?.wake();
      },
    }),
    loops: [...(services.settings.worker ? worker : []), ...outbox, clockLoop(services)],
  };
}

interface Foundations {
  readonly settings: ResolvedSettings;
  readonly logger: Logger;
  readonly hooks: HookCalls;
  readonly committer: Committer;
  readonly identity: ProcessIdentity;
  readonly dispatcher: () => Dispatcher;
}

function servicesOf(options: EngineOptions, foundations: Foundations): EngineServices {
  const { settings, logger, hooks, committer, identity, dispatcher } = foundations;
  const { storage, registry } = options;
  const clock = new EngineClock(options.clock ?? new SystemClock());
  const errorTypes = new ErrorTypes(options.errors);
  const unknownCommits = new UnknownCommits(storage, committer);
  const waitIndex = new WaitIndex(INDEXED_INSTANCES);
  const host = {
    canRun: (name: string) => settings.worker && registry.workflow(name) !== undefined,
    hint: (instanceId: string, channel: string) => {
      dispatcher().hint(instanceId, channel);
    },
    expect: (instanceIds: readonly string[], stored: Promise<unknown>) => {
      dispatcher().expect(instanceIds, stored);
    },
  };
  return {
    storage,
    registry,
    clock,
    logger,
    hooks,
    tracing: options.tracing,
    settings,
    errorTypes,
    unknownCommits,
    payloads: payloadsOf(options, errorTypes),
    waitIndex,
    puller: new Puller(storage.messages),
    newRows: new Gatherer((places) => storage.history.readMany(places, HISTORY_PAGE), PLACES_AT_ONCE),
    postOffice: new PostOffice(storage.messages, waitIndex, host, logger),
    nextToken: () => identity.nextToken(),
    stepIds: {
      maxLength: storage.limits.maxIdLength,
      foldCase: storage.dialect === 'mysql' || storage.dialect === 'mariadb',
    },
    journal: {
      committer,
      clock,
      resolveUnknown: (entry) => unknownCommits.resolve(entry),
      resolveTransaction: (entry) => unknownCommits.ofTransaction(entry),
    },
    judge: new WorkerJudge({ absenceMs: ABSENCE, quietMs: settings.leaseMs, graceMs: settings.stalledMs }),
    slots: new Slots(settings.maxConcurrentInstances, settings.cacheSize),
    pool: new Semaphore(settings.maxConcurrentActivities),
  };
}

function payloadsOf(options: EngineOptions, errorTypes: ErrorTypes): Payloads {
  const { storage, transforms = [], readableTransforms = [] } = options;
  const { refusesNul } = storage.limits;
  const codec = new JsonPayloadCodec({
    maxBytes: options.maxPayloadBytes ?? DEFAULT_MAX_PAYLOAD,
    refusesNul,
    errorTypes,
  });
  const plain = transforms.length === 0 && readableTransforms.length === 0;
  return new Payloads(codec, plain ? undefined : applyTransforms(transforms, readableTransforms));
}
