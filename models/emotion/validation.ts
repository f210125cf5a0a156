/**
 * What was and was not validated of reading expression: the figures of models/training, in words for the
 * person who relies on them. Nothing here is computed; a retrained network changes its own entry.
 */
import type { Modality } from './reading.ts'

export interface ValidationFigure {
  readonly name: string
  /** With its unit; the interval in brackets is 95 %. */
  readonly value: string
}

export interface ValidationEntry {
  readonly of: Modality | 'fused'
  /** Whom or what the figures are from; empty where nothing was measured on people. */
  readonly measuredOn: string
  readonly figures: readonly ValidationFigure[]
  /** What must not be read into it. */
  readonly notKnown: readonly string[]
}

export const validation: readonly ValidationEntry[] = [
  {
    of: 'face',
    measuredOn: '',
    figures: [
      {
        name: 'The networks compute what their originals compute',
        value: 'boxes within 0.001 pixels, probabilities within 0.00001',
      },
    ],
    notKnown: [
      'How often a label is right is not known: no labelled faces were at hand, so no accuracy is claimed.',
      '“Worried” stands for the networks’ “fear” and has not been seen to work on any face.',
      'Reduced facial movement (Parkinson’s), facial palsy, masks and pain look like moods to it.',
    ],
  },
  {
    of: 'voice',
    measuredOn:
      '731 clips of nine actors whom the network had never heard (CREMA-D, acted English sentences)',
    figures: [
      { name: 'Intended emotion hit, six of them', value: '65.5 % (62.0 to 68.7)' },
      { name: 'The same with noise, echo and a narrow band', value: '61.3 %' },
      { name: 'Untrained listeners on such clips', value: '40.9 %' },
      { name: 'Found when acted: neutral, angry, worried', value: '.90, .81, .62' },
      { name: 'Found when acted: sad, happy', value: '.51, .48: about half are missed' },
      { name: 'Calibration error', value: '5.6 %' },
      {
        name: 'Two voices at once noticed, as loud as each other (80 unheard readers and 24 actors)',
        value: '63 to 80 % by room, noise and telephone; one voice taken for two in 0 to 3 %',
      },
    ],
    notKnown: [
      'Nothing is known about patients, real moods, children or languages other than English.',
      'It cannot hear surprise at all, and cannot tell who speaks.',
    ],
  },
  {
    of: 'text',
    measuredOn:
      '4,917 comments from the web (GoEmotions) and 382 clinical sentences of our own, all held out',
    figures: [
      { name: 'Macro-F1 over six labels, web comments', value: '.645 (.624 to .663)' },
      { name: 'Macro-F1 over six labels, clinical sentences', value: '.610 (.562 to .660)' },
      { name: 'F1 of calm anger in clinical sentences', value: '.45: mostly read as neutral' },
      { name: 'Calibration error: web, clinical', value: '2.9 %, 6.6 %' },
    ],
    notKnown: [
      'The clinical sentences were written and labelled by one author; no patient’s words were used.',
      'English only. Irony, understatement and dialect are not tested.',
    ],
  },
  {
    of: 'fused',
    measuredOn:
      '9,000 pairs of a clip and a text that share a label: 606 clips of nine actors and 5,298 texts, all held out',
    figures: [
      { name: 'Voice and words together, six labels', value: '77.5 % (74.9 to 79.4)' },
      { name: 'The same pairs by words alone, by voice alone', value: '66.0 %, 56.7 %' },
      { name: 'The same pairs by the weighted opinion pool', value: '76.6 %' },
      { name: 'Calibration error, voice and words', value: '2.3 %' },
    ],
    notKnown: [
      'No recordings with face, voice and words of the same person were at hand. Pairs that share a label make joining look easier than it is.',
      'A stand-in took the face’s place in training, so its share is a choice and not a measurement.',
      'Each estimate of it is less certain the fewer modalities speak and the more they differ.',
    ],
  },
]

/** What holds for all of it. */
export const validationPrinciples = [
  'It estimates what shows: how a face looks, a voice sounds, words read. It does not know what anyone feels.',
  'It is no medical finding. It takes no part in the differential, the guided question, the note or any score.',
  'Where nothing can be read it says so and why; it never says “neutral” instead.',
  'Words, tone and face that differ are a reason to ask, nothing more.',
  'It was tested on nobody’s skin tones, ages, conditions or cultures in particular. Expect it to be wrong more often for people unlike its training data.',
] as const
