/** What clinicians say when they ask about mood and the person's own view. */
import type { TopicRules } from './rule.ts'

export const mindRules: TopicRules<'mood' | 'self-harm' | 'concern' | 'expectation'> = {
  mood: {
    cues: [
      `irritab\\w*|short tempered|bad tempered|on top of you|tension\\b|your mind (?:is )?ok|feeling (?:pretty |quite |so )?flat|down, is that|seem (?:a bit )?(?:down|low|sad)|joy\\b`,
      `\\bmoods?\\b|(?:feel|feeling|felt|been) (?:\\w+ ){0,2}(?:low|down|depressed|blue|sad|hopeless|worthless|anxious|nervous|tearful|irritable|stressed|fed up|miserable|on edge|guilty|panicky|emotional|happy|worried sick|tense|flat)\\b|depress\\w*|anxiet\\w*|anxious|panic\\w*|\\bnerves\\b|mental(?:ly)? (?:health|wellbeing|state|coping)?|mentally|emotional\\w*|spirits\\b(?! (?:or|and|like) (?:beer|wine))|(?:enjoy|enjoying|pleasure|interest|joy|interested)(?: \\w+){0,3} (?:things|life|anything|hobbies|usual|doing|used to)|looking forward to|tearful|cry(?:ing)?\\b(?!.* baby)|coping (?:emotionally|in yourself|with (?:life|things|everything|all))|stress(?:ed|ful)?\\b(?! (?:make|bring|set|trigger|test))|in yourself|frame of mind|how are you (?:coping|bearing up)|how (?:are|do) you feel (?:emotionally|in yourself|about life)|state of mind|hearing voices|worry(?:ing)? a lot|been a worrier|motivat\\w*|lost interest|how (?:is|has) (?:it|this|life) (?:been )?(?:getting you down|making you feel)|getting you down|concentrat\\w*`,
    ],
    unless: [
      `tension headache`,

      'spirits? (?:or|and|,)',
      '(?:does|do|by|with|when|to) stress\\w*',
      'stress[^?.]*(?:make|bring|trigger|set)[^?.]*(?:worse|on|off|it)',
      'get(?:ting)? (?:any )?down (?:on|the)',
      '(?:lie|lying|sit|calm|settle|slow) down',
      'stress at (?:work|home)',
      '(?:beer|wine|alcohol),? (?:or |and )?spirits',
      'worry(?:ing)? (?:about (?:it|this|what)|you)[^?.]*',
      'anxious about[^?.]*',
      'what[^?.]*(?:worr|anxious|afraid|stress)[^?.]*you',
      'feel(?:ing)? (?:down|low) (?:there|below|in the|to the)',
      'crying (?:with|when)',
    ],
  },
  'self-harm': {
    cues: [
      `(?:want|wanted|wanting|wish\\w*|like) to (?:die|end it|be dead)|doing anything to yourself|end(?:ing)? (?:it all|your life)|hopeless[^?.]*dead|cut yourself|no thoughts of hurting|act on (?:those|these|that)|goodbye letter|do anything silly|on purpose`,
      `suicid\\w*|self[- ]?harm\\w*|(?:end|ending|take|taking|taken) (?:it all|your (?:own )?life|things)\\b|(?:kill|killing|harm|harming|hurt|hurting|cut|cutting|injur\\w+|damag\\w+) (?:yourself|himself|herself|themselves|your ?self)|(?:not|no longer|do not|did not) (?:want\\w*|wish\\w*) to (?:be here|live|wake up|go on|carry on|be alive|be around)|life (?:is |was |has )?(?:not |no longer |been )?worth|worth living|better off (?:dead|without you)|wish\\w* (?:you were|to be|that you were|you would) (?:dead|die|not (?:alive|here))|dead\\b|(?:thought|thoughts|think|thinking)(?: \\w+){0,3} (?:of|about) (?:death|dying|ending|suicide|doing away|doing something (?:silly|stupid))|overdose|do(?:ing|ne)? (?:anything|something) (?:silly|stupid|to yourself|daft)|not wake up|going on (?:with|living)|tired of (?:life|living)|(?:dark|darkest|black) thoughts?|point in (?:living|going on|carrying on)|do away with|go to sleep and not|safe (?:from yourself|at home with your thoughts)`,
    ],
    unless: [
      '(?:dead|deadly) (?:arm|leg|skin|tired)',
      'did you hurt yourself (?:when|in the fall|falling)',
      'in (?:the|your) family[^?.]*(?:dead)',
    ],
  },
  concern: {
    cues: [
      `(?:have|had) you been thinking (?:it|this|that)|do you make of (?:it|this|all this)|been thinking it (?:is|might|could)`,
      `what made you (?:come|decide|book|seek)|why (?:did you come|have you come|now|today)`,
      `(?:husband|wife|partner|family|mum|mother|they|friends?) (?:think|thinks|reckon|say|says)(?: is| it| about)?`,
      `(?:you )?(?:afraid|scared) (?:about|of) (?:some|any|that)`,
      `(?:read|googled|looked up|heard) (?:anything |something )?(?:about it|that|online|on the internet)`,
      `back of your mind|on your mind`,
      `(?:worr(?:y|ies|ied|ying)|concern(?:s|ed|ing)?|afraid|fear(?:s|ed|ing|ful)?|scar(?:ed|es|y|ing)|frighten\\w*|dread\\w*|anxious about|bothering you most|bothers you (?:the )?most|playing on your mind|on your mind|at the back of your mind|preying|nervous about|alarm\\w*|keeps you awake worrying|upset\\w* you (?:most|about))`,
      `(?:what|anything|something|have you (?:got |had )?any|any|do you have any|got any) (?:do |did |have |you |it |particular |of your own |are your |were your )*(?:you )?(?:think|thought|thoughts|ideas?|suspect\\w*|reckon|theor\\w+|guess|feel|believe)(?: \\w+){0,4} (?:it|this|that|causing|cause|causes|wrong|going on|be|behind|happening|about|what|matter|problem|is)`,
      `(?:what (?:do|did) you (?:yourself )?(?:think|reckon|suspect|believe)|any ideas?|your own (?:ideas?|thoughts|theory|view)|what is your (?:own )?(?:idea|theory|guess|hunch|feeling|view|gut))`,
      `(?:thought|think|thinking) (?:it|this|that) (?:could|might|may|is|was) (?:be )?(?:anything|something|serious|caused)`,
      `going through your (?:mind|head)|gone through your (?:mind|head)|cross(?:ed|es) your mind|in your head about`,
    ],
    unless: [
      `(?:how|where|what) (?:is|are)[^?.]*pain[^?.]*think`,

      'not to worry',
      'do not worry',
      '(?:nothing|no need) to worry about',
      '(?:worry|worried|worrying|anxious|nervous)(?: \\w+)? (?:a lot|most days|all the time|generally|in general|about everything|sick|person)',
      '(?:been|feel|feeling|felt) (?:more )?(?:worried|anxious|nervous|scared) (?:or|and) (?:low|down|depressed|sad|tearful)',
      '(?:low|down|depressed|sad|tearful|anxious),? (?:or|and) (?:anxious|worried|nervous)',
      'a worrier',
      'what do you think (?:i|we) (?:can|could|should)[^?.]*',
      'think(?:s|ing)? (?:brings|sets|makes|helps|started|triggers)[^?.]*',
      'think (?:about|of) (?:death|dying|ending|killing|suicide|harming|hurting)[^?.]*',
      'concerned (?:with|about) your (?:weight|drinking)',
      '(?:any )?(?:thoughts?) (?:of|about) (?:death|dying|ending|killing|suicide|harming|hurting|self)[^?.]*',
      'any thoughts that life[^?.]*',
    ],
  },
  expectation: {
    cues: [
      `(?:thinking of|expecting|hoping for|wanting|after) (?:a |an |any |some )?(?:scan|x-ray|test|antibiotics?|referral|prescription|sick note|letter|operation)`,
      `(?:preference|preferences|prefer)\\b`,
      `(?:most )?important to you`,
      `(?:you would|would you|you) (?:like|want) (?:us|me|from me|to)|(?:like|want) us to`,
      `what you want(?: from)?`,
      `(?:treat|treated) this|do you want (?:a|the) (?:referral|sick note)`,
      `(?:hope|hoping|hoped) (?:to |i |we |for |you )`,
      `what (?:do|did) you expect|expect (?:the )?doctor`,
      `what would be a good outcome|good outcome`,
      `(?:hop(?:e|es|ed|ing)|expect\\w*|want(?:ed)? (?:me|us|from (?:me|us|today|this|the)|out of|to (?:happen|get|achieve|know|come|see|ask|leave))|like (?:me|us) to (?:do|help|be)|would you like (?:to (?:happen|get|come|leave|see)|from|out|us|me|done|today)|looking for (?:today|from|me|us)|in mind for|had in mind|have in mind|(?:best|ideal) (?:outcome|result|thing)|what (?:can|could|should|may|might) (?:i|we) do (?:for|to help) you|how (?:can|could|would) (?:i|we) (?:best )?help you (?:with|best|today)|get out of (?:today|this|the (?:visit|appointment|consultation))|your (?:wishes|goals?|hopes|preferences?|expectations?)|what matters (?:most )?to you|thinking we (?:might|should|could|would)|be happy with|what would (?:help|be most (?:helpful|useful)|make (?:today|this))|what would you want|leave here with|after today|take away from (?:today|this)|most helpful thing|come here for|particular treatment|were you after|are you after|anything (?:specific|particular) you (?:want|wanted|would like))`,
    ],
    unless: [
      `hoping (?:to|for) (?:get pregnant|a baby|conceive)`,
      `expecting\\?`,

      'expecting (?:a baby|at the moment|now|$)',
      '(?:are|could|be) (?:you )?expecting(?= |$)',
      '(?:growing|gaining weight) as expected',
      'i (?:hope|want|would like|expect)',
      'we (?:hope|want)',
      'as (?:you would )?expect\\w*',
      'feel(?:ing)? hopeless',
      'hopeless\\w*',
      'want to (?:die|be here|live|hurt|end)[^?.]*',
      'look(?:ing)? forward[^?.]*',
      'than (?:you )?expect\\w*',
      'what would help me',
      'hoping for a baby',
      'hope for the future',
    ],
  },
}
