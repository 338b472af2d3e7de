import { CommanderError } from 'commander';
import { CliError } from './cli-error.js';
import { EXIT, type ExitCode } from './exit-codes.js';

const BY_CODE: Readonly<Record<string, ExitCode>> = {
  ROMANCY_DATABASE_URL: EXIT.usage,
  ROMANCY_INVALID_DURATION: EXIT.usage,
  ROMANCY_PAGE_TOKEN: EXIT.usage,
  ROMANCY_DRIVER: EXIT.unreachable,
  ROMANCY_STORAGE_UNAVAILABLE: EXIT.unreachable,
  ROMANCY_INSTANCE_NOT_FOUND: EXIT.notFound,
  ROMANCY_WORKFLOW_NOT_REGISTERED: EXIT.notFound,
  ROMANCY_INSTANCE_CONFLICT: EXIT.refused,
  ROMANCY_INSTANCE_NOT_CANCELLABLE: EXIT.refused,
  ROMANCY_INSTANCE_NOT_RETRYABLE: EXIT.refused,
  ROMANCY_INVALID_INSTANCE_ID: EXIT.refused,
  ROMANCY_UNSTORABLE_VALUE: EXIT.refused,
  ROMANCY_PAYLOAD_TOO_LARGE: EXIT.refused,
  ROMANCY_MIGRATION: EXIT.notMigrated,
};

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CliError) return error.exitCode;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  return BY_CODE[codeOf(error) ?? ''] ?? EXIT.failed;
}

/** For people: what went wrong, and the code under which the documentation has more. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  const ours = code?.startsWith('ROMANCY_') === true && !error.message.includes(code);
  return ours ? `${error.message} (${code})` : error.message;
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
