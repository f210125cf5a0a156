/** Plain questions for the standard topics that no single finding asks about, several wordings of each. */
export const topicQuestions: Readonly<Record<string, readonly string[]>> = {
  onset: [
    'When did this start, and how has it changed since?',
    'How long has this been going on?',
    'When did you first notice it?',
    'How long have you had it?',
  ],
  character: [
    'What is it like? Can you describe it?',
    'How would you describe it?',
    'What does it feel like?',
  ],
  associated: [
    'Have you noticed anything else along with it?',
    'Are there any other symptoms that come with it?',
    'Is there anything else that is not right?',
  ],
  aggravating: ['What makes it worse?', 'Is there anything that brings it on or makes it worse?'],
  medicines: [
    'Do you take any medicines, tablets from the shop included?',
    'What medicines are you on at the moment?',
    'Are you taking anything regularly?',
  ],
  allergies: [
    'Are you allergic to any medicine?',
    'Do you have any allergies?',
    'Has any medicine ever given you a reaction?',
  ],
  'past-history': [
    'Have you had any other illnesses or operations?',
    'Have you had anything serious before?',
    'Is there any other medical problem I should know about?',
  ],
  'family-history': ['Does anything like this run in your family?', 'Are there illnesses in the family?'],
  'social-history': [
    'Who is at home with you, and what work do you do?',
    'Tell me a little about home and work.',
  ],
  concern: [
    'What worries you most about this?',
    'Is there something in particular you are afraid it could be?',
    'What were you hoping we could do today?',
  ],
  severity: ['How bad is it, from nought to ten?', 'How much does it stop you doing?'],
}
