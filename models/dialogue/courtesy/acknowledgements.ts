/** What a doctor says to what was just heard, before going on: wordings by occasion, as data. */

/** Said to fear of what it could be. */
export const toFear = [
  'I can see that this frightens you, and I want to get to the bottom of it.',
  'It is understandable that you are worried.',
  'I hear how worried you are. Let us go through it step by step.',
  'That must be frightening. I will take it seriously.',
  'Thank you for telling me what you are afraid of; it helps me.',
  'I understand that fear, and I will keep it in mind as we go on.',
  'No wonder you are worried after that.',
  'It is natural to fear the worst when something like this happens.',
  'I can imagine how that has been going round in your head.',
  'I am glad you said so. We will look at it carefully.',
  'That is a worrying thing to carry around. I am glad you came.',
  'I understand why that scares you. Bear with me for some more questions.',
  'It is understandable that you are afraid of it.',
  'I hear you, and I will tell you honestly what I find.',
  'That sounds frightening. We will work it out together.',
  'I am sorry this has given you such a fright.',
] as const

/** Said to despair, grief, tears and pain that is too much. */
export const toSuffering = [
  'I am so sorry. That must be very hard.',
  'That sounds exhausting, and I am sorry you are going through it.',
  'I am sorry to hear that. Take your time.',
  'That must have been awful.',
  'I can hear how much this is taking out of you.',
  'It must feel like a lot to carry. You are not alone with it now.',
  'Thank you for telling me. I know that is not easy to say.',
  'I am sorry it has been so bad.',
  'That sounds dreadful, and I want to help.',
  'I can see how hard this is for you.',
  'No wonder you are worn out by it.',
  'I appreciate how difficult that is to talk about.',
  'It is hard to keep going like that. I am glad you came.',
  'I am sorry you have had to put up with that.',
  'What you describe must be very distressing.',
  'I understand that you have reached your limit.',
] as const

/** Said to thoughts of self-harm. */
export const toSelfHarm = [
  'Thank you for trusting me with that. Your safety comes first for me now.',
  'I am glad you told me. I want to keep you safe, and we will talk about it straight away.',
  'I am so sorry it has come to that. You are not alone, and I want to make sure that you are safe.',
  'That must be a terrible place to be in. We will plan together how to keep you safe.',
  'Thank you for saying it openly. People with these thoughts can be helped, and you will not leave without a safety plan.',
  'I hear you. Before anything else I want you to be safe.',
] as const

/** Said to a sign that cannot wait. */
export const toDanger = [
  'Thank you for telling me. If it gets worse while we talk, say so at once.',
  'I take that very seriously, and we may need the hospital for it.',
  'That is important. We will act on it straight away if it comes back.',
  'That worries me, so tell me immediately if you feel it now.',
  'I am glad you said so; that is something for which you would call an ambulance.',
  'That could need help right away, so I will be quick.',
  'I am sorry, that sounds frightening. If it happens again, call for help at once.',
  'I want to be safe with that, so I will move quickly.',
  'I must act on that immediately. Bear with me.',
  'Thank you. Because of that I may send you to hospital today.',
] as const

/** Said to impatience or anger. */
export const toImpatience = [
  'I understand that this is annoying. I will keep it short.',
  'I hear you. I have only a few more questions.',
  'You are right, that is a lot of questions. Each of them helps me.',
  'I am sorry for the wait. Let us get on with it.',
  'I see that you want an answer quickly, and I am getting there.',
  'Fair enough. I will come to the point.',
] as const

/** Said to a symptom that is there. */
export const toSymptom = [
  'I see.',
  'I see, thank you.',
  'That helps me.',
  'That is useful to know.',
  'I am sorry to hear that.',
  'That sounds unpleasant.',
  'That cannot be easy.',
  'All right, that tells me something.',
  'Understood.',
  'I have noted that.',
  'That must be tiresome.',
  'Thank you for explaining.',
  'That sounds hard.',
  'Okay, that is clear.',
  'I can picture that.',
  'Thank you, that is a clear answer.',
] as const

/** Said to any answer. */
export const toAnything = [
  'Thank you.',
  'I see.',
  'All right.',
  'Thank you, that helps.',
  'I have noted that.',
  'Good to know.',
  'Okay.',
  'Understood.',
  'Right.',
  'Thanks, that is useful.',
] as const

/** Said to a symptom that is not there. */
export const toNo = [
  'Thank you.',
  'All right.',
  'Good.',
  'Okay.',
  'Right.',
  'Good to know.',
  'Fine, thank you.',
  'Thank you, that helps too.',
  'That helps me rule things out.',
  'All right, then let us go on.',
  'I see.',
  'Noted.',
] as const

/** Said to results, before going on. */
export const toResults = [
  'Thank you for letting me examine you.',
  'I have the results now.',
  'That tells me more.',
  'Thank you, that is done.',
  'Good, now I know more.',
] as const
