/**
 * How a patient speaks when the case gives no words: what they say to greetings, to unclear and
 * repeated questions, to someone who asks for the file, and at the end. Never about the illness.
 */
import type { Random } from '../core/random.ts'
import type { PracticeCase } from './case.ts'

export type Voice = 'plain' | 'chatty' | 'short' | 'anxious' | 'evasive' | 'irritable'

export type Occasion =
  | 'greeting'
  | 'how-are-you'
  | 'chat'
  | 'thanks'
  | 'told'
  | 'go-ahead'
  | 'unclear'
  | 'what-to-know'
  | 'jargon'
  | 'refusal'
  | 'guess'
  | 'meta'
  | 'goodbye'

/** Every case names its style freely; these words in it say which voice is meant. */
const voices: readonly (readonly [Voice, RegExp])[] = [
  ['chatty', /rambl|chatt|verbose|talk|cheer|friendl|tangent|pleas|humou?r/],
  ['anxious', /anxi|worr|fright|fear|panic|terrif|distress|upset|tear/],
  ['evasive', /evas|guard|embarrass|shy|reluct|vague|defens|uneas|reserv/],
  ['irritable', /irrit|angr|impatien|frustrat|annoy|hostil|exasper/],
  ['short', /blunt|short|terse|brief|stoic|understat|laconic|matter/],
]

/** @param persona free words, as the case has them; an unknown style speaks plainly */
export function voiceOf({ style, mood }: PracticeCase['persona']): Voice {
  for (const words of [style, mood]) {
    const found = voices.find(([, pattern]) => pattern.test(words.toLowerCase()))
    if (found) return found[0]
  }
  return 'plain'
}

const plain: Readonly<Record<Occasion, readonly string[]>> = {
  greeting: ['Hello, doctor.', 'Hello.', 'Hi, thank you for seeing me.'],
  'how-are-you': ["Well, I've been better, that's why I'm here.", 'Not great, or I would not be here.'],
  chat: ['Yes, I suppose so.', 'It is, yes.', 'Fine, thank you.'],
  thanks: ["That's all right.", "You're welcome."],
  told: ['All right.', 'Okay.', 'I see.'],
  'go-ahead': ['Yes, go ahead.', 'Of course.'],
  unclear: [
    'Sorry, what do you mean?',
    "I'm not sure what you're asking. Could you put it another way?",
    "I don't quite follow. What would you like to know?",
  ],
  'what-to-know': ['What would you like to know?', 'Where shall I start? Ask me anything.'],
  jargon: ["Sorry, I don't know that word. What does it mean?", 'Could you say that in plain words?'],
  refusal: [
    "I don't know about any of that. I can only tell you how I've been.",
    "That's not something I can tell you. Ask me about how I've been.",
  ],
  guess: ["I don't know, that's what I came to find out.", "I've no idea what it is. You're the doctor."],
  meta: ["I'm just here to be seen.", "I don't know what you mean. I'm here to be seen."],
  goodbye: ['Thank you, doctor.', 'All right. Thank you for explaining.'],
}

const overrides: Readonly<Record<Exclude<Voice, 'plain'>, Partial<Record<Occasion, readonly string[]>>>> = {
  chatty: {
    greeting: ['Oh hello, lovely to meet you.', 'Hello there, thanks for fitting me in.'],
    chat: ['Oh, tell me about it!', "Isn't it just. Anyway, you're busy."],
    unclear: ["Ooh, you've lost me there. What do you mean?", 'How do you mean, sorry? I do go on.'],
    'what-to-know': ["I could talk all day, so you'd better ask me. What would you like to know?"],
    goodbye: ["Thank you ever so much, you've been very kind.", 'Right you are. Thank you, doctor.'],
    told: ['Right you are.', 'Okay, lovely.'],
  },
  short: {
    greeting: ['Hello.', 'Morning.'],
    'how-are-you': ['Been better.', 'All right.'],
    chat: ['Yes.', 'Suppose so.'],
    unclear: ['What do you mean?', 'Come again?'],
    'what-to-know': ['What do you want to know?'],
    refusal: ["Don't know about that. Ask me how I've been."],
    guess: ["No idea. That's your job."],
    goodbye: ['Right. Thanks.', 'Okay. Thanks.'],
    told: ['Right.', 'Okay.'],
  },
  anxious: {
    greeting: ['Hello. Thank you for seeing me so quickly.', 'Hello, doctor. Sorry, I am a bit nervous.'],
    'how-are-you': ["Not good. I'm quite worried, to be honest."],
    unclear: [
      'Sorry, I am a bit flustered. What do you mean?',
      'Sorry, could you say that again another way?',
    ],
    guess: ["I don't know. Do you think it could be?", "I don't know. Please just tell me when you do."],
    told: ['Okay. Okay.', 'Right. Sorry.'],
    goodbye: ['Thank you. Will I be all right?', 'Okay. Thank you, doctor.'],
  },
  evasive: {
    greeting: ['Hello.', 'Hi.'],
    'how-are-you': ["I'm fine, really. Well."],
    unclear: ["I don't know what you're getting at.", 'What is it you want to know?'],
    refusal: ["I'd rather you just asked me things.", "I don't see what that's got to do with it."],
    told: ['If you say so.', 'Okay.'],
    goodbye: ['All right. Thanks.', 'Okay, thank you.'],
  },
  irritable: {
    greeting: ['Hello. I have been waiting a while.', 'Hello.'],
    chat: ['Can we get on with it, please?', "I didn't come to chat, sorry."],
    unclear: ['What is that supposed to mean?', "I don't understand the question."],
    refusal: ["I don't know what you're on about. Can we get on?"],
    guess: ["How would I know? That's why I came."],
    told: ['Fine.', 'Right.'],
    goodbye: ['Fine. Thank you.', 'Right. Thanks.'],
  },
}

/** One of the ways in which this voice meets the occasion. */
export function say(voice: Voice, occasion: Occasion, random: Random): string {
  const ways = (voice === 'plain' ? undefined : overrides[voice][occasion]) ?? plain[occasion]
  return ways[random.below(ways.length)]!
}

/** Words before an answer that was given already. */
export function again(voice: Voice, random: Random): string {
  const ways: Readonly<Record<Voice, readonly string[]>> = {
    plain: ['As I said:', 'Like I said:'],
    chatty: ['Like I was saying:', 'As I said before:'],
    short: ['I said.', 'Told you.'],
    anxious: ['Sorry, I did say:', 'As I said:'],
    evasive: ['I told you that.', 'As I said:'],
    irritable: ['I already told you.', 'As I said before:'],
  }
  return ways[voice][random.below(ways[voice].length)]!
}

/** A last question of someone whose worry was never asked about; it does not say what the worry is. */
export function unspokenWorry(voice: Voice): string {
  if (voice === 'short') return 'Nothing to worry about, then?'
  if (voice === 'irritable') return "So it's nothing serious, or what?"
  return 'Can I just ask, is it anything I should be worried about?'
}
