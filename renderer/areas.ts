/** The areas of the rail, in order; only what exists is listed. */
import type { Component } from 'svelte'
import Archive from '@lucide/svelte/icons/archive'
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark'
import Cpu from '@lucide/svelte/icons/cpu'
import GraduationCap from '@lucide/svelte/icons/graduation-cap'
import House from '@lucide/svelte/icons/house'
import SlidersHorizontal from '@lucide/svelte/icons/sliders-horizontal'
import Stethoscope from '@lucide/svelte/icons/stethoscope'

export type AreaId = 'home' | 'consult' | 'practice' | 'library' | 'models' | 'help' | 'settings'

export interface Area {
  readonly id: AreaId
  readonly title: string
  readonly icon: Component<Record<string, unknown>>
  readonly shortcut: string
  /** Help and settings stay at the foot of the rail. */
  readonly foot: boolean
}

export const areas: readonly Area[] = [
  { id: 'home', title: 'Home', icon: House, shortcut: '$mod+Digit1', foot: false },
  { id: 'consult', title: 'Consult', icon: Stethoscope, shortcut: '$mod+Digit2', foot: false },
  { id: 'practice', title: 'Practice', icon: GraduationCap, shortcut: '$mod+Digit3', foot: false },
  { id: 'library', title: 'Library', icon: Archive, shortcut: '$mod+Digit4', foot: false },
  { id: 'models', title: 'Models', icon: Cpu, shortcut: '$mod+Digit5', foot: false },
  { id: 'help', title: 'Help', icon: CircleQuestionMark, shortcut: 'F1', foot: true },
  { id: 'settings', title: 'Settings', icon: SlidersHorizontal, shortcut: '$mod+Digit6', foot: true },
]

export function titleOf(area: AreaId): string {
  return areas.find(({ id }) => id === area)?.title ?? area
}
