/**
 * Jest in ESM mode (run it with `node --experimental-vm-modules`, as the npm scripts do). The specs of test/packages
 * install the built packages in fresh applications, which takes minutes: they run with TEST_ALL=1 (npm run test:all).
 */
const whole = process.env.TEST_ALL === '1';
/** What takes minutes and says the same on every version of Node; see scripts/node-matrix.sh. */
const sameOnEveryNode = ['simulator/', 'engine-uncached/', 'hindered-worker', 'page(-details)?\\.e2e-spec'];

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/libs', '<rootDir>/test'],
  testRegex: '\\.(spec|e2e-spec)\\.ts$',
  testPathIgnorePatterns: [
    '/node_modules/',
    ...(whole ? [] : ['<rootDir>/test/packages/']),
    ...(process.env.NODE_MATRIX_RUN === '1' ? sameOnEveryNode : []),
    ...(process.env.INTEROP === '1' ? [] : ['<rootDir>/test/interop/']),
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/libs/[^/]+/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  moduleNameMapper: {
    '^@romancy/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^@romancy/([^/]+)/([^/.]+)$': '<rootDir>/libs/$1/src/$2/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  reporters: ['default', '<rootDir>/scripts/closing-line.reporter.mjs'],
  testTimeout: 60_000,
  workerIdleMemoryLimit: '1GB',
};
