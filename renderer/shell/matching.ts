/** How the palette decides that a line fits what was typed, and which letters it shows bold. */
import type { Part } from '../parts/marked.ts'

/** Whether every typed word occurs somewhere in the text, whatever the case. */
export function matches(text: string, query: string): boolean {
  const line = text.toLocaleLowerCase()
  return words(query).every((word) => line.includes(word))
}

/** The text cut into parts, those that match a typed word marked. */
export function emphasised(text: string, query: string): readonly Part[] {
  const line = text.toLocaleLowerCase()
  const inside = new Array<boolean>(text.length).fill(false)
  for (const word of words(query)) {
    for (let at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + word.length)) {
      inside.fill(true, at, at + word.length)
    }
  }
  const parts: { text: string; match: boolean }[] = []
  for (let index = 0; index < text.length; index++) {
    const match = inside[index] ?? false
    const last = parts.at(-1)
    if (last?.match === match) last.text += text.charAt(index)
    else parts.push({ text: text.charAt(index), match })
  }
  return parts
}

function words(query: string): readonly string[] {
  return query.toLocaleLowerCase().split(/\s+/).filter(Boolean)
}
