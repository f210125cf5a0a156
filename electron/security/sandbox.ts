/** Whether the renderer sandbox can be had, decided before anything is shown. */
export type SandboxPlan =
  | { readonly kind: 'enable' }
  /** Chromium cannot sandbox for root; the person has said that they know. */
  | { readonly kind: 'without' }
  | { readonly kind: 'refuse'; readonly message: string }

/**
 * As root, Chromium's sandbox and its network service exclude each other, so that the choice must be
 * an explicit one. For anyone else the sandbox is switched on even if a switch says otherwise.
 */
export function sandboxPlan(options: {
  readonly isRoot: boolean
  readonly noSandboxSwitch: boolean
}): SandboxPlan {
  if (!options.isRoot) return { kind: 'enable' }
  if (options.noSandboxSwitch) return { kind: 'without' }
  return {
    kind: 'refuse',
    message:
      'Consilium does not run as root, because the browser sandbox does not work there. Start it as an ordinary user, or add --no-sandbox to accept the risk.',
  }
}
