/** Texts that say nothing readable of a feeling, to measure that none is read from them. */
import type { Random } from '../../core/random.ts'

export interface TextDegradation {
  readonly name: string
  /** @param texts readable texts to spoil */
  readonly texts: (texts: readonly string[], random: Random) => readonly string[]
}

const languages = {
  German: [
    'Seit drei Wochen schlafe ich kaum noch, und das macht mir Sorgen.',
    'Das freut mich aber wirklich!',
  ],
  French: ["J'en ai assez d'attendre, personne ne me répond.", 'Je pleure tous les soirs depuis son départ.'],
  Spanish: ['Estoy harta de que nadie me escuche.', 'Tengo mucho miedo a la operación.'],
  Italian: ['Sono contento che sia finita.', 'Ho paura che sia qualcosa di grave.'],
  Portuguese: ['Estou muito preocupado com o resultado do exame.', 'Que bom, obrigada, doutora!'],
  Dutch: ['Ik ben zo boos dat niemand terugbelt.', 'Wat fijn, dank u wel dokter.'],
  Swedish: ['Jag är rädd att det är något allvarligt.', 'Vad skönt att höra det!'],
  Polish: ['Bardzo się boję tej operacji.', 'Jestem wściekły, że nikt nie dzwoni.'],
  Turkish: ['Ameliyattan çok korkuyorum.', 'Bunu duyduğuma çok sevindim.'],
  Russian: ['Мне очень страшно перед операцией.', 'Я так рад это слышать!'],
  Chinese: ['我很担心检查的结果。', '太好了，谢谢你，医生！'],
  Japanese: ['手術がとても怖いです。', '本当に腹が立ちます。'],
  Arabic: ['أنا خائف جدا من العملية.', 'أنا سعيد جدا بهذا الخبر.'],
  Hindi: ['मुझे ऑपरेशन से बहुत डर लगता है।', 'मैं बहुत खुश हूँ।'],
  Indonesian: ['Saya sangat takut dengan operasi ini.', 'Syukurlah, saya senang sekali mendengarnya.'],
  Finnish: ['Pelkään leikkausta todella paljon.', 'Olen niin iloinen tästä uutisesta.'],
  Romanian: ['Mi-e foarte frică de operație.', 'Mă bucur atât de mult!'],
  Vietnamese: ['Tôi rất sợ ca phẫu thuật này.', 'Tôi vui quá, cảm ơn bác sĩ.'],
} as const

const letters = 'abcdefghijklmnopqrstuvwxyz'

const nonsense = (random: Random): string =>
  Array.from({ length: 4 + random.below(6) }, () =>
    Array.from({ length: 3 + random.below(7) }, () => letters[random.below(26)]!).join(''),
  ).join(' ')

const emoji = ['😀', '😡😡😡', '😢 😢', '🙂🙃', '❤️', '👍👍', '😱!!!', '🤷‍♀️', '😂😂😂😂', '🥺👉👈']

export const textDegradations: readonly TextDegradation[] = [
  { name: 'empty', texts: () => ['', ' ', '\n\t', '​'] },
  { name: 'marks alone', texts: () => ['?!', '...', '-- * --', '§$%&/()', ':-)', '>:('] },
  { name: 'emoji alone', texts: () => emoji },
  { name: 'numbers', texts: () => ['120/80', '37.2', '2024-05-01 14:30', '+44 20 7946 0000', '1 2 3 4 5 6'] },
  { name: 'one word', texts: () => ['Yes.', 'No.', 'Okay.', 'Fine.', 'Tuesday.', 'Left.', 'Hm.', 'Well.'] },
  { name: 'other languages', texts: () => Object.values(languages).flat() },
  { name: 'nonsense', texts: (_texts, random) => Array.from({ length: 30 }, () => nonsense(random)) },
  {
    name: 'markup and addresses',
    texts: () => [
      'https://example.org/a/b?c=d&e=f#g',
      '<div class="x"><p></p></div>',
      'SELECT a, b FROM t WHERE c = 1;',
      'x = [i**2 for i in range(10)]',
      'C:\\data\\scan_0042.dcm',
    ],
  },
  {
    name: 'ten thousand words',
    texts: (texts, random) =>
      Array.from({ length: 4 }, () => {
        const words: string[] = []
        while (words.length < 10_000 && texts.length > 0)
          words.push(...texts[random.below(texts.length)]!.split(/\s+/))
        return words.slice(0, 10_000).join(' ')
      }),
  },
]
