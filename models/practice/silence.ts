/**
 * What a patient says about a topic on which the case says nothing: a natural no, or that they do not
 * know. Worded so that a parent or partner can say it as well.
 */
import type { StandardTopic } from '../dialogue/topics/index.ts'

const no = ['Not that I know of.', 'No, nothing like that that I know of.', "No, not that I've noticed."]

export const silence: Readonly<Record<StandardTopic, readonly string[]>> = {
  onset: ["I couldn't tell you exactly, sorry.", "I don't really know when."],
  site: ["It's hard to say where exactly.", "I can't really put a finger on it."],
  character: ["It's hard to describe, sorry.", "I wouldn't know how to describe it."],
  radiation: ["No, not that I've noticed.", 'Not anywhere else, as far as I know.'],
  severity: ["It's hard to put a number on it.", "I couldn't really say how bad."],
  timing: ["I haven't kept track, sorry.", "I couldn't say, there's no pattern that I know of."],
  aggravating: ["Nothing that I've noticed.", "I couldn't say what makes it worse."],
  relieving: ["Nothing that I've found.", "I couldn't say what helps."],
  associated: ["Nothing else that I've noticed.", "No, not that I've noticed."],
  'past-history': ['Nothing that I know of.', 'Nothing to speak of, as far as I know.'],
  medicines: ['Nothing that I can think of.', 'No, nothing that I know of.'],
  allergies: ['None that I know of.', 'Not that I know of.'],
  'family-history': ['Nothing that I know of in the family.', 'Not that I know of.'],
  'social-history': ["There's not much to tell there, really.", 'Nothing special to tell there.'],
  smoking: ['No, nothing to tell there.', "No, there's nothing to tell there."],
  alcohol: ['Nothing worth mentioning.', 'No, nothing worth mentioning.'],
  travel: ['No, nowhere that I can think of.', 'No, not lately.'],
  menstrual: ['Nothing unusual that I know of.', "Nothing that I've noticed there."],
  pregnancy: ['No, not that I know of.', 'Not as far as I know.'],
  vaccination: ["I think so, I'd have to look it up.", "I couldn't tell you for sure."],
  'birth-history': ['Nothing unusual that I know of.', 'Not that I was ever told.'],
  weight: ["Not that I've noticed.", 'About the same, as far as I know.'],
  appetite: ["Nothing I've noticed there.", 'Much as usual, as far as I know.'],
  sleep: ["Nothing I've noticed there.", 'Much as usual, I think.'],
  mood: ["Nothing I've noticed there.", 'All right, I think.'],
  'self-harm': ['No, nothing like that.', 'No, never that I know of.'],
  fever: no,
  bleeding: no,
  urinary: ["Nothing I've noticed there.", 'That seems normal, as far as I know.'],
  bowel: ["Nothing I've noticed there.", 'That seems normal, as far as I know.'],
  breathing: no,
  'chest-pain': no,
  concern: ['Nothing in particular, I just want to know what it is.', "I don't know, really."],
  expectation: [
    "I don't know, I just hoped you could help.",
    "Nothing in particular. I'll go by what you say.",
  ],
}

/** About something that is no standard topic. */
export const otherSilence: readonly string[] = no
