import { storageContract } from '@romancy/testing/contract';
import { DATABASES } from './support/databases.js';
import { openSubject } from './support/subject.js';

// On the lean set: what finds its indexes there finds them in the whole one.
for (const name of DATABASES) storageContract(name, () => openSubject(name, { indexes: 'lean' }));
