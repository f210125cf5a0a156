/** The meanings a badge, banner or line can carry, each with its icon. */
import type { Component } from 'svelte'
import Check from '@lucide/svelte/icons/check'
import OctagonAlert from '@lucide/svelte/icons/octagon-alert'
import TriangleAlert from '@lucide/svelte/icons/triangle-alert'

export type Tone = 'plain' | 'accent' | 'good' | 'caution' | 'danger' | 'outline'

export const toneIcons: { readonly [K in Tone]: Component<Record<string, unknown>> | null } = {
  plain: null,
  accent: null,
  outline: null,
  good: Check,
  caution: TriangleAlert,
  danger: OctagonAlert,
}
