export type { ErrorCode } from '../core/error-codes.ts';
export { IrisError } from '../core/errors.ts';
export type {
  CodeOptions,
  ExecutedToolCall,
  ExecutionEvent,
  ExecutionMetadata,
  ExecutionOptions,
  ExecutionResult,
} from './execution.ts';
export type { ExecutorOptions } from './executor-options.ts';
export type { ExecutorSandbox } from './executor-sandbox.ts';
export { IrisCodeExecutor } from './iris-code-executor.ts';
export { getExecutor } from './shared-executor.ts';
export {
  createIrisWrapper,
  setupIrisSandbox,
  verifyMcpConnection,
  type IrisSandbox,
  type McpConnection,
  type SandboxLike,
  type SetupOptions,
  type WrapperFile,
} from './sandbox-setup.ts';
