/** What the emotion command asks of a kind of line: one module per kind. */
import type { GenericSchema } from 'valibot'
import type { Failure } from '../../../models/core/failure.ts'
import type { Modality, ModalityReading } from '../../../models/emotion/reading.ts'

/** The acted emotion of a clip, by a network's own labels: some have no place among the six. */
export interface ActedEmotion {
  readonly label: string
  readonly scores: Readonly<Record<string, number>>
}

export interface LineReading {
  /** One per modality of the kind. */
  readonly readings: readonly ModalityReading[]
  readonly acted?: ActedEmotion
  /** Why the line's file could not be read; its modalities are then missing. */
  readonly failure?: Failure
}

export interface OpenLineReader {
  /** One reading per line, in order; the lines fit the kind's schema. */
  read(lines: readonly unknown[]): Promise<readonly LineReading[]>
  dispose(): Promise<void>
}

export interface LineKind {
  /** The field that marks a line of this kind. */
  readonly field: string
  readonly modalities: readonly Modality[]
  readonly schema: GenericSchema
  /**
   * @param resources the product's resources folder
   * @param folder paths in lines are relative to it
   */
  open(resources: string, folder: string): Promise<OpenLineReader>
}
