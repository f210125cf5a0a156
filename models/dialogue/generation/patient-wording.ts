/** A fact as a simulated patient of a certain voice says it: nothing added, nothing left out. */
import type { Random } from '../../core/random.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { Message } from '../../decoding/language-model.ts'
import { patientMessages, type PatientVoice } from '../patient-prompt.ts'
import { pick } from './simulated-person.ts'
import { rephrased } from './question-wording.ts'
import type { Wordings } from './wordings.ts'

/** `{f}` continues a sentence with the fact, `{F}` starts one. */
const manners: Readonly<Record<PatientVoice, readonly string[]>> = {
  plain: ['{F}', '{F}', 'Yes. {F}', 'Well, {f}'],
  chatty: [
    'Oh, well, {f}',
    'Now you ask, {f}',
    'How shall I put it, {f} Sorry, I do go on.',
    '{F} There, now you know.',
    'Funny you should ask. {F}',
  ],
  short: ['{F}', 'Yes. {F}', 'Yep. {F}'],
  anxious: [
    '{F} Is that bad, doctor?',
    '{F} That is what frightens me.',
    'Please tell me it is nothing. {F}',
    'I am so worried. {F}',
    '{F} Should I be worried?',
  ],
  evasive: ['Hm. {F}', 'If you must know, {f}', '{F} I would rather not make a fuss.', 'I suppose so. {F}'],
  irritable: ['Look, {f}', '{F} Can we get on now?', 'I said already: {f}', '{F} What else?'],
}

const voices = Object.keys(manners) as readonly PatientVoice[]

const continued = (text: string): string =>
  /^(?:I\b|[A-Z]{2})/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1)

export function patientWording(base: KnowledgeBase, random: Random, wordings: Wordings): readonly Message[] {
  const askable = [...base.findings.values()].filter((finding) => !('order' in finding))
  const finding = pick(random, askable)
  if ('order' in finding) throw new RangeError('Only questions are asked of a patient.')
  const voice = pick(random, voices)
  const present = random.uniform() < 0.75
  const said = pick(random, present ? wordings.yes(finding) : wordings.no(finding))
  const reply = pick(random, manners[voice]).replace('{f}', continued(said)).replace('{F}', said)
  return [
    ...patientMessages(voice, rephrased(random, finding.ask), said),
    { role: 'assistant', content: present ? reply : reply.replace(/^(?:Yes|Yep)\. /, '') },
  ]
}
