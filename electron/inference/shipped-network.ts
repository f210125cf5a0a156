/** A network that ships with the app: opened when first asked for, from files as they shipped, and kept. */
import { verifyShipped } from './model-files.ts'
import type { VerifiedFiles } from './verified-files.ts'

export class ShippedNetwork<T> {
  readonly #open: () => Promise<T>
  #opened: Promise<T> | null = null

  /**
   * @param resources the product's resources folder
   * @param files everything that `open` reads, relative to it
   */
  constructor(
    resources: string,
    files: readonly string[],
    verified: VerifiedFiles,
    open: (resources: string) => Promise<T>,
  ) {
    this.#open = async () => {
      verifyShipped(files, resources, verified)
      return open(resources)
    }
  }

  /** Fails with `resource-missing`, `resource-altered` or `io`; the next call looks again. */
  async get(): Promise<T> {
    this.#opened ??= this.#open()
    try {
      return await this.#opened
    } catch (error) {
      this.#opened = null
      throw error
    }
  }
}
