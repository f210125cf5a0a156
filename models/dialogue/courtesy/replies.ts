/** Answers to what patients ask in between, by what is asked; none promises anything and none names a cause. */

export interface ReplyKind {
  readonly when: RegExp
  readonly replies: readonly string[]
}

export const replyKinds: readonly ReplyKind[] = [
  {
    when: /\b(?:cancer|tumou?r|growth)\b/i,
    replies: [
      'I cannot say yet what is behind it, and I will not leave cancer out of my thinking.',
      'Most of the time there is another cause, but I cannot rule it out before I know more.',
      'It is too early to tell. What you tell me now decides which checks you need.',
      'I understand why you ask. I can only answer that after the examination.',
    ],
  },
  {
    when: /\b(?:dying|die|going to make it|last)\b/i,
    replies: [
      'I understand how frightening this is. I am here, and I am going to find out what is going on.',
      'I can see how scared you are. Right now I want to learn what is causing it.',
      'What a dreadful thought to live with. Let me find out what is wrong first.',
    ],
  },
  {
    when: /\b(?:serious|bad|dangerous|worried|worry|normal|all right|alright|okay|ok|concerned|need to be)\b/i,
    replies: [
      'I cannot tell you that honestly until I know a little more.',
      'It is too early to say, but we are on the way to an answer.',
      'That is what I want to find out with these questions.',
      'I understand that you want to know. I will tell you as soon as I can judge it.',
      'I would like to hear the whole story before I answer that.',
      'Some causes of this are minor and some are not, so I am checking for both.',
    ],
  },
  {
    when: /\b(?:what (?:do you think|is it|could it be|have i got|is wrong|is causing|causes?)|why (?:is|do|does|am|has|are)|where does (?:it|this) come)\b/i,
    replies: [
      'There are several possible causes, and your answers help me narrow them down.',
      'I have a few ideas, but I need to know more before I name one.',
      'I will tell you what I think once I have asked a little more and examined you.',
      'I do not know yet. A few more answers will help.',
    ],
  },
  {
    when: /\b(?:do i need|will i need|should i (?:take|have|get|go)|can you give|tablets?|medicine|antibiotics?|scan|x-?ray|operation|surgery|hospital)\b/i,
    replies: [
      'That depends on what we find, and I will talk it through with you at the end.',
      'I will come to treatment when I know what we are treating.',
      'Perhaps. First I need to know what is behind it.',
      'We will decide that together once the picture is clear.',
    ],
  },
  {
    when: /\b(?:how long|when will|will it (?:go|get|come)|going to last|go away|get better|work|off sick)\b/i,
    replies: [
      'How long it lasts depends on the cause, so that comes first.',
      'I can say more about that once I know the cause.',
      'I cannot promise a date yet, but I will give you an idea at the end.',
    ],
  },
  {
    when: /\b(?:does (?:that|this|she|he|it) count|is that (?:far )?enough|catching|contagious|did i do|my fault|caused it|see the)\b/i,
    replies: [
      'That counts, and I am glad you mention it.',
      'Thank you for bringing it up; I will note it.',
      'I will keep that in mind; blame is not what this is about.',
    ],
  },
]

/** To whatever else is asked. */
export const anyReply = [
  'I will come back to that as soon as I know more.',
  'You are right to ask, and I will answer it at the end.',
  'Let me get the whole picture first, then I can answer you properly.',
  'I have not forgotten that; a few more answers and I can say.',
  'I would be guessing if I answered that now.',
] as const

/** To "Sorry?", "What do you mean?". */
export const notUnderstood =
  /^(?:(?:sorry|pardon|what|huh|eh|excuse me)(?:, doctor)?\s*\?|come again\b)|what (?:do you mean|does (?:that|it) mean|is that)\s*\?/i
export const rewordings = [
  'Sorry, I put that badly. Let me ask it another way.',
  'I did not say that clearly. I will ask something simpler.',
  'My fault, that was not clear. Let me try again.',
] as const
