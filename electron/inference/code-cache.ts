/** Compiled code of this process for the next one, where Node can keep it (see `launch-node.ts`). */
import * as nodeModule from 'node:module'

/** Writes it now: a child is killed rather than ended, so nothing would be written at its end. */
export function saveCompiledCode(): void {
  const { flushCompileCache } = nodeModule as { readonly flushCompileCache?: () => void }
  flushCompileCache?.()
}
