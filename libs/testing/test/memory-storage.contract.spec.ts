import { storageContract } from '../src/contract/index.js';
import { openMemory } from './memory-subject.js';

storageContract('memory', openMemory());
storageContract('memory with sessions', openMemory({ liveness: true }));
storageContract('memory with a single writer', openMemory({ singleWriter: true }));
storageContract(
  'memory with the limits of a strict database',
  openMemory({ limits: { maxIdLength: 255, refusesNul: true } }),
);
