import { storageContract } from '@romancy/testing/contract';
import { DATABASES } from './support/databases.js';
import { openSubject } from './support/subject.js';

for (const name of DATABASES) storageContract(name, () => openSubject(name));
