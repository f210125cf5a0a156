/** What the app tells the person beside their work: toasts that pass, and trouble that stays until handled. */
import type { Failure } from '../../models/core/failure.ts'

export interface Undo {
  readonly label: string
  readonly run: () => void
}

export interface Toast {
  readonly id: number
  readonly text: string
  readonly undo: Undo | null
}

export interface Trouble {
  readonly id: number
  readonly failure: Failure
  /** Tries the same thing again, or null where that makes no sense. */
  readonly again: (() => void) | null
}

const shownAtOnce = 3

export class Notices {
  toasts = $state.raw<readonly Toast[]>([])
  troubles = $state.raw<readonly Trouble[]>([])
  /** Undo of the newest toast still on screen. */
  readonly latestUndo = $derived(this.toasts.findLast((toast) => toast.undo)?.undo ?? null)
  #next = 1

  toast(text: string, undo: Undo | null = null): void {
    this.toasts = [...this.toasts, { id: this.#next++, text, undo }].slice(-shownAtOnce)
  }

  closeToast(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id)
  }

  /** Takes the newest undo back and closes its toast. */
  undoLatest(): void {
    const toast = this.toasts.findLast((each) => each.undo)
    if (!toast?.undo) return
    this.closeToast(toast.id)
    toast.undo.run()
  }

  /** Shows a failure until it is dismissed; the same message again replaces the earlier one. */
  report = (failure: Failure, again?: () => void): void => {
    const others = this.troubles.filter((trouble) => trouble.failure.message !== failure.message)
    this.troubles = [...others, { id: this.#next++, failure, again: again ?? null }].slice(-shownAtOnce)
  }

  dismiss(id: number): void {
    this.troubles = this.troubles.filter((trouble) => trouble.id !== id)
  }

  clear(): void {
    this.toasts = []
    this.troubles = []
  }
}
