import { interop } from './support/suite.js';

interop('sqlite');
